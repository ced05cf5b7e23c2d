// The room on the screen: tells the box, and keeps who has read how far in it.
import { computed, signal } from '@preact/signals';
import type { Api } from './api';
import type { NewRooms } from './new-rooms';
import type { People } from './people';
import type { ClientFrame, Member } from './wire';

/** In larger rooms nobody asks who has read what, and the answer would be long. */
const CURSORS_UP_TO = 200;

export class Watch {
  readonly room = signal<number | null>(null);
  readonly members = signal<readonly Member[] | null>(null);
  private readonly cursors = signal<ReadonlyMap<number, number>>(new Map());

  private readonly received = signal<ReadonlyMap<number, number>>(new Map());

  /** Up to here a device of somebody else has everything. */
  readonly deliveredUpTo = computed(() => Math.max(this.readUpTo.value, ...this.received.value.values()));

  /** Up to here somebody else has read. */
  readonly readUpTo = computed(() => Math.max(0, ...this.cursors.value.values()));

  constructor(
    private readonly api: Api,
    private readonly people: People,
    private readonly newRooms: NewRooms,
    private readonly send: (frame: ClientFrame) => boolean,
    private readonly me: () => number,
  ) {}

  look(room: number | null, memberCount: number): void {
    if (room !== null) this.newRooms.opened(room);
    if (this.room.peek() !== room) {
      this.room.value = room;
      this.members.value = null;
      this.cursors.value = new Map();
      this.received.value = new Map();
    }
    this.send({ t: 'watch', room });
    if (room !== null && memberCount <= CURSORS_UP_TO) void this.loadMembers(room);
  }

  /** How many others have read `seq`. */
  readers(seq: number): number {
    let count = 0;
    for (const cursor of this.cursors.value.values()) if (cursor >= seq) count++;
    return count;
  }

  moved(room: number, user: number, seq: number): void {
    if (room !== this.room.peek() || seq <= (this.cursors.peek().get(user) ?? 0)) return;
    this.cursors.value = new Map(this.cursors.peek()).set(user, seq);
  }

  came(room: number, user: number, seq: number): void {
    if (room !== this.room.peek() || user === this.me() || seq <= (this.received.peek().get(user) ?? 0)) return;
    this.received.value = new Map(this.received.peek()).set(user, seq);
  }

  async loadMembers(room: number): Promise<void> {
    const members = await this.api.members(room).catch(() => null);
    if (!members || this.room.peek() !== room) return;
    this.people.putAll(members.map((member) => member.user));
    this.members.value = members;
    const me = this.me();
    this.cursors.value = new Map(members.filter((member) => member.user.id !== me).map((member) => [member.user.id, member.read_seq]));
  }
}
