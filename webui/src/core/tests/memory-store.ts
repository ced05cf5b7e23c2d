import type { TextStore } from '../storage';

/** A browser's storage that the test can look into. */
export function memoryStore(kept = new Map<string, string>()): TextStore {
  return {
    get: (key) => kept.get(key) ?? null,
    set: (key, value) => void kept.set(key, value),
    remove: (key) => void kept.delete(key),
    keys: (prefix) => [...kept.keys()].filter((key) => key.startsWith(prefix)),
  };
}
