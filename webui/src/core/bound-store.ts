// What is kept for one box only. Another box may answer at the same address one day: the same one after it was reset, a new
// card, a neighbour's. Its people must never be offered what was typed for the box before.
import { readJson, type TextStore } from './storage';

export interface BoundStore extends TextStore {
  /** From now on everything is this box's. Until then nothing is there, and nothing is kept. */
  bind(box: string): void;
}

/** Names begin so, then comes the box's id. */
const PREFIX = 'at.';
const SEEN = 'boxes';
/** What was kept for so many boxes stays at an address: one that comes back from its backup finds it again. */
const MOST = 3;

export function boundStore(store: TextStore): BoundStore {
  let own: string | null = null;
  return {
    bind(box) {
      own = prefixOf(box);
      const seen = [box, ...(readJson(store, SEEN, isIds) ?? []).filter((one) => one !== box)].slice(0, MOST);
      store.set(SEEN, JSON.stringify(seen));
      const stay = seen.map(prefixOf);
      for (const key of store.keys(PREFIX)) if (!stay.some((prefix) => key.startsWith(prefix))) store.remove(key);
    },
    get: (key) => (own === null ? null : store.get(own + key)),
    set: (key, value) => {
      if (own !== null) store.set(own + key, value);
    },
    remove: (key) => {
      if (own !== null) store.remove(own + key);
    },
    keys: (prefix) => {
      const before = own;
      return before === null ? [] : store.keys(before + prefix).map((key) => key.slice(before.length));
    },
  };
}

function prefixOf(box: string): string {
  return `${PREFIX}${box}.`;
}

function isIds(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}
