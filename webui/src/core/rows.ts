// From a stretch of events to what a room shows: day titles, grouped messages, one line for each system event.
import { isChange } from './changes';
import type { EventOf, MessageEvent, RoomEvent, RoomKind } from './wire';
import { dayNumber } from './when';

export type Row =
  | { kind: 'day'; key: string; at: number }
  | { kind: 'unread'; key: string }
  | { kind: 'message'; key: string; event: MessageEvent | EventOf<'deleted'>; first: boolean; last: boolean }
  /** Several when the same happened to one person after another. */
  | { kind: 'notice'; key: string; events: readonly RoomEvent[] };

const GROUP_MS = 5 * 60_000;

/** `unreadAfter`: the line "new messages" stands after this seq; `null`: nowhere. */
export function makeRows(events: readonly RoomEvent[], unreadAfter: number | null, me: number, room: RoomKind): Row[] {
  const rows: Row[] = [];
  let previous: RoomEvent | null = null;
  let marked = unreadAfter === null;
  let gathered: RoomEvent[] = [];
  for (const event of events) {
    if (isChange(event) || event.kind === 'newer' || goesWithoutSaying(event, previous, room)) continue;
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
      const before = rows[rows.length - 1];
      if (before?.kind === 'notice' && sameHappened(before.events[0]!, event)) gathered.push(event);
      else {
        gathered = [event];
        rows.push({ kind: 'notice', key: `n-${event.seq}`, events: gathered });
      }
    }
    previous = event;
  }
  for (const row of rows) if (row.kind === 'notice') row.events = asBefore(row.events);
  return rows;
}

/** People came or went one after the other: one line is enough. */
function sameHappened(a: RoomEvent, b: RoomEvent): boolean {
  if (a.kind !== b.kind) return false;
  return a.kind === 'joined' || a.kind === 'left' || ((a.kind === 'added' || a.kind === 'removed') && a.sender === b.sender);
}

const known = new WeakMap<RoomEvent, readonly RoomEvent[]>();

/** The same array as last time for the same events, so that their row is not rendered again. */
function asBefore(events: readonly RoomEvent[]): readonly RoomEvent[] {
  const before = known.get(events[0]!);
  if (before?.length === events.length && before[before.length - 1] === events[events.length - 1]) return before;
  known.set(events[0]!, events);
  return events;
}

/** That two people made their own room, or that a room's maker is in it. */
function goesWithoutSaying(event: RoomEvent, previous: RoomEvent | null, room: RoomKind): boolean {
  if (room === 'direct') return event.kind === 'room_created' || event.kind === 'joined' || event.kind === 'added';
  return event.kind === 'joined' && previous?.kind === 'room_created' && previous.sender === event.user;
}

function sameGroup(a: RoomEvent, b: RoomEvent): boolean {
  return (a.kind === 'message' || a.kind === 'deleted') && a.sender === b.sender && Math.abs(b.at - a.at) < GROUP_MS;
}
