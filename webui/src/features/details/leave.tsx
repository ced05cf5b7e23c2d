// Leaving a room, asked once.
import { useSignal } from '@preact/signals';
import { go, openRoom } from '../../app/navigation';
import { api, newRooms, rooms, showError, sync } from '../../app/wiring';
import { t } from '../../core/i18n';
import type { Room } from '../../core/wire';
import { Confirm } from '../../ui/confirm';
import { Card, Row } from '../../ui/list';
import { Section } from '../../ui/page';
import { roomTitle } from '../rooms/room-list';

export function Leave({ room }: { room: Room }) {
  const sure = useSignal(false);
  if (room.is_default) return null;
  const leave = async () => {
    const me = sync.me.peek()?.user.id;
    if (me === undefined) return;
    // Away first: what is on the screen must not ask about a room that is being left.
    openRoom.value = null;
    go({ at: 'chats' });
    await api.removeMember(room.id, me);
    newRooms.gone(room.id);
    rooms.remove(room.id);
  };
  return (
    <Section>
      <Card>
        <Row icon="leave" title={t('leave_room')} onClick={() => (sure.value = true)} danger />
      </Card>
      {sure.value && (
        <Confirm
          title={t('leave_title', { name: roomTitle(room) })}
          text={t('leave_text')}
          action={t('leave_room')}
          onClose={() => (sure.value = false)}
          onConfirm={() => void leave().catch(showError)}
        />
      )}
    </Section>
  );
}
