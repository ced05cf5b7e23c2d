// Rooms that a person came into without doing anything, until they have looked: somebody added them. Kept over reloads.
import { signal } from '@preact/signals';
import { readJson, type TextStore } from './storage';
import type { Room } from './wire';

export class NewRooms {
  /** Not looked into yet. */
  readonly ids = signal<ReadonlySet<number>>(new Set());
  private key: string | null = null;
  /** Rooms of which this device knows; `null`: of none yet, so none of them is new. */
  private known: Set<number> | null = null;

  constructor(private readonly store: TextStore) {}

  use(user: number): void {
    this.key = `rooms.${user}`;
    const known = readJson(this.store, this.key, isNumbers);
    this.known = known && new Set(known);
  }

  /** The person is out. What they know stays for when they are back. */
  rest(): void {
    this.key = this.known = null;
    this.ids.value = new Set();
  }

  /** The person goes for good. */
  forget(): void {
    if (this.key !== null) this.store.remove(this.key);
    this.rest();
  }

  /** The whole list. Answers those that were not there before. */
  all(rooms: readonly Room[]): number[] {
    const { known } = this;
    const came = known ? rooms.filter((room) => !known.has(room.id) && isCompany(room)).map((room) => room.id) : [];
    const there = new Set(rooms.map((room) => room.id));
    this.ids.value = new Set([...this.ids.peek(), ...came].filter((id) => there.has(id)));
    this.known = new Set([...there].filter((id) => !this.ids.peek().has(id)));
    this.keep();
    return came;
  }

  /** One room came, or changed. */
  came(room: Room): void {
    if (!this.known || this.known.has(room.id) || this.ids.peek().has(room.id) || !isCompany(room)) return;
    this.ids.value = new Set(this.ids.peek()).add(room.id);
  }

  /** One room is gone: when it comes again it is new again. */
  gone(id: number): void {
    this.known?.delete(id);
    this.drop(id);
  }

  /** Somebody looks at it. */
  opened(id: number): void {
    if (!this.known || this.known.has(id)) return;
    this.known.add(id);
    this.drop(id);
  }

  private drop(id: number): void {
    const ids = new Set(this.ids.peek());
    if (ids.delete(id)) this.ids.value = ids;
    this.keep();
  }

  private keep(): void {
    if (this.key !== null && this.known) this.store.set(this.key, JSON.stringify([...this.known]));
  }
}

/** A conversation of two shows by what was said in it. */
function isCompany(room: Room): boolean {
  return room.kind !== 'direct';
}

function isNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'number');
}
