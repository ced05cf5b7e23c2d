// One room's events as far as they are loaded: a gapless window that can grow at both ends and is cut at the far one.
// Knows nothing of the network; whoever pages says what came.
import { batch, signal, type Signal } from '@preact/signals';
import type { EventPage, RoomEvent } from './wire';

/** So many events stay loaded; the DOM shows no more than these, however long the room is. */
export const WINDOW = 400;
/** So many stay at least while the newest is being read: each message that comes costs what is on the page. */
const AT_END = 128;
/** Events whose seq divided by this is the same come and go together, so that the rows of the others stay as they are. */
export const STRETCH = 16;
/** While someone reads old messages the window may grow so far by new ones, then new ones wait to be paged in. */
const LONGEST = 3 * WINDOW;

export class RoomLog {
  /** Ascending by seq without gaps. */
  readonly events: Signal<readonly RoomEvent[]> = signal([]);
  /** The oldest seq this person may see. */
  readonly firstSeq = signal(1);
  /** The newest seq of the room, loaded or not. */
  readonly lastSeq = signal(0);
  readonly loaded = signal(false);

  get low(): number {
    return this.events.value[0]?.seq ?? this.lastSeq.value + 1;
  }

  get high(): number {
    const { value } = this.events;
    return value[value.length - 1]?.seq ?? this.lastSeq.value;
  }

  /** Is the newest event in the window? */
  get atTail(): boolean {
    return this.loaded.value && this.high >= this.lastSeq.value;
  }

  get atHead(): boolean {
    return this.loaded.value && this.low <= this.firstSeq.value;
  }

  /** The event `seq`, if it is in the window. */
  at(seq: number): RoomEvent | undefined {
    return this.events.value[seq - this.low];
  }

  /** What to tell the box at reconnect: everything up to here is known or can be paged. */
  get seen(): number {
    return this.atTail ? this.high : this.lastSeq.value;
  }

  /** Throws the window away and starts from these pages, which follow one another. */
  reset(...pages: EventPage[]): void {
    batch(() => {
      this.events.value = pages.reduce<RoomEvent[]>((all, page) => joinEvents(all, page.events), []);
      this.bounds(pages);
      this.loaded.value = true;
    });
  }

  /** Older events, found by `before: low`. */
  prepend(page: EventPage): void {
    batch(() => {
      const older = page.events.filter((event) => event.seq < this.low);
      this.events.value = [...older, ...this.events.value].slice(0, WINDOW);
      this.bounds([page]);
    });
  }

  /** Newer events, found by `after: high`. */
  append(page: EventPage): void {
    batch(() => {
      this.events.value = joinEvents(this.events.value, page.events).slice(-WINDOW);
      this.bounds([page]);
    });
  }

  /** Events that came by themselves. Those that do not follow on only move the end of the room. */
  live(events: readonly RoomEvent[]): void {
    const last = events[events.length - 1];
    if (!last) return;
    batch(() => {
      if (this.loaded.value && this.events.value.length < LONGEST) this.events.value = joinEvents(this.events.value, events);
      for (const event of events) if (event.kind === 'message_deleted') this.bury(event.target, event.sender);
      this.lastSeq.value = Math.max(this.lastSeq.value, last.seq);
    });
  }

  /** Cuts what is far above, while the newest is being read. Whole stretches: what is left is not touched. */
  trim(): void {
    if (this.events.value.length < AT_END + 2 * STRETCH) return;
    const from = Math.floor((this.high - AT_END) / STRETCH) * STRETCH;
    this.events.value = this.events.value.filter((event) => event.seq >= from);
  }

  /** The room begins there now: what was before it is nowhere any more. */
  begin(first: number): void {
    batch(() => {
      this.firstSeq.value = first;
      if (this.low < first) this.events.value = this.events.value.filter((event) => event.seq >= first);
    });
  }

  private bury(target: number, by: number): void {
    const event = this.at(target);
    if (!event) return;
    const events = this.events.value.slice();
    events[target - this.low] = { seq: target, sender: event.sender, at: event.at, kind: 'deleted', by };
    this.events.value = events;
  }

  private bounds(pages: EventPage[]): void {
    for (const page of pages) {
      this.firstSeq.value = page.first_seq;
      this.lastSeq.value = Math.max(this.lastSeq.value, page.last_seq);
    }
  }
}

/** `more` behind `events` as far as it follows on; what is already there is not taken twice. */
function joinEvents(events: readonly RoomEvent[], more: readonly RoomEvent[]): RoomEvent[] {
  const joined = events.slice();
  for (const event of more) {
    const last = joined[joined.length - 1];
    if (!last || event.seq === last.seq + 1) joined.push(event);
  }
  return joined;
}
