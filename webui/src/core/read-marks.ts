// Tells the box how far this person has read: the first at once, what follows gathered. Somebody who reads along in a busy
// room would have it write a place to the disk for each message.
import type { Rooms } from './rooms';
import type { ClientFrame } from './wire';

const EVERY_MS = 300;

export class ReadMarks {
  /** Read since the box was last told; `null`: nobody waits. By room. */
  private readonly due = new Map<number, number | null>();

  constructor(
    private readonly rooms: Rooms,
    private readonly send: (frame: ClientFrame) => boolean,
    private readonly setTimer: (run: () => void, ms: number) => number,
  ) {}

  /** Everything up to `seq` was read. Without a line it stays unread, and is marked again when the room is next looked at. */
  read(room: number, seq: number): void {
    const known = this.rooms.peek(room);
    if (!known || seq <= known.read_seq) return;
    if (this.due.has(room)) this.due.set(room, seq);
    else if (!this.tell(room, seq)) return;
    this.rooms.read(room, seq);
  }

  /** Tells the box now: the page may be gone in a moment. */
  flush(): void {
    for (const [room, seq] of this.due) {
      if (seq !== null) this.send({ t: 'read', room, seq });
      this.due.set(room, null);
    }
  }

  /** Somebody else may use the app next. */
  forget(): void {
    this.due.clear();
  }

  private tell(room: number, seq: number): boolean {
    if (!this.send({ t: 'read', room, seq })) return false;
    this.due.set(room, null);
    this.setTimer(() => {
      const since = this.due.get(room) ?? null;
      this.due.delete(room);
      // Lost with the line: the box's next list of rooms still has it unread.
      if (since !== null) this.tell(room, since);
    }, EVERY_MS);
    return true;
  }
}
