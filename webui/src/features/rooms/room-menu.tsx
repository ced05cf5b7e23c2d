// What can be arranged about a room from the list: pinned, archived, marked unread, and for how long nothing of it is to be heard.
import { useSignal } from '@preact/signals';
import { arrange } from '../../app/arrange';
import { boxNow } from '../../core/box-time';
import { t } from '../../core/i18n';
import { isQuiet } from '../../core/mine';
import type { Room } from '../../core/wire';
import { Menu, type MenuItem } from '../../ui/menu';
import { readRoom } from './read-room';

const HOUR_MS = 3_600_000;

export function RoomMenu({ room, anchor, onClose }: { room: Room; anchor: HTMLElement; onClose: () => void }) {
  const mutes = useSignal(false);
  const close = () => {
    onClose();
    anchor.focus({ preventScroll: true });
  };
  const item = (icon: MenuItem['icon'], label: string, change: Parameters<typeof arrange>[1]): MenuItem => ({
    icon,
    label,
    onChoose: () => {
      close();
      arrange(room.id, change);
    },
  });
  const { mine = {} } = room;
  const quiet = isQuiet(room, boxNow()) || mine.notify === 'mentions';
  const unread = room.unread > 0 || mine.marked_unread;
  if (mutes.value) {
    const until = (hours: number) => ({ notify: 'all' as const, muted_until: boxNow() + hours * HOUR_MS });
    return (
      <Menu
        key="mute"
        label={t('mute')}
        anchor={anchor}
        onClose={close}
        items={[
          item('clock', t('mute_hours', { n: 1 }), until(1)),
          item('history', t('mute_hours', { n: 8 }), until(8)),
          item('calendar', t('mute_week'), until(7 * 24)),
          item('bell_off', t('mute_ever'), { notify: 'none', muted_until: 0 }),
          item('at', t('mute_but_mentions'), { notify: 'mentions', muted_until: 0 }),
        ]}
      />
    );
  }
  const items: MenuItem[] = [
    item('pin', t(mine.pinned_at ? 'unpin' : 'pin'), { pinned: !mine.pinned_at }),
    unread
      ? {
          icon: 'check',
          label: t('mark_read'),
          onChoose: () => {
            close();
            readRoom(room);
          },
        }
      : item('dot', t('mark_unread'), { marked_unread: true }),
    quiet
      ? item('bell', t('unmute'), { notify: 'all', muted_until: 0 })
      : { icon: 'bell_off', label: t('mute_for'), onChoose: () => (mutes.value = true) },
    item('archive', t(mine.archived ? 'unarchive' : 'archive'), { archived: !mine.archived }),
  ];
  return <Menu key="room" label={t('room_menu')} anchor={anchor} items={items} onClose={close} />;
}
