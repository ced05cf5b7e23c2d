// What can be done with a message: answer it, copy it, report it, delete it.
import { useSignal } from '@preact/signals';
import { api, replying, rooms, showError, showNotice, sync } from '../../app';
import { t } from '../../core/i18n';
import type { MessageEvent } from '../../core/wire';
import { Confirm } from '../../ui/confirm';
import { copyText } from '../../ui/copy';
import { Dialog } from '../../ui/dialog';
import { Icon } from '../../ui/icon';
import { mayWrite } from '../details/rights';
import { ReportMessage } from './report';

export interface MenuTarget {
  event: MessageEvent;
  mine: boolean;
}

export function MessageMenu({ room: id, target, onClose }: { room: number; target: MenuTarget; onClose: () => void }) {
  const sure = useSignal(false);
  const reports = useSignal(false);
  const room = rooms.get(id);
  const { event, mine } = target;
  const mayDelete = mine || (room !== undefined && room.kind !== 'direct' && room.role !== 'member') || sync.me.value?.user.role === 'owner';
  if (sure.value)
    return (
      <Confirm
        title={t('delete_title')}
        text={t('delete_text')}
        action={t('delete')}
        onClose={onClose}
        onConfirm={() => void api.deleteEvent(id, event.seq).catch(showError)}
      />
    );
  if (reports.value) return <ReportMessage room={id} event={event} onClose={onClose} />;
  return (
    <Dialog title={t('message_menu')} onClose={onClose} sheet>
      <div class="menu">
        {room && mayWrite(room) && (
          <button
            type="button"
            class="menu-item"
            onClick={() => {
              onClose();
              replying.value = { room: id, event };
            }}
          >
            <Icon name="reply" />
            {t('reply')}
          </button>
        )}
        {event.text && (
          <button
            type="button"
            class="menu-item"
            onClick={() => {
              if (copyText(event.text)) showNotice({ kind: 'done', text: t('copied') });
              onClose();
            }}
          >
            <Icon name="copy" />
            {t('copy_text')}
          </button>
        )}
        {!mine && (
          <button type="button" class="menu-item" onClick={() => (reports.value = true)}>
            <Icon name="megaphone" />
            {t('report')}
          </button>
        )}
        {mayDelete && (
          <button type="button" class="menu-item menu-danger" onClick={() => (sure.value = true)}>
            <Icon name="trash" />
            {t('delete')}
          </button>
        )}
      </div>
    </Dialog>
  );
}
