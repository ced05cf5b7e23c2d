// Tells the box what has come to this device but was not read yet, so that who sent it sees "delivered". Gathered, and
// only in small rooms: in large ones nobody asks.
import type { Rooms } from './rooms';
import type { ClientFrame, Seen } from './wire';

const SMALL = 50;
const EVERY_MS = 1_000;
/** So many rooms go into one frame. */
const AT_ONCE = 200;

export class Received {
  private readonly due = new Set<number>();
  private readonly told = new Map<number, number>();
  private armed = false;

  constructor(
    private readonly rooms: Rooms,
    private readonly send: (frame: ClientFrame) => boolean,
    private readonly setTimer: (run: () => void, ms: number) => number,
  ) {}

  /** The line is up again: the box may have forgotten what it was told. */
  all(): void {
    this.told.clear();
    for (const room of this.rooms.list.peek()) if (room.unread > 0) this.came(room.id);
  }

  /** Something of somebody else came. */
  came(room: number): void {
    this.due.add(room);
    if (this.armed) return;
    this.armed = true;
    this.setTimer(() => {
      this.armed = false;
      this.tell();
    }, EVERY_MS);
  }

  private tell(): void {
    const rooms: Seen[] = [];
    for (const id of this.due) {
      const room = this.rooms.peek(id);
      const known = Math.max(room?.read_seq ?? 0, this.told.get(id) ?? 0);
      if (room && room.member_count <= SMALL && room.last_seq > known) rooms.push({ room: id, seq: room.last_seq });
    }
    this.due.clear();
    const now = rooms.slice(0, AT_ONCE);
    if (now.length === 0 || !this.send({ t: 'received', rooms: now })) return;
    for (const { room, seq } of now) this.told.set(room, seq);
    for (const { room } of rooms.slice(AT_ONCE)) this.came(room);
  }
}
