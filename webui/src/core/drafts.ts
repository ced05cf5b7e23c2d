// What was typed but not said, per person and room, kept over reloads and forced sign-outs. Nobody reads another's.
import type { TextStore } from './storage';

export class Drafts {
  private prefix: string | null = null;

  constructor(private readonly store: TextStore) {}

  /** From now on the drafts are this person's. */
  use(user: number): void {
    this.prefix = `draft.${user}.`;
  }

  /** The person is out: what they typed waits for them, out of sight. */
  rest(): void {
    this.prefix = null;
  }

  /** The person goes for good: nothing of theirs stays on this device. */
  forget(): void {
    if (this.prefix !== null) for (const key of this.store.keys(this.prefix)) this.store.remove(key);
    this.prefix = null;
  }

  /** Is there anything half said? */
  any(): boolean {
    return this.prefix !== null && this.store.keys(this.prefix).length > 0;
  }

  get(room: number): string {
    return this.prefix === null ? '' : (this.store.get(this.prefix + room) ?? '');
  }

  set(room: number, text: string): void {
    if (this.prefix === null) return;
    if (text) this.store.set(this.prefix + room, text);
    else this.store.remove(this.prefix + room);
  }
}
