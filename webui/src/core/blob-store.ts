// The bytes of files that wait to be sent, kept over a reload in the browser's own database (which plain HTTP has too).
// Never throws: where there is no database, or no room in it, the bytes are gone with the page.

export interface BlobStore {
  put(key: string, blob: Blob): void;
  /** `null` when they are not there, or can't be read any more. */
  get(key: string): Promise<Blob | null>;
  remove(key: string): void;
  /** Removes whatever nobody needs. */
  keepOnly(keys: ReadonlySet<string>): void;
}

/** Larger files are not copied: the person chooses them again after a reload. */
const LARGEST = 64 << 20;
const NAME = 'imbox';
const TABLE = 'waiting-files';

export function browserBlobs(factory: () => IDBFactory | undefined): BlobStore {
  let opened: Promise<IDBDatabase | null> | null = null;
  const database = () => (opened ??= open(factory));
  async function run<T>(mode: IDBTransactionMode, ask: (table: IDBObjectStore) => IDBRequest<T>): Promise<T | null> {
    try {
      const db = await database();
      if (!db) return null;
      return await settled(ask(db.transaction(TABLE, mode).objectStore(TABLE)));
    } catch {
      return null;
    }
  }
  return {
    put: (key, blob) => {
      if (blob.size <= LARGEST) void run('readwrite', (table) => table.put(blob, key));
    },
    get: async (key) => {
      const found = await run<unknown>('readonly', (table) => table.get(key) as IDBRequest<unknown>);
      return found instanceof Blob ? found : null;
    },
    remove: (key) => void run('readwrite', (table) => table.delete(key)),
    keepOnly: (keys) =>
      void run('readonly', (table) => table.getAllKeys()).then((all) => {
        for (const key of all ?? []) if (!keys.has(String(key))) void run('readwrite', (table) => table.delete(key));
      }),
  };
}

async function open(factory: () => IDBFactory | undefined): Promise<IDBDatabase | null> {
  try {
    const request = factory()?.open(NAME, 1);
    if (!request) return null;
    request.onupgradeneeded = () => void request.result.createObjectStore(TABLE);
    return await settled(request);
  } catch {
    return null;
  }
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('no database'));
  });
}
