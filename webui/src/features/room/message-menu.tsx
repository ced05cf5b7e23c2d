// What can be done with a message: answer it, copy it, star it, report it, delete it.
import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { showNotice } from '../../app/notices';
import { editing, replying } from '../../app/state';
import { api, isAdmin, reactions, rooms, showError, stars, sync } from '../../app/wiring';
import { isMine } from '../../core/changes';
import { AT_HAND } from '../../core/reactions';
import { t } from '../../core/i18n';
import { messageLink } from '../../core/links';
import type { MessageEvent, Room } from '../../core/wire';
import { Confirm } from '../../ui/confirm';
import { copyText } from '../../ui/copy';
import { Icon } from '../../ui/icon';
import { Menu, type MenuItem } from '../../ui/menu';
import { mayEdit, mayWrite } from '../details/rights';
import { Dialog } from '../../ui/dialog';
import { lazy } from '../../ui/lazy';
import { EmojiDialog } from '../emoji/emoji-dialog';
import { ReportMessage } from './report';

export interface MenuTarget {
  event: MessageEvent;
  mine: boolean;
  /** The message on the screen. */
  anchor: HTMLElement;
}

const EarlierTexts = lazy(async () => (await import('./earlier-texts')).EarlierTexts);

/** As the box has it: those who run the room, and not of a conversation of two. */
const runsRoom = (room: Room) => room.kind !== 'direct' && (room.role !== 'member' || (room.is_default && isAdmin.value));

interface MessageMenuProps {
  room: number;
  target: MenuTarget;
  onWho: (event: MessageEvent) => void;
  onClose: () => void;
}

export function MessageMenu({ room: id, target, onWho, onClose }: MessageMenuProps) {
  const sure = useSignal(false);
  const reports = useSignal(false);
  const picks = useSignal(false);
  const looksBack = useSignal(false);
  // Where the keyboard was: it goes back there, whatever was asked meanwhile.
  const before = useRef(document.activeElement as HTMLElement | null);
  const close = () => {
    onClose();
    before.current?.focus?.({ preventScroll: true });
  };
  const room = rooms.get(id);
  const { event, mine } = target;
  const starred = stars.in(id).value.has(event.seq);
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
  if (picks.value)
    return (
      <EmojiDialog
        title={t('react')}
        onClose={close}
        onPick={(emoji) => {
          close();
          void reactions.set(id, event.seq, emoji, true);
        }}
      />
    );
  if (looksBack.value)
    return (
      <Dialog title={t('earlier')} onClose={close} sheet>
        <EarlierTexts room={id} event={event} />
      </Dialog>
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
    room && mayEdit(room, event) && {
      icon: 'edit',
      label: t('edit_message'),
      onChoose: () => {
        onClose();
        replying.value = null;
        editing.value = { room: id, event };
      },
    },
    event.edited_at != null && room && (mine || runsRoom(room)) && { icon: 'history', label: t('earlier'), onChoose: () => (looksBack.value = true) },
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
    {
      icon: 'star',
      label: t(starred ? 'unstar' : 'star'),
      onChoose: () => {
        void stars.set(id, event.seq, !starred);
        close();
      },
    },
    (event.reactions?.length ?? 0) > 0 && {
      icon: 'people',
      label: t('reactions_who'),
      onChoose: () => {
        close();
        onWho(event);
      },
    },
    !mine && { icon: 'megaphone', label: t('report'), onChoose: () => (reports.value = true) },
    mayDelete && { icon: 'trash', label: t('delete'), danger: true, onChoose: () => (sure.value = true) },
  ];
  const atHand = room && !room.archived && (
    <AtHand
      event={event}
      onMore={() => (picks.value = true)}
      onPick={(emoji) => {
        close();
        void reactions.toggle(id, event.seq, emoji);
      }}
    />
  );
  return <Menu label={t('message_menu')} anchor={target.anchor} top={atHand} items={items.filter((item): item is MenuItem => Boolean(item))} onClose={close} />;
}

/** Six to react with at once, and a way to all others. */
function AtHand({ event, onPick, onMore }: { event: MessageEvent; onPick: (emoji: string) => void; onMore: () => void }) {
  return (
    <div class="reactions-at-hand" role="group" aria-label={t('react')}>
      {AT_HAND.map((emoji) => (
        <button key={emoji} type="button" role="menuitemcheckbox" aria-checked={isMine(event, emoji)} tabIndex={-1} class="reaction-at-hand" onClick={() => onPick(emoji)}>
          {emoji}
        </button>
      ))}
      <button type="button" role="menuitem" tabIndex={-1} class="reaction-at-hand" aria-label={t('react_more')} title={t('react_more')} onClick={onMore}>
        <Icon name="plus" />
      </button>
    </div>
  );
}
