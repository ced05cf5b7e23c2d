// Finds web addresses in text. Answers pieces, never markup: what a person typed is only ever shown as text.

export type Piece = { text: string; href: string | null };

const ADDRESS = /\b(?:https?:\/\/|www\.)[^\s<>"'“”‘’，。；：！？、（）【】《》]+/giu;
const TRAILING = /[.,;:!?)\]}'"…]+$/u;

export function splitLinks(text: string): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = trimAddress(match[0]);
    const href = toHref(address);
    if (!href) continue;
    if (match.index > from) pieces.push({ text: text.slice(from, match.index), href: null });
    pieces.push({ text: address, href });
    from = match.index + address.length;
  }
  if (from < text.length) pieces.push({ text: text.slice(from), href: null });
  return pieces;
}

/** The address of a message, to be sent to others. */
export function messageLink(origin: string, room: number, seq: number): string {
  return `${origin}/#/room/${room}/at/${seq}`;
}

/** The part of a link that this page can follow itself: to a message of this box, by whichever of its `origins`. */
export function ownPart(href: string, origins: readonly string[]): string | null {
  const url = new URL(href);
  return url.pathname === '/' && /^#\/room\/\d+\/at\/\d+$/.test(url.hash) && origins.includes(url.origin) ? url.hash : null;
}

/** A closing bracket belongs to the address only when it was opened in it. */
function trimAddress(address: string): string {
  let trimmed = address.replace(TRAILING, '');
  if (trimmed.includes('(') && address[trimmed.length] === ')') trimmed += ')';
  return trimmed;
}

function toHref(address: string): string | null {
  try {
    const url = new URL(address.startsWith('www.') || address.startsWith('WWW.') ? `http://${address}` : address);
    return url.protocol === 'http:' || url.protocol === 'https:' ? url.href : null;
  } catch {
    return null;
  }
}
