// Finds web addresses in text: those with a scheme, and without one where it can be nothing else. Phone numbers, dates, versions and
// names of files are none. Each place is looked at once.
import type { Effort, Span } from './text-line';

/** An address from where it was asked for up to `to`; `href` is `null` where it only looked like one, which is over at `to`. */
export interface Found {
  to: number;
  href: string | null;
}

const SCHEME = /https?:\/\//iy;
const WWW = /www\.(?=[a-z0-9])/iy;
const MAILBOX = /[a-z0-9][a-z0-9._%+-]{0,63}@/iy;
const HOST = /(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,12}(?![\w-])/iy;
const IPV4 = /(?:\d{1,3}\.){3}\d{1,3}(?![\w-]|\.\d)/y;
const IPV6 = /\[[0-9a-f:.]{2,45}\](?!\()/iy;
const PORT = /:\d{1,5}(?!\d)/y;
/** `10.0.0.0/8` is a network. */
const NETWORK = /^\/\d{1,2}$/;
const PRIVATE = /^(?:10|127|192\.168|169\.254|172\.(?:1[6-9]|2\d|3[01])|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\./;
/** Endings that no file has and no sentence: of addresses on a network like the box's, and the most usual ones elsewhere. */
const ENDINGS = new Set(['local', 'lan', 'internal', 'arpa', 'com', 'net', 'org', 'edu', 'gov', 'cn', 'io', 'dev']);

/** After one of these an address without a scheme is a part of something else. */
const JOINS = /[\w@.\-/+%=&?#:$~\\]/;
/** Where an address ends: at blanks, quotes, CJK punctuation, full-width forms, what turns the direction of writing, and emoji. */
const STOPS = /[\s<>"`|\\“”‘’„«»\u200b-\u200f\u202a-\u202e\u2066-\u2069\u3000-\u303f\ufe30-\ufe4f\uff00-\uffef\ud800-\udfff]/;
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;
/** A part of an address begins after one of these. */
const PARTS = /[/=_\-%&?#+.:]/;
const TRAILING = /[.,;:!?'*~_…]/;
const OPENED: Record<string, string> = { ')': '(', ']': '[', '}': '{' };

/** The address that begins at `at`, if one does. */
export function linkAt(text: string, at: number, line: Span, effort: Effort): Found | null {
  const before = at > line.from ? text[at - 1]! : ' ';
  const after = (pattern: RegExp, from: number) => matchEnd(pattern, text, from, line.to, effort);
  const begun = after(SCHEME, at);
  if (begun !== null) return whole(text, at, begun, '', line.to, effort);
  if (JOINS.test(before)) return null;
  if (after(WWW, at) !== null) return whole(text, at, at, 'http://', line.to, effort);
  const mailbox = after(MAILBOX, at);
  if (mailbox !== null) {
    const to = after(HOST, mailbox);
    return to === null ? null : { to, href: `mailto:${text.slice(at, to)}` };
  }
  const four = after(IPV4, at);
  const host = four ?? after(IPV6, at) ?? after(HOST, at);
  if (host === null) return null;
  const name = text.slice(at, host);
  if (four === null && !name.startsWith('[') && !ENDINGS.has(name.slice(name.lastIndexOf('.') + 1).toLowerCase())) return { to: host, href: null };
  if (four !== null && name.split('.').some((part) => Number(part) > 255 || /^0\d/.test(part))) return { to: host, href: null };
  const port = after(PORT, host) ?? host;
  const to = '/?#'.includes(text[port] ?? ' ') && port < line.to ? addressEnd(text, port, line.to, effort) : port;
  const rest = text.slice(host, to);
  if (four !== null && (NETWORK.test(rest) || (rest === '' && !PRIVATE.test(name)))) return { to, href: null };
  return { to, href: webAddress(`http://${name}${rest}`) };
}

/** The address of `[words](address)` from behind its bracket on; `to` is behind the closing one. */
export function namedLink(text: string, from: number, end: number, effort: Effort): Found {
  let open = 1;
  let at = from;
  for (; at < end && open > 0 && !STOPS.test(text[at]!); at++) {
    if (text[at] === '(') open++;
    if (text[at] === ')') open--;
  }
  effort.steps += at - from;
  const address = text.slice(from, at - 1);
  if (open > 0) return { to: at, href: null };
  return { to: at, href: /^mailto:[^?]+@[^?]+$/i.test(address) ? address : /^https?:\/\//i.test(address) ? webAddress(address) : null };
}

/** What a link leads to, for those who are shown other words: its host, or the address that is written to. */
export function placeOf(href: string): string {
  const url = new URL(href);
  return url.host || url.pathname;
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

/** An address with a scheme, or one that needs none: up to where a sentence goes on. */
function whole(text: string, at: number, host: number, scheme: string, end: number, effort: Effort): Found {
  const to = addressEnd(text, host, end, effort);
  return { to, href: webAddress(scheme + text.slice(at, to)) };
}

/** Where an address ends that goes on from `from`. */
function addressEnd(text: string, from: number, end: number, effort: Effort): number {
  let to = from;
  const opened: Record<string, number> = { '(': 0, '[': 0, '{': 0 };
  for (; to < end; to++) {
    const char = text[to]!;
    if (STOPS.test(char) || (char === ']' && text[to + 1] === '(')) break;
    // 打开http://192.168.1.7看看: a word goes on; …/wiki/中国: a part begins.
    if (UNSPACED.test(char) && !PARTS.test(text[to - 1]!) && !UNSPACED.test(text[to - 1]!)) break;
    if (char in opened) opened[char]!++;
    const pair = OPENED[char];
    if (pair) opened[pair]!--;
  }
  effort.steps += to - from;
  for (; to > from; to--) {
    const char = text[to - 1]!;
    const pair = OPENED[char];
    // A closing bracket belongs to the address only when it was opened in it.
    if (pair ? opened[pair]! >= 0 : !TRAILING.test(char)) break;
    if (pair) opened[pair]!++;
  }
  return to;
}

/** Nobody is led to a place by a name in front of it that says another. */
function webAddress(address: string): string | null {
  try {
    const url = new URL(address);
    return /^https?:$/.test(url.protocol) && url.host && !url.username && !url.password ? url.href : null;
  } catch {
    return null;
  }
}

function matchEnd(pattern: RegExp, text: string, from: number, end: number, effort: Effort): number | null {
  pattern.lastIndex = from;
  const found = pattern.exec(text);
  effort.steps += found?.[0].length ?? 1;
  return found && from + found[0].length <= end ? from + found[0].length : null;
}
