// What this person has starred, by room: asked for when somebody looks into the room, then kept up by what the box says.
import { signal, type ReadonlySignal, type Signal } from '@preact/signals';
import type { Api } from './api';

export class Stars {
  private readonly rooms = new Map<number, Signal<ReadonlySet<number>>>();
  /** What the box is being told, and what changed since a room was last asked for. */
  private readonly telling = new Map<number, Map<number, boolean>>();
  private readonly since = new Map<number, Map<number, boolean>>();
  /** Counts changes; lists look again. */
  readonly changes = signal(0);

  constructor(
    private readonly api: Pick<Api, 'stars' | 'star' | 'unstar'>,
    private readonly failed: (thrown: unknown) => void,
  ) {}

  /** The messages of a room, by seq. */
  in(room: number): ReadonlySignal<ReadonlySet<number>> {
    let found = this.rooms.get(room);
    if (!found) {
      this.rooms.set(room, (found = signal<ReadonlySet<number>>(new Set())));
      void this.load(room);
    }
    return found;
  }

  /** Shown at once; taken back when the box refuses. */
  async set(room: number, seq: number, starred: boolean): Promise<void> {
    const telling = this.telling.get(room) ?? new Map<number, boolean>();
    this.telling.set(room, telling.set(seq, starred));
    this.heard(room, seq, starred);
    try {
      await (starred ? this.api.star(room, seq) : this.api.unstar(room, seq));
    } catch (thrown) {
      this.heard(room, seq, !starred);
      this.failed(thrown);
    } finally {
      telling.delete(seq);
    }
  }

  /** On this device or another one. */
  heard(room: number, seq: number, starred: boolean): void {
    this.since.get(room)?.set(seq, starred);
    const found = this.rooms.get(room);
    if (found && found.peek().has(seq) !== starred) {
      const next = new Set(found.peek());
      if (starred) next.add(seq);
      else next.delete(seq);
      found.value = next;
    }
    this.changes.value++;
  }

  /** The line was away: another device may have starred something meanwhile. */
  afresh(): void {
    for (const room of this.rooms.keys()) void this.load(room);
  }

  forget(): void {
    this.rooms.clear();
    this.since.clear();
  }

  private async load(room: number): Promise<void> {
    try {
      // What is starred meanwhile may not be in the answer, nor what the box is being told.
      const since = new Map(this.telling.get(room));
      this.since.set(room, since);
      const found = new Set((await this.api.stars(room)).seqs);
      for (const [seq, starred] of since) starred ? found.add(seq) : found.delete(seq);
      const shown = this.rooms.get(room);
      if (shown) shown.value = found;
    } catch {
      // Asked again when the line is back.
    }
  }
}
