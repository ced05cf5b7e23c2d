// What was typed but not said, per room, kept over reloads.
import type { TextStore } from './storage';

export class Drafts {
  constructor(private readonly store: TextStore) {}

  get(room: number): string {
    return this.store.get(key(room)) ?? '';
  }

  set(room: number, text: string): void {
    if (text) this.store.set(key(room), text);
    else this.store.remove(key(room));
  }
}

function key(room: number): string {
  return `draft.${room}`;
}
