// One room's events as far as they are loaded: a gapless window that can grow at both ends and is cut at the far one. Of changes of
// messages nothing is kept but what they have made of the messages. Knows nothing of the network; whoever pages says what came.
import { batch, signal, type Signal } from '@preact/signals';
import { after, isChange, reactedByMe, type ChangeEvent } from './changes';
import type { EventPage, RoomEvent } from './wire';

/** So many events stay loaded; the DOM shows no more than these, however long the room is. */
export const WINDOW = 400;
/** So many stay at least while the newest is being read: each message that comes costs what is on the page. */
const AT_END = 128;
/** Events whose seq divided by this is the same come and go together, so that the rows of the others stay as they are. */
export const STRETCH = 16;
/** While someone reads old messages the window may grow so far by new ones, then new ones wait to be paged in. */
const LONGEST = 3 * WINDOW;
/** So many changes are remembered, for pages that were on their way when they came. */
const RECENT = 256;

export class RoomLog {
  /** Ascending by seq: all that is shown from `low` to `high`. */
  readonly events: Signal<readonly RoomEvent[]> = signal([]);
  /** The oldest seq this person may see. */
  readonly firstSeq = signal(1);
  /** The newest seq of the room, loaded or not. */
  readonly lastSeq = signal(0);
  readonly loaded = signal(false);
  /** First and last seq of the window, changes included; `null` while it is empty. */
  private readonly reach = signal<{ low: number; high: number } | null>(null);
  /** The newest changes that came by themselves. */
  private recent: ChangeEvent[] = [];

  constructor(private readonly me: () => number = () => -1) {}

  get low(): number {
    return this.reach.value?.low ?? this.lastSeq.value + 1;
  }

  get high(): number {
    return this.reach.value?.high ?? this.lastSeq.value;
  }

  /** Is the newest event in the window? */
  get atTail(): boolean {
    return this.loaded.value && this.high >= this.lastSeq.value;
  }

  get atHead(): boolean {
    return this.loaded.value && this.low <= this.firstSeq.value;
  }

  /** The event `seq`, if it is in the window and shown. */
  at(seq: number): RoomEvent | undefined {
    return this.events.value[placeOf(this.events.value, seq)];
  }

  /** Who said something in the window, the latest first. */
  speakers(): number[] {
    const found = new Set<number>();
    for (const event of [...this.events.value].reverse()) if (event.kind === 'message') found.add(event.sender);
    return [...found];
  }

  /** What to tell the box at reconnect: everything up to here is known or can be paged. */
  get seen(): number {
    return this.atTail ? this.high : this.lastSeq.value;
  }

  /** Throws the window away and starts from these pages. Between two that do not follow on there are only changes. */
  reset(...pages: EventPage[]): void {
    batch(() => {
      this.events.value = [];
      this.reach.value = null;
      for (const page of pages) {
        const from = page.events[0]?.seq;
        if (this.reach.value && from !== undefined) this.reach.value = { low: this.low, high: Math.max(this.high, from - 1) };
        this.join(page.events);
      }
      this.caughtUp(pages);
      this.loaded.value = true;
    });
  }

  /** Older events, found by `before: low`. */
  prepend(page: EventPage): void {
    batch(() => {
      const older = page.events.filter((event) => event.seq < this.low);
      const first = older[0];
      if (first) {
        const all = [...older.filter((event) => !isChange(event)), ...this.events.value];
        const cut = all[WINDOW];
        this.reach.value = { low: first.seq, high: cut ? cut.seq - 1 : this.high };
        this.events.value = all.slice(0, WINDOW);
      }
      this.caughtUp([page]);
    });
  }

  /** Newer events, found by `after: high`. */
  append(page: EventPage): void {
    batch(() => {
      this.join(page.events);
      const cut = this.events.value[this.events.value.length - WINDOW - 1];
      if (cut) this.keepFrom(cut.seq + 1);
      for (const event of page.events) if (isChange(event)) this.change(event);
      this.caughtUp([page]);
    });
  }

  /** The rows of a page take the places of those that are loaded: what has happened to them was missed. */
  renew(page: EventPage): void {
    batch(() => {
      const fresh = new Map(page.events.map((event) => [event.seq, event]));
      this.events.value = this.events.value.map((event) => fresh.get(event.seq) ?? event);
      this.caughtUp([page]);
    });
  }

  /** Events that came by themselves. Those that do not follow on only move the end of the room. */
  live(events: readonly RoomEvent[]): void {
    const last = events[events.length - 1];
    if (!last) return;
    batch(() => {
      if (this.loaded.value && this.events.value.length < LONGEST) this.join(events);
      const changes = events.filter(isChange);
      this.recent = [...this.recent, ...changes].slice(-RECENT);
      for (const event of changes) this.change(event);
      this.lastSeq.value = Math.max(this.lastSeq.value, last.seq);
    });
  }

  /** I react, or take it back: shown before the box has said so. */
  react(seq: number, emoji: string, on: boolean): void {
    this.put(seq, (row) => (row.kind === 'message' ? reactedByMe(row, emoji, on) : row));
  }

  /** Cuts what is far above, while the newest is being read. Whole stretches: what is left is not touched. */
  trim(): void {
    const { value } = this.events;
    const stays = value[value.length - AT_END];
    if (!stays || value.length < AT_END + 2 * STRETCH) return;
    this.keepFrom(Math.floor(stays.seq / STRETCH) * STRETCH);
  }

  /** The room begins there now: what was before it is nowhere any more. */
  begin(first: number): void {
    batch(() => {
      this.firstSeq.value = first;
      if (this.low < first) this.keepFrom(first);
    });
  }

  /** Nothing is loaded any more. */
  forget(): void {
    batch(() => {
      this.events.value = [];
      this.reach.value = null;
      this.loaded.value = false;
    });
  }

  /** `more` behind the window as far as it follows on; what is already there is not taken twice. */
  private join(more: readonly RoomEvent[]): void {
    let reach = this.reach.value;
    const shown: RoomEvent[] = [];
    for (const event of more) {
      if (reach && event.seq !== reach.high + 1) continue;
      reach = { low: reach?.low ?? event.seq, high: event.seq };
      if (!isChange(event)) shown.push(event);
    }
    this.reach.value = reach;
    if (shown.length > 0) this.events.value = [...this.events.value, ...shown];
  }

  private keepFrom(low: number): void {
    const { high } = this;
    this.reach.value = low <= high ? { low: Math.max(low, this.low), high } : null;
    this.events.value = this.events.value.filter((event) => event.seq >= low);
  }

  /** What came by itself after the box had read a page is not in the page. */
  private caughtUp(pages: EventPage[]): void {
    const read = Math.min(...pages.map((page) => page.last_seq));
    for (const event of this.recent) if (event.seq > read) this.change(event);
    for (const page of pages) {
      this.firstSeq.value = page.first_seq;
      this.lastSeq.value = Math.max(this.lastSeq.value, page.last_seq);
    }
  }

  private change(event: ChangeEvent): void {
    this.put(event.target, (row) => after(row, event, this.me()));
  }

  private put(seq: number, change: (row: RoomEvent) => RoomEvent): void {
    const place = placeOf(this.events.value, seq);
    const row = this.events.value[place];
    if (!row) return;
    const next = change(row);
    if (next === row) return;
    const events = this.events.value.slice();
    events[place] = next;
    this.events.value = events;
  }
}

/** Where the event `seq` is; -1 when it is not there. */
function placeOf(events: readonly RoomEvent[], seq: number): number {
  let [low, high] = [0, events.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const at = events[middle]!.seq;
    if (at === seq) return middle;
    if (at < seq) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}
