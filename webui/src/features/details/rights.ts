// What this person may do in a room, as far as buttons need to know; the box decides.
import { isAdmin } from '../../app/wiring';
import type { Room } from '../../core/wire';

export function mayWrite(room: Room): boolean {
  return room.write === 'everyone' || room.role !== 'member';
}

/** Call everybody at once. */
export function mayMentionAll(room: Room): boolean {
  const admin = room.role !== 'member' || (room.is_default && isAdmin.value);
  return room.kind !== 'direct' && (room.mention_all === 'everyone' || admin);
}

export function mayInvite(room: Room): boolean {
  return room.kind !== 'direct' && (room.invite === 'everyone' || runs(room));
}

/** Rename, remove people, change rules. */
export function runs(room: Room): boolean {
  return room.kind !== 'direct' && (room.role !== 'member' || isAdmin.value);
}
