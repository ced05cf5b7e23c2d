// The outbox's form in the browser's storage: everything but the bytes of files, which `blob-store.ts` keeps.
import { signal } from '@preact/signals';
import type { Pending } from './pending';
import { readJson, type TextStore } from './storage';
import type { SentFile, Voice } from './wire';

export interface SavedFile {
  key: string;
  name: string;
  size: number;
  mediaType: string;
  sent: SentFile | null;
  /** The box's name for what it has of the file so far. */
  upload?: string | null;
}

export interface Saved {
  clientId: string;
  room: number;
  text: string;
  replyTo: number | null;
  files: SavedFile[];
  voice?: Voice | null;
  at: number;
  /** As which device it was said: the box knows a repeated id only from the same one. */
  device?: number;
}

export function savedFrom(item: Pending): Saved {
  return {
    clientId: item.clientId,
    room: item.room,
    text: item.text,
    replyTo: item.replyTo,
    files: item.files.map(({ key, name, size, mediaType, sent, upload }) => ({ key, name, size, mediaType, sent, upload })),
    voice: item.voice,
    at: item.at,
    device: item.device,
  };
}

/** What was said on another sign-in may have arrived without our knowing: it is offered, not sent by itself. */
export function pendingFrom(saved: Saved, device: number): Pending {
  const files = saved.files.map((file) => ({
    key: file.key,
    name: file.name,
    size: file.size,
    mediaType: file.mediaType,
    blob: null,
    progress: signal(file.sent ? file.size : 0),
    sent: file.sent,
    upload: file.upload ?? null,
  }));
  const state = saved.device === device ? 'waiting' : 'kept';
  return { ...saved, files, voice: saved.voice ?? null, device: saved.device ?? -1, state, error: null, seq: null };
}

/** Takes everything that was saved under names that begin so, oldest first. */
export function takeSaved(store: TextStore, prefix: string): Saved[] {
  const saved = new Map<string, Saved>();
  for (const key of store.keys(prefix)) {
    for (const item of readJson(store, key, isSavedList) ?? []) saved.set(item.clientId, item);
    store.remove(key);
  }
  return [...saved.values()].sort((a, b) => a.at - b.at);
}

/** The keys of all files that any saved message still needs. */
export function savedFileKeys(store: TextStore, prefix: string): Set<string> {
  const all = store.keys(prefix).flatMap((key) => readJson(store, key, isSavedList) ?? []);
  return new Set(all.flatMap((item) => item.files.map((file) => file.key)));
}

function isSavedList(value: unknown): value is Saved[] {
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
