// From the list, without opening it.
import { arrange } from '../../app/arrange';
import { rooms, socket } from '../../app/wiring';
import type { Room } from '../../core/wire';

/** All of it counts as read. */
export function readRoom(room: Room): void {
  if (room.unread > 0 && socket.send({ t: 'read', room: room.id, seq: room.last_seq })) rooms.read(room.id, room.last_seq);
  if (room.mine?.marked_unread) arrange(room.id, { marked_unread: false });
}
