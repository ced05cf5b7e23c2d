// One line of a person's words: emphasis, code and links in it. Each opener is kept on a short stack and closed or given up once, so
// that no line is slow. What is no marker after all stays as it was typed.
import { linkAt, namedLink } from './links';

export type Inline =
  /** `from`: where it stands in the text. */
  | { is: 'text' | 'code'; from: number; text: string }
  | { is: 'strong' | 'em' | 'strike'; of: Inline[] }
  /** `named`: the words are the sender's, and may say anything about where it leads. */
  | { is: 'link'; href: string; named: boolean; of: Inline[] };

export interface Span {
  from: number;
  to: number;
}

/** What may stand out yet, each of it an element on the screen, and how much work was done: both are bounded. */
export interface Effort {
  most: number;
  steps: number;
}

interface Opener {
  mark: string;
  /** How many of the mark are unused yet. */
  count: number;
  /** Where in the parts its own text stands. */
  part: number;
}

/** So many may wait for their partner at once; it is also what bounds how deep emphasis is nested. */
const MOST_OPEN = 12;

const ESCAPABLE = /[*_~`[\]]/;
const AT_START = /[->]/;
/** `\\server\share`, `C:\_old`, and whatever else has words behind its backslashes. */
const PATH = /^(?:\\\\|[a-z]:\\)|\\[\p{L}\p{N}]/iu;
const WORD = /[\p{L}\p{N}\p{M}]/u;
/** Written without blanks between words, or with endings stuck to them. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const SPACE = /\s/;
const ALNUM = /[a-z0-9]/i;

export class LineReader {
  private parts: Inline[] = [];
  private open: Opener[] = [];
  private line: Span = { from: 0, to: 0 };
  /** Where plain text began that is not in `parts` yet. */
  private plain = 0;
  /** Runs of backticks in the line, by length, each with where they stand; made when the first is met. */
  private ticks: Map<number, number[]> | null = null;
  /** No bare link begins before the one, and no address in brackets before the other: they were looked at already. */
  private noLink = 0;
  private noNamed = 0;
  /** The word with backslashes that was looked at last. */
  private token = { to: 0, path: false };

  constructor(
    private readonly text: string,
    private readonly effort: Effort,
  ) {}

  read(line: Span): Inline[] {
    this.parts = [];
    this.open = [];
    this.line = line;
    this.plain = this.noLink = this.noNamed = line.from;
    this.token = { to: line.from, path: false };
    this.ticks = null;
    for (let at = line.from; at < line.to; ) {
      this.effort.steps++;
      at = this.effort.most > 0 ? this.step(at) : line.to;
    }
    this.flush(line.to);
    return joined(this.parts, this.text);
  }

  /** Takes what stands at `at`, and answers where to go on. */
  private step(at: number): number {
    const char = this.text[at]!;
    switch (char) {
      case '\\':
        return this.escape(at);
      case '`':
        return this.code(at);
      case '*':
      case '_':
      case '~':
        return this.run(at, char);
      case '[':
        return this.link(at) ?? this.bracket(at);
      case ']':
        return this.closeBracket(at);
      default:
        if (!ALNUM.test(char)) return at + 1;
        return this.link(at) ?? this.pastWord(at);
    }
  }

  /** A backslash before a marker takes the marker's meaning; in the names of folders and in ¯\\_(ツ)_/¯ it is meant itself. */
  private escape(at: number): number {
    if (at >= this.token.to) this.token = this.tokenAt(at);
    if (this.token.path) return this.token.to;
    const next = this.text[at + 1] ?? '';
    const meant = ESCAPABLE.test(next) || (at === this.line.from && AT_START.test(next));
    if (!meant || at + 1 >= this.line.to) return at + 1;
    if (this.text[at - 1] !== '¯') {
      this.flush(at);
      this.plain = at + 1;
    }
    return at + 2;
  }

  private tokenAt(at: number): { to: number; path: boolean } {
    let [from, to] = [at, at + 1];
    while (to < this.line.to && !SPACE.test(this.text[to]!)) to++;
    while (from > Math.max(this.line.from, this.token.to) && !SPACE.test(this.text[from - 1]!)) from--;
    this.effort.steps += to - from;
    return { to, path: PATH.test(this.text.slice(from, to)) };
  }

  private code(at: number): number {
    const length = this.runLength(at, '`');
    const after = at + length;
    const close = this.closingTicks(after, length);
    if (close === null) return after;
    let [from, to] = [after, close];
    // A blank on each side is there for the eyes, or for backticks at the edge.
    if (to - from > 2 && this.text[from] === ' ' && this.text[to - 1] === ' ') [from, to] = [from + 1, to - 1];
    this.flush(at);
    this.add({ is: 'code', from, text: this.text.slice(from, to) }, close + length);
    return close + length;
  }

  /** Runs are looked for once in a line, and none is looked at again after it was passed. */
  private closingTicks(after: number, length: number): number | null {
    if (!this.ticks) {
      this.ticks = new Map();
      for (let at = after; at < this.line.to; at++, this.effort.steps++) {
        if (this.text[at] !== '`') continue;
        const run = this.runLength(at, '`');
        const known = this.ticks.get(run);
        if (known) known.push(at);
        else this.ticks.set(run, [at]);
        at += run - 1;
      }
      for (const known of this.ticks.values()) known.reverse();
    }
    const runs = this.ticks.get(length) ?? [];
    while (runs.length > 0 && runs[runs.length - 1]! < after) {
      runs.pop();
      this.effort.steps++;
    }
    return runs[runs.length - 1] ?? null;
  }

  private run(at: number, mark: string): number {
    const length = this.runLength(at, mark);
    const after = at + length;
    const fits = mark === '*' ? length <= 3 : length === (mark === '_' ? 1 : 2);
    if (!fits) return after;
    const [before, next] = [charBefore(this.text, at, this.line.from), charAt(this.text, after, this.line.to)];
    const closes = !SPACE.test(before) && !isWordFor(mark, next);
    const opens = !SPACE.test(next) && !isWordFor(mark, before);
    let left = length;
    while (closes && left > 0) {
      const used = this.close(mark, left, after - left);
      if (used === 0) break;
      left -= used;
    }
    if (left === 0) return after;
    this.flush(after - left);
    if (opens) this.push(mark, left, after - left);
    return after;
  }

  /** Closes the last opener of the mark by `count` of it that begin at `now`; answers how many of them that took. */
  private close(mark: string, count: number, now: number): number {
    let index = this.open.length - 1;
    while (index >= 0 && this.open[index]!.mark !== mark) index--;
    const opener = this.open[index];
    // Nothing between them: the markers themselves are meant.
    if (!opener || this.effort.most <= 0 || (opener.part === this.parts.length - 1 && this.plain >= now)) return 0;
    const used = Math.min(count, opener.count, 2);
    this.flush(now);
    this.open.length = index + 1;
    const of = joined(this.parts.splice(opener.part + 1), this.text);
    const is = mark === '~' ? 'strike' : used === 2 ? 'strong' : 'em';
    this.shorten(opener, used);
    this.add({ is, of }, now + used);
    return used;
  }

  /** The opener's own text loses what was used of it. */
  private shorten(opener: Opener, used: number): void {
    const own = this.parts[opener.part] as { is: 'text'; from: number; text: string };
    opener.count -= used;
    if (opener.count > 0) {
      this.parts[opener.part] = { ...own, text: own.text.slice(0, opener.count) };
    } else {
      this.open.pop();
      this.parts.pop();
    }
  }

  private bracket(at: number): number {
    this.flush(at);
    this.push('[', 1, at);
    return at + 1;
  }

  /** `[words](address)`; other brackets are just brackets. */
  private closeBracket(at: number): number {
    let index = this.open.length - 1;
    while (index >= 0 && this.open[index]!.mark !== '[') index--;
    const opener = this.open[index];
    if (!opener) return at + 1;
    const found = at + 1 >= this.noNamed && this.text[at + 1] === '(' ? namedLink(this.text, at + 2, this.line.to, this.effort) : null;
    const empty = opener.part === this.parts.length - 1 && this.plain >= at;
    if (!found?.href || empty) {
      if (found) this.noNamed = found.to;
      this.open.splice(index, 1);
      return at + 1;
    }
    this.flush(at);
    this.open = this.open.slice(0, index).filter(({ mark }) => mark !== '[');
    const of = joined(withoutLinks(this.parts.splice(opener.part).slice(1)), this.text);
    this.add({ is: 'link', href: found.href, named: true, of }, found.to);
    return found.to;
  }

  private link(at: number): number | null {
    if (at < this.noLink) return null;
    const found = linkAt(this.text, at, this.line, this.effort);
    if (!found) return null;
    if (!found.href) {
      this.noLink = found.to;
      return null;
    }
    this.flush(at);
    this.add({ is: 'link', href: found.href, named: false, of: [{ is: 'text', from: at, text: this.text.slice(at, found.to) }] }, found.to);
    return found.to;
  }

  private pastWord(at: number): number {
    let to = at + 1;
    while (to < this.line.to && ALNUM.test(this.text[to]!)) to++;
    this.effort.steps += to - at;
    return to;
  }

  private push(mark: string, count: number, from: number): void {
    if (this.open.length < MOST_OPEN) this.open.push({ mark, count, part: this.parts.length });
    this.parts.push({ is: 'text', from, text: this.text.slice(from, from + count) });
    this.plain = from + count;
  }

  private add(part: Inline, after: number): void {
    this.parts.push(part);
    this.plain = after;
    this.effort.most--;
  }

  private flush(to: number): void {
    if (to > this.plain) this.parts.push({ is: 'text', from: this.plain, text: this.text.slice(this.plain, to) });
    this.plain = Math.max(this.plain, to);
  }

  private runLength(at: number, mark: string): number {
    let to = at + 1;
    while (to < this.line.to && this.text[to] === mark) to++;
    this.effort.steps += to - at;
    return to - at;
  }
}

