// What this person may do in a room, as far as buttons need to know; the box decides.
import { isAdmin, session, sync } from '../../app/wiring';
import { boxNow } from '../../core/box-time';
import type { MessageEvent, Room } from '../../core/wire';

export function mayWrite(room: Room): boolean {
  return room.write === 'everyone' || room.role !== 'member';
}

/** Call everybody at once. */
export function mayMentionAll(room: Room): boolean {
  const admin = room.role !== 'member' || (room.is_default && isAdmin.value);
  return room.kind !== 'direct' && (room.mention_all === 'everyone' || admin);
}

/** Change what one has said: as long after it as the box lets. */
export function mayEdit(room: Room, event: MessageEvent): boolean {
  const minutes = session.box.peek()?.edit_minutes ?? 0;
  return event.sender === sync.me.peek()?.user.id && mayWrite(room) && !room.archived && boxNow() - event.at < minutes * 60_000;
}

export function mayInvite(room: Room): boolean {
  return room.kind !== 'direct' && (room.invite === 'everyone' || runs(room));
}

/** Rename, remove people, change rules. */
export function runs(room: Room): boolean {
  return room.kind !== 'direct' && (room.role !== 'member' || isAdmin.value);
}
