// The outbox's form in the browser's storage: everything but the bytes of files.
import type { Pending } from './outbox';
import type { SentFile } from './wire';

export interface SavedFile {
  key: string;
  name: string;
  size: number;
  mediaType: string;
  sent: SentFile | null;
}

export interface Saved {
  clientId: string;
  room: number;
  text: string;
  replyTo: number | null;
  files: SavedFile[];
  at: number;
}

export function savedFrom(item: Pending): Saved {
  return {
    clientId: item.clientId,
    room: item.room,
    text: item.text,
    replyTo: item.replyTo,
    files: item.files.map(({ key, name, size, mediaType, sent }) => ({ key, name, size, mediaType, sent })),
    at: item.at,
  };
}

export function isSavedList(value: unknown): value is Saved[] {
  return Array.isArray(value) && value.every(isSaved);
}

function isSaved(value: unknown): value is Saved {
  const saved = value as Partial<Saved> | null;
  return (
    typeof saved === 'object' &&
    saved !== null &&
    typeof saved.clientId === 'string' &&
    typeof saved.room === 'number' &&
    typeof saved.text === 'string' &&
    typeof saved.at === 'number' &&
    Array.isArray(saved.files)
  );
}
