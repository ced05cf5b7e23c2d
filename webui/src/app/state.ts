// What one part of the page has to know of another, beside the rooms themselves.
import { signal } from '@preact/signals';
import type { Finding } from '../core/admin-wire';
import type { MessageEvent, SentFile } from '../core/wire';

/** The latest messages of others, for the live region. */
export const heard = signal<{ room: number; messages: readonly MessageEvent[] } | null>(null);

/** What the box's self-check found last, for admins. */
export const boxFindings = signal<readonly Finding[]>([]);

/** Somebody who just came in wants to say something: the keyboard comes up, on phones too. */
export const justCameIn = signal(false);

/** The message that the next one in its room will answer. */
export const replying = signal<{ room: number; event: MessageEvent } | null>(null);

/** The PDF that is looked at. */
export const shownFile = signal<SentFile | null>(null);
