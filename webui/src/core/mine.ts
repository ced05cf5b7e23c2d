// What somebody has arranged about their rooms: which come first, which are out of the way, and of what they want to hear.
import { callsMe } from './mentions';
import type { MessageEvent, Room } from './wire';

export const FOLDERS = ['all', 'unread', 'people', 'groups', 'archive'] as const;
export type Folder = (typeof FOLDERS)[number];

export function isFolder(value: unknown): value is Folder {
  return FOLDERS.some((folder) => folder === value);
}

export function inFolder(room: Room, folder: Folder): boolean {
  if ((room.mine?.archived ?? false) !== (folder === 'archive')) return false;
  if (folder === 'unread') return room.unread > 0 || (room.mine?.marked_unread ?? false);
  if (folder === 'people') return room.kind === 'direct';
  return folder !== 'groups' || room.kind !== 'direct';
}

/** Nothing of it is to be heard. */
export function isQuiet({ mine }: Room, now: number): boolean {
  return mine?.notify === 'none' || (mine?.muted_until ?? 0) > now;
}

/** Is this to be heard, by somebody who is elsewhere? */
export function isHeard(room: Room, messages: readonly MessageEvent[], me: number, now: number): boolean {
  if (isQuiet(room, now)) return false;
  return room.mine?.notify !== 'mentions' || messages.some((message) => callsMe(message, me));
}

/** How much of it counts among all that waits. */
export function waiting(room: Room, now: number): number {
  if (isQuiet(room, now)) return 0;
  if (room.mine?.notify === 'mentions') return room.unread_mentions ?? 0;
  return room.unread || (room.mine?.marked_unread ? 1 : 0);
}

/** Pinned ones first, those that were pinned first above the others. */
export function comparePins(a: Room, b: Room): number {
  return (a.mine?.pinned_at ?? Infinity) === (b.mine?.pinned_at ?? Infinity) ? 0 : (a.mine?.pinned_at ?? Infinity) - (b.mine?.pinned_at ?? Infinity);
}

/** The room after something was said in it. */
export function broughtBack(room: Room, now: number): Room {
  return room.mine?.archived && !isQuiet(room, now) ? { ...room, mine: { ...room.mine, archived: false } } : room;
}
