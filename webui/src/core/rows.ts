// From a stretch of events to what a room shows: day titles, grouped messages, one line for each system event.
import type { EventOf, MessageEvent, RoomEvent, RoomKind } from './wire';
import { dayNumber } from './when';

export type Row =
  | { kind: 'day'; key: string; at: number }
  | { kind: 'unread'; key: string }
  | { kind: 'message'; key: string; event: MessageEvent | EventOf<'deleted'>; first: boolean; last: boolean }
  | { kind: 'notice'; key: string; event: RoomEvent };

const GROUP_MS = 5 * 60_000;

/** `unreadAfter`: the line "new messages" stands after this seq; `null`: nowhere. */
export function makeRows(events: readonly RoomEvent[], unreadAfter: number | null, me: number, room: RoomKind): Row[] {
  const rows: Row[] = [];
  let previous: RoomEvent | null = null;
  let marked = unreadAfter === null;
  for (const event of events) {
    if (event.kind === 'message_deleted' || goesWithoutSaying(event, previous, room)) continue;
    // A damaged page holds dozens of events: one line for all that are lost together.
    if (event.kind === 'lost' && previous?.kind === 'lost') continue;
    if (!previous || dayNumber(previous.at) !== dayNumber(event.at)) {
      rows.push({ kind: 'day', key: `day-${event.seq}`, at: event.at });
      previous = null;
    }
    if (!marked && event.seq > (unreadAfter ?? 0) && event.kind === 'message' && event.sender !== me) {
      rows.push({ kind: 'unread', key: 'unread' });
      marked = true;
      previous = null;
    }
    if (event.kind === 'message' || event.kind === 'deleted') {
      const first = !previous || !sameGroup(previous, event);
      const before = rows[rows.length - 1];
      if (!first && before?.kind === 'message') rows[rows.length - 1] = { ...before, last: false };
      rows.push({ kind: 'message', key: `m-${event.seq}`, event, first, last: true });
    } else {
      rows.push({ kind: 'notice', key: `n-${event.seq}`, event });
    }
    previous = event;
  }
  return rows;
}

/** That two people made their own room, or that a room's maker is in it. */
function goesWithoutSaying(event: RoomEvent, previous: RoomEvent | null, room: RoomKind): boolean {
  if (room === 'direct') return event.kind === 'room_created' || event.kind === 'joined' || event.kind === 'added';
  return event.kind === 'joined' && previous?.kind === 'room_created' && previous.sender === event.user;
}

function sameGroup(a: RoomEvent, b: RoomEvent): boolean {
  return (a.kind === 'message' || a.kind === 'deleted') && a.sender === b.sender && Math.abs(b.at - a.at) < GROUP_MS;
}