/** Plain parts that stand beside each other in the text as one: most texts are a single one then. */
export function joined(parts: readonly Inline[], text: string): Inline[] {
  const out: Inline[] = [];
  for (const part of parts) {
    const last = out[out.length - 1];
    if (part.is === 'text' && last?.is === 'text' && last.from + last.text.length === part.from)
      out[out.length - 1] = { is: 'text', from: last.from, text: text.slice(last.from, part.from + part.text.length) };
    else out.push(part);
  }
  return out;
}

/** No link is in another: of bare ones only the words stay. */
function withoutLinks(parts: readonly Inline[]): Inline[] {
  return parts.flatMap((part) => {
    if (part.is === 'link') return withoutLinks(part.of);
    return 'of' in part ? [{ ...part, of: withoutLinks(part.of) }] : [part];
  });
}

/** Is the character one that a marker beside it would be inside a word with? */
function isWordFor(mark: string, char: string): boolean {
  return WORD.test(char) && !(mark === '*' && UNSPACED.test(char));
}

function charBefore(text: string, at: number, from: number): string {
  if (at <= from) return ' ';
  const low = text.charCodeAt(at - 1);
  return low >= 0xdc00 && low <= 0xdfff && at - 2 >= from ? text.slice(at - 2, at) : text[at - 1]!;
}

function charAt(text: string, at: number, to: number): string {
  return at >= to ? ' ' : String.fromCodePoint(text.codePointAt(at)!);
}
