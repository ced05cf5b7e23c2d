// An emoji that is being typed by its name behind a colon: `:thumbs`, `:竖起`. Not in times, addresses and after letters.

const TYPED = /(?:^|[^A-Za-z0-9_:/])(:((?:\p{Script=Han}|[A-Za-z+]['\p{L}\p{N}_+-])['\p{L}\p{N}_+-]{0,30}))$/u;

/** Where its colon stands, and what stands behind it. */
export function emojiTyped(text: string, caret: number): { at: number; typed: string } | null {
  const match = TYPED.exec(text.slice(Math.max(0, caret - 40), caret));
  return match ? { at: caret - match[1]!.length, typed: match[2]! } : null;
}

/** The text with the emoji in the place of its name, and where the caret stands then. */
export function emojiWritten(text: string, { at, typed }: { at: number; typed: string }, emoji: string): { text: string; caret: number } {
  return { text: text.slice(0, at) + emoji + text.slice(at + 1 + typed.length), caret: at + emoji.length };
}
