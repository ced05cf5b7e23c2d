// The rooms this person is in: what the list shows, what was read, and each room's loaded window.
import { batch, computed, signal, type ReadonlySignal, type Signal } from '@preact/signals';
import { buried, edited, isChange } from './changes';
import { boxNow } from './box-time';
import { callsMe } from './mentions';
import { broughtBack, comparePins, waiting } from './mine';
import { RoomLog } from './room-log';
import type { MessageEvent, Room, RoomEvent, Seen } from './wire';

/** The box counts unread messages up to here and means "or more". */
export const UNREAD_CAP = 100;

export class Rooms {
  private readonly all = signal<ReadonlyMap<number, Signal<Room>>>(new Map());
  private readonly logs = new Map<number, RoomLog>();
  /** Read on this device, of which it cannot count what is left. */
  private readonly uncounted = new Set<number>();
  /** Whose rooms they are. */
  me = -1;
  /** Order of arrival within this visit: the box's clock may jump, arrival does not. */
  private readonly arrival = new Map<number, number>();
  private arrivals = 0;

  /** Pinned ones first, then the newest. */
  readonly list: ReadonlySignal<readonly Room[]> = computed(() =>
    [...this.all.value.values()].map((room) => room.value).sort((a, b) => this.compare(a, b)),
  );

  /** Counts what called this person while this page was open; lists look again. */
  readonly mentioned = signal(0);

  /** Rooms in which something calls this person. */
  readonly calling: ReadonlySignal<number> = computed(() => this.list.value.filter((room) => (room.unread_mentions ?? 0) > 0).length);

  /** What waits in all rooms of which this person wants to hear. */
  readonly unread: ReadonlySignal<number> = computed(() => this.list.value.reduce((sum, room) => sum + waiting(room, boxNow()), 0));

  get(id: number): Room | undefined {
    return this.all.value.get(id)?.value;
  }

  peek(id: number): Room | undefined {
    return this.all.peek().get(id)?.peek();
  }

  log(id: number): RoomLog {
    let log = this.logs.get(id);
    if (!log) this.logs.set(id, (log = new RoomLog(() => this.me)));
    return log;
  }

  /** The whole list, as `ready` brings it. */
  replace(rooms: readonly Room[]): void {
    batch(() => {
      const next = new Map<number, Signal<Room>>();
      for (const room of rooms) next.set(room.id, this.slot(room));
      this.all.value = next;
      for (const id of this.logs.keys()) if (!next.has(id)) this.logs.delete(id);
      for (const room of rooms) this.raise(room);
    });
  }

  put(room: Room): void {
    batch(() => {
      if (this.all.peek().has(room.id)) this.slot(room);
      else {
        this.cameUp([room.id]);
        this.all.value = new Map(this.all.peek()).set(room.id, this.slot(room));
      }
      this.raise(room);
    });
  }

  /** Something happened in them just now, if only that they are there: they go to the top of the list. */
  cameUp(ids: readonly number[]): void {
    for (const id of ids) this.arrival.set(id, ++this.arrivals);
  }

  remove(id: number): void {
    const next = new Map(this.all.peek());
    next.delete(id);
    this.all.value = next;
    this.logs.delete(id);
  }

  forget(): void {
    this.all.value = new Map();
    this.logs.clear();
    this.uncounted.clear();
    this.arrival.clear();
  }

  /** New events of a room. Answers the messages of others that were not there before. */
  live(id: number, events: readonly RoomEvent[], me: number): MessageEvent[] {
    const slot = this.all.peek().get(id);
    this.logs.get(id)?.live(events);
    const last = events[events.length - 1];
    if (!slot || !last) return [];
    const room = slot.peek();
    const fresh = events.filter((event) => event.seq > room.last_seq);
    const heard = fresh.filter((event): event is MessageEvent => event.kind === 'message' && event.sender !== me);
    if (fresh.length > 0) {
      const calls = room.kind === 'direct' ? [] : heard.filter((event) => event.seq > room.read_seq && callsMe(event, me));
      if (calls.length > 0) this.mentioned.value++;
      const shown = [...fresh].reverse().find((event) => !isChange(event));
      // That somebody liked what was said is nothing new that is said.
      if (shown || fresh.some((event) => event.kind === 'message_deleted')) this.arrival.set(id, ++this.arrivals);
      slot.value = {
        ...fresh.reduce(changedBy, fresh.some((event) => event.kind === 'message') ? broughtBack(room, boxNow()) : room),
        last_seq: last.seq,
        last: shown ?? room.last,
        unread: Math.min(UNREAD_CAP, room.unread + heard.filter((event) => event.seq > room.read_seq).length),
        ...called(room, calls),
      };
    }
    this.changeLast(slot, events);
    return heard;
  }

