// Pages a room's history into its window. One question per room and direction at a time. Each answers whether anything came by it:
// then there may be more to ask for.
import type { Api } from './api';
import { isChange } from './changes';
import type { Rooms } from './rooms';
import type { EventPage, RoomEvent } from './wire';

const PAGE = 100;
/** And so many where nothing but changes of messages came. */
const LARGE_PAGE = 200;
/** With more unread than this the room opens where reading stopped, not at the end. */
const LONG_UNREAD = 15;

export class History {
  private readonly busy = new Set<string>();
  private limit = PAGE;

  constructor(
    private readonly api: Api,
    private readonly rooms: Rooms,
    /** Hears of every event that was paged in. */
    private readonly came: (room: number, events: readonly RoomEvent[]) => void = () => undefined,
  ) {}

  /** The first window: around where reading stopped, or the end. Does nothing when one is loaded. */
  async open(room: number): Promise<void> {
    const log = this.rooms.log(room);
    const info = this.rooms.peek(room);
    if (log.loaded.peek() || !info) return;
    if (info.unread > LONG_UNREAD && info.read_seq > 0) await this.around(room, info.read_seq);
    else await this.newest(room);
  }

  /** Throws the window away and loads the end of the room. */
  newest(room: number): Promise<boolean> {
    return this.once(`${room} new`, async () => {
      const pages = [await this.api.events(room, { limit: PAGE })];
      // However many have liked it, a room opens with what was said.
      const first = pages[0]?.events[0]?.seq ?? 0;
      if (pages[0]?.events.every(isChange)) {
        const last = (await this.api.room(room)).last?.seq ?? first;
        if (last < first) pages.unshift(await this.api.events(room, { before: last + 1, limit: PAGE }));
      }
      this.rooms.log(room).reset(...pages);
      for (const page of pages) this.came(room, page.events);
      return pages.some((page) => page.events.length > 0);
    });
  }

  /** Throws the window away and loads what is around `seq`. */
  around(room: number, seq: number): Promise<boolean> {
    return this.once(`${room} new`, async () => {
      const [before, after] = await Promise.all([
        this.api.events(room, { before: seq + 1, limit: PAGE / 2 }),
        this.api.events(room, { after: seq, limit: PAGE }),
      ]);
      this.rooms.log(room).reset(before, after);
      this.came(room, after.events);
      return before.events.length + after.events.length > 0;
    });
  }

  older(room: number): Promise<boolean> {
    const log = this.rooms.log(room);
    if (!log.loaded.peek() || log.atHead) return Promise.resolve(false);
    return this.once(`${room} old`, async () => {
      const page = await this.api.events(room, { before: log.low, limit: this.limit });
      log.prepend(page);
      this.note(page);
      return page.events.length > 0;
    });
  }

  newer(room: number): Promise<boolean> {
    const log = this.rooms.log(room);
    if (!log.loaded.peek() || log.atTail) return Promise.resolve(false);
    return this.once(`${room} new`, async () => {
      const page = await this.api.events(room, { after: log.high, limit: this.limit });
      log.append(page);
      this.note(page);
      this.came(room, page.events);
      return page.events.length > 0;
    });
  }

  /** More has happened than was told: what is loaded is read once more. */
  renew(room: number): Promise<boolean> {
    const log = this.rooms.log(room);
    return this.once(`${room} again`, async () => {
      const { high } = log;
      for (let seq = log.low - 1; seq < high; ) {
        const page = await this.api.events(room, { after: seq, limit: LARGE_PAGE });
        log.renew(page);
        const last = page.events[page.events.length - 1];
        if (!last) break;
        seq = last.seq;
      }
      return false;
    });
  }

  /** Something has happened to this event that was not told. */
  async again(room: number, seq: number): Promise<void> {
    const log = this.rooms.log(room);
    if (log.at(seq)) log.renew(await this.api.events(room, { after: seq - 1, limit: 1 }));
  }

  private note(page: EventPage): void {
    this.limit = page.events.every(isChange) ? LARGE_PAGE : PAGE;
  }

  private async once(key: string, run: () => Promise<boolean>): Promise<boolean> {
    if (this.busy.has(key)) return false;
    this.busy.add(key);
    try {
      return await run();
    } finally {
      this.busy.delete(key);
    }
  }
}
