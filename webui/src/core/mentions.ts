// Mentions: `@handle` in a text. Whom it means the box has looked up; here only the places are found again, by the same rules
// (`crates/chat/src/mention.rs`), and what is being typed.
import type { Mention, RoomEvent } from './wire';

/** A piece of a text; `mention`: it calls somebody. */
export interface MentionPiece {
  text: string;
  mention: Mention | null;
}

/** Letters and digits of scripts that put blanks between words. */
const WORD = 'A-Za-z0-9_\\u00c0-\\u052f\\u1e00-\\u1fff';
const BEFORE_NONE = new RegExp(`[${WORD}@/%+\\-]`);
const GOES_ON = new RegExp(`[@${WORD}]`);
const TOKEN = /@([A-Za-z0-9][A-Za-z0-9._-]*)/g;

/** The text in pieces. `before`: what stands before it, if it is itself a piece. */
export function splitMentions(text: string, mentions: readonly Mention[], before = ''): MentionPiece[] {
  const pieces: MentionPiece[] = [];
  let from = 0;
  if (mentions.length > 0)
    for (const match of text.matchAll(TOKEN)) {
      const at = match.index;
      const end = at + match[0].length;
      if (BEFORE_NONE.test(at > 0 ? text[at - 1]! : before.slice(-1)) || GOES_ON.test(text[end] ?? '')) continue;
      const called = match[1]!.replace(/\.+$/, '');
      const found = [called, called.replace(/[-_.]+$/, '')].flatMap((name) => {
        const mention = mentions.find((one) => one.handle === name.toLowerCase());
        return mention ? [{ mention, length: name.length + 1 }] : [];
      })[0];
      if (!found) continue;
      if (at > from) pieces.push({ text: text.slice(from, at), mention: null });
      from = at + found.length;
      pieces.push({ text: text.slice(at, from), mention: found.mention });
    }
  if (from < text.length || pieces.length === 0) pieces.push({ text: text.slice(from), mention: null });
  return pieces;
}

/** Does this event call me: by name, or as one of all? */
export function callsMe(event: RoomEvent, me: number): boolean {
  return event.kind === 'message' && event.sender !== me && (event.mentions ?? []).some(({ user }) => user == null || user === me);
}

/** What is being typed behind an `@`, and where that stands. */
export interface Beginning {
  at: number;
  typed: string;
}

const TYPED = new RegExp(`(^|[^${WORD}@/%+\\-])@([\\p{L}\\p{M}\\p{N}._-]{0,32})$`, 'u');

/** The mention that is being typed at the caret: a name in any letters, without blanks. */
export function mentionTyped(text: string, caret: number): Beginning | null {
  const match = TYPED.exec(text.slice(Math.max(0, caret - 40), caret));
  return match ? { at: caret - match[2]!.length - 1, typed: match[2]! } : null;
}

/** The text with the mention that was being typed written out, and where the caret stands then. */
export function mentionWritten(text: string, { at, typed }: Beginning, handle: string): { text: string; caret: number } {
  const rest = text.slice(at + 1 + typed.length);
  const said = `@${handle}${/^[\s\p{P}]/u.test(rest) ? '' : ' '}`;
  return { text: text.slice(0, at) + said + rest, caret: at + said.length + (/^\s/.test(rest) ? 1 : 0) };
}
