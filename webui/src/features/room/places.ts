// Where the reader was in each room, for this visit.
import type { Place } from './scroll-keeper';

export interface RoomPlace extends Place {
  /** The line "new messages" stands after this seq. */
  unreadAfter: number | null;
}

export const places = new Map<number, RoomPlace>();
