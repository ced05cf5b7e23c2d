// What one part of the page has to know of another, beside the rooms themselves.
import { signal } from '@preact/signals';
import type { Finding } from '../core/admin-wire';
import { NOTHING_ASKED, type SearchQuestion } from '../core/search-question';
import type { MessageEvent, SearchPage, SentFile } from '../core/wire';

/** The latest messages of others, for the live region. */
export const heard = signal<{ room: number; messages: readonly MessageEvent[] } | null>(null);

/** What the box's self-check found last, for admins. */
export const boxFindings = signal<readonly Finding[]>([]);

/** Somebody who just came in wants to say something: the keyboard comes up, on phones too. */
export const justCameIn = signal(false);

/** The message that the next one in its room will answer. */
export const replying = signal<{ room: number; event: MessageEvent } | null>(null);

/** The message of this person's own that is being changed in the composer. */
export const editing = signal<{ room: number; event: MessageEvent } | null>(null);

/** The message that somebody was led to, by a link or from what was found: it is shown in full. */
export const ledTo = signal<{ room: number; seq: number } | null>(null);

/** The quick way to another conversation is open. */
export const switching = signal(false);

/** What is being looked for, and what was found: both are there again when the reader comes back from a message. */
export const searchQuestion = signal<SearchQuestion>(NOTHING_ASKED);
export const searchFound = signal<{ asked: string; pages: readonly SearchPage[]; top: number } | null>(null);

/** The PDF that is looked at. */
export const shownFile = signal<SentFile | null>(null);
