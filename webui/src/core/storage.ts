// Text kept in the browser under a name. Never throws: private windows and full storage must not stop the chat.

export interface TextStore {
  get(key: string): string | null;
  set(key: string, value: string): void;
  remove(key: string): void;
  /** Names that begin so. */
  keys(prefix: string): string[];
}

const PREFIX = 'imbox.';

export function browserStore(storage: () => Storage): TextStore {
  const fallback = new Map<string, string>();
  return {
    get(key) {
      if (fallback.has(key)) return fallback.get(key) ?? null;
      try {
        return storage().getItem(PREFIX + key);
      } catch {
        return null;
      }
    },
    set(key, value) {
      try {
        storage().setItem(PREFIX + key, value);
        fallback.delete(key);
      } catch {
        fallback.set(key, value);
      }
    },
    remove(key) {
      fallback.delete(key);
      try {
        storage().removeItem(PREFIX + key);
      } catch {
        // Nothing was kept, so there is nothing to remove.
      }
    },
    keys(prefix) {
      const found = new Set([...fallback.keys()].filter((key) => key.startsWith(prefix)));
      try {
        for (const key of Object.keys(storage())) if (key.startsWith(PREFIX + prefix)) found.add(key.slice(PREFIX.length));
      } catch {
        // What can't be read was not kept.
      }
      return [...found];
    },
  };
}

/** Reads JSON of a known shape; anything unreadable counts as absent. */
export function readJson<T>(store: TextStore, key: string, is: (value: unknown) => value is T): T | null {
  const text = store.get(key);
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    return is(value) ? value : null;
  } catch {
    return null;
  }
}