  /** My cursor moved. Answers false when the count that is left can only be known by asking the box. */
  read(id: number, seq: number): boolean {
    const { me } = this;
    const slot = this.all.peek().get(id);
    const room = slot?.peek();
    if (!slot || !room) return true;
    // The box has heard what was read here: now it can tell what is left.
    if (seq <= room.read_seq) return !this.uncounted.delete(id);
    if (seq >= room.last_seq) {
      this.uncounted.delete(id);
      slot.value = { ...room, read_seq: seq, unread: 0, unread_mentions: 0, first_unread_mention: null };
      return true;
    }
    const log = this.logs.get(id);
    const counted = room.unread < UNREAD_CAP && log?.loaded.peek() === true && log.low <= room.read_seq + 1 && log.high >= seq;
    if (!counted) {
      this.uncounted.add(id);
      slot.value = { ...room, read_seq: seq };
      return false;
    }
    const after = log.events.peek().filter((e) => e.kind === 'message' && e.sender !== me && e.seq > room.read_seq);
    const passed = after.filter((e) => e.seq <= seq);
    const mentions = Math.max(0, (room.unread_mentions ?? 0) - passed.filter((e) => callsMe(e, me)).length);
    // One beyond the window only the box knows.
    const first = mentions > 0 ? after.find((e) => e.seq > seq && callsMe(e, me))?.seq : null;
    slot.value = { ...room, read_seq: seq, unread: Math.max(0, room.unread - passed.length), unread_mentions: mentions, first_unread_mention: first ?? null };
    return true;
  }

  /**
   * The box has deleted what it kept long enough, or keeps things for another time. Answers true when only the box knows what
   * is left unread, or last.
   */
  kept(id: number, now: { first_seq: number; keep_days?: number | null; box_keep_days?: number | null }): boolean {
    const slot = this.all.peek().get(id);
    if (!slot) return false;
    const room = slot.peek();
    const first = Math.max(room.first_seq, now.first_seq);
    slot.value = { ...room, first_seq: first, keep_days: now.keep_days, box_keep_days: now.box_keep_days };
    this.raise(slot.peek());
    return first > room.first_seq && (room.unread > 0 || (room.last?.seq ?? 0) < first);
  }

  /** What this device has, for `hello`. */
  seen(): Seen[] {
    const seen: Seen[] = [];
    for (const [room, log] of this.logs) if (log.loaded.peek() && this.all.peek().has(room)) seen.push({ room, seq: log.seen });
    return seen;
  }

  private slot(room: Room): Signal<Room> {
    const slot = this.all.peek().get(room.id);
    if (!slot) return signal(room);
    slot.value = room;
    return slot;
  }

  private raise(room: Room): void {
    const log = this.logs.get(room.id);
    if (!log) return;
    log.lastSeq.value = Math.max(log.lastSeq.peek(), room.last_seq);
    log.begin(room.first_seq);
  }

  private changeLast(slot: Signal<Room>, events: readonly RoomEvent[]): void {
    for (const event of events) {
      const { last } = slot.peek();
      if (!last || !('target' in event) || last.seq !== event.target) continue;
      if (event.kind === 'message_deleted') slot.value = { ...slot.peek(), last: buried(last, event.sender) };
      else if (event.kind === 'message_edited' && last.kind === 'message') slot.value = { ...slot.peek(), last: edited(last, event) };
    }
  }

  private compare(a: Room, b: Room): number {
    const arrived = (this.arrival.get(b.id) ?? 0) - (this.arrival.get(a.id) ?? 0);
    return comparePins(a, b) || arrived || (b.last?.at ?? 0) - (a.last?.at ?? 0) || a.id - b.id;
  }
}

/** The room's marks with these calls added. */
function called(room: Room, calls: readonly MessageEvent[]): Pick<Room, 'unread_mentions' | 'first_unread_mention'> {
  return {
    unread_mentions: Math.min(UNREAD_CAP, (room.unread_mentions ?? 0) + calls.length),
    first_unread_mention: room.first_unread_mention ?? calls[0]?.seq ?? null,
  };
}

/** What an event says about its room. Pictures and rules it does not tell: those are asked for. */
function changedBy(room: Room, event: RoomEvent): Room {
  switch (event.kind) {
    case 'room_renamed':
      return { ...room, name: event.name };
    case 'topic_changed':
      return { ...room, topic: event.topic };
    case 'joined':
    case 'added':
      return { ...room, member_count: room.member_count + 1 };
    case 'left':
    case 'removed':
      return { ...room, member_count: room.member_count - 1 };
    default:
      return room;
  }
}
