// What can be done with a message: answer it, copy it, report it, delete it.
import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { showNotice } from '../../app/notices';
import { replying } from '../../app/state';
import { api, rooms, showError, sync } from '../../app/wiring';
import { t } from '../../core/i18n';
import { messageLink } from '../../core/links';
import type { MessageEvent } from '../../core/wire';
import { Confirm } from '../../ui/confirm';
import { copyText } from '../../ui/copy';
import { Menu, type MenuItem } from '../../ui/menu';
import { mayWrite } from '../details/rights';
import { ReportMessage } from './report';

export interface MenuTarget {
  event: MessageEvent;
  mine: boolean;
  /** The message on the screen. */
  anchor: HTMLElement;
}

export function MessageMenu({ room: id, target, onClose }: { room: number; target: MenuTarget; onClose: () => void }) {
  const sure = useSignal(false);
  const reports = useSignal(false);
  // Where the keyboard was: it goes back there, whatever was asked meanwhile.
  const before = useRef(document.activeElement as HTMLElement | null);
  const close = () => {
    onClose();
    before.current?.focus?.({ preventScroll: true });
  };
  const room = rooms.get(id);
  const { event, mine } = target;
  const mayDelete = mine || (room !== undefined && room.kind !== 'direct' && room.role !== 'member') || sync.me.value?.user.role === 'owner';
  if (sure.value)
    return (
      <Confirm
        title={t('delete_title')}
        text={t('delete_text')}
        action={t('delete')}
        onClose={close}
        onConfirm={() => void api.deleteEvent(id, event.seq).catch(showError)}
      />
    );
  if (reports.value) return <ReportMessage room={id} event={event} onClose={close} />;
  const items: (MenuItem | false | undefined)[] = [
    room && mayWrite(room) && {
      icon: 'reply',
      label: t('reply'),
      onChoose: () => {
        onClose();
        replying.value = { room: id, event };
      },
    },
    event.text !== '' && {
      icon: 'copy',
      label: t('copy_text'),
      onChoose: () => {
        if (copyText(event.text)) showNotice({ kind: 'done', text: t('copied') });
        close();
      },
    },
    {
      icon: 'share',
      label: t('copy_link'),
      onChoose: () => {
        if (copyText(messageLink(location.origin, id, event.seq))) showNotice({ kind: 'done', text: t('copied') });
        close();
      },
    },
    !mine && { icon: 'megaphone', label: t('report'), onChoose: () => (reports.value = true) },
    mayDelete && { icon: 'trash', label: t('delete'), danger: true, onChoose: () => (sure.value = true) },
  ];
  return <Menu label={t('message_menu')} anchor={target.anchor} items={items.filter((item): item is MenuItem => Boolean(item))} onClose={close} />;
}
