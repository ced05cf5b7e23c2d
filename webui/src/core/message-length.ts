// How long a message may be. What is far longer is never put into a field: a page that lays it out stands still.

export const MAX_CHARS = 8_000;
/** UTF-16 units that the field takes: enough to go on typing and to see by how much it is too long. */
export const MOST_TYPED = 20_000;

/** Characters as the box counts them, Unicode scalar values. */
export function countChars(text: string): number {
  let pairs = 0;
  for (let at = 0; at < text.length; at++) if ((text.charCodeAt(at) & 0xfc00) === 0xdc00 && at > 0 && (text.charCodeAt(at - 1) & 0xfc00) === 0xd800) pairs++;
  return text.length - pairs;
}
