// A message that is not on the box's disk yet, and its files.
import type { Signal } from '@preact/signals';
import type { AppErrorCode } from './errors';
import type { SentFile, Voice } from './wire';

export interface PendingFile {
  readonly key: string;
  readonly name: string;
  readonly size: number;
  readonly mediaType: string;
  /** The bytes; `null` when they were lost with an earlier page and the file has to be chosen again. */
  readonly blob: Blob | null;
  /** Bytes that the box has taken so far. */
  readonly progress: Signal<number>;
  /** What the box made of it, once it is there. */
  readonly sent: SentFile | null;
  /** The box's name for what it has of the file so far. */
  readonly upload: string | null;
}

export interface Pending {
  readonly clientId: string;
  readonly room: number;
  readonly text: string;
  readonly replyTo: number | null;
  readonly files: readonly PendingFile[];
  /** Its one file is a voice note. */
  readonly voice: Voice | null;
  readonly at: number;
  readonly device: number;
  /** `kept`: left over from an earlier sign-in, goes out only when the person says so. */
  readonly state: 'kept' | 'uploading' | 'paused' | 'waiting' | 'sending' | 'sent' | 'failed';
  /** Why it failed, or, while `waiting`, why it has to. */
  readonly error: AppErrorCode | null;
  /** Its place in the room, once acknowledged. */
  readonly seq: number | null;
}
