// A person's words, read for what stands out in them: emphasis, code, quotes, lists, links. Answers parts, never markup. Time and
// memory grow with the length of the text and no faster, whatever is in it; nothing but markers is left out of what is shown.
import { joined, LineReader, type Effort, type Inline, type Span } from './text-line';

export type { Inline } from './text-line';

export type Block =
  /** Lines as they were written, with their ends. */
  | { is: 'words'; of: Inline[] }
  | { is: 'list'; items: ListItem[] }
  | { is: 'quote'; of: Block[] }
  /** The lines with where each stands in the text; `language` as it was written, or empty. */
  | { is: 'code'; language: string; lines: { from: number; text: string }[] };

export interface ListItem {
  /** What stands before it: the number as it was written, or a dot. */
  mark: string;
  /** How deep it is indented, from 0. */
  level: number;
  of: Inline[];
}

/** More than this in one text is no emphasis any more, and each of them is an element on the screen. */
const MOST_PARTS = 400;
/** A line of a list of rooms, a quote or an alert shows less than this. */
const LINE_CHARS = 400;
const DEEPEST_QUOTE = 3;
const DEEPEST_LIST = 3;

const FENCE = / {0,3}(`{3,})[ \t]*([^`\n]*)/y;
const LANGUAGE = /^[\w#+.-]{1,24}$/;
const ITEM = /([ \t]{0,12})(?:[-*•]|(\d{1,3}[.)]))[ \t]+(?=\S)/y;
const INDENTED = /[ \t]{2,}(?=\S)/y;
const BLANK = /\s/;

export function readText(text: string, effort: Effort = { most: MOST_PARTS, steps: 0 }): Block[] {
  const lines: Span[] = [];
  for (let from = 0; from <= text.length; ) {
    const end = text.indexOf('\n', from);
    const to = end < 0 ? text.length : end;
    lines.push({ from, to });
    from = to + 1;
  }
  return new Reader(text, effort).blocks(lines, 0);
}

/** The text without its markers. */
export function plainText(text: string): string {
  return readText(withoutTricks(text)).map(plainBlock).join('\n');
}

/** What a line of a list shows of a text: without markers, and no more than any line holds. */
export function oneLine(text: string): string {
  return plainText(text.slice(0, LINE_CHARS)).replace(/\s+/g, ' ').trim();
}

/** Without what writes words backwards: nobody needs it, and an address or a name can be made to look like another by it. */
export function withoutTricks(text: string): string {
  return text.replace(/[\u202d\u202e]/g, '');
}

/** Parts of a text, some of them found, without the markers of all of it. */
export function plainParts(parts: readonly TextPart[]): TextPart[] {
  const calm = parts.map((part) => ({ ...part, text: withoutTricks(part.text) }));
  const text = calm.map((part) => part.text).join('');
  const shown: TextPart[] = [];
  let [part, begin, last] = [0, 0, 0];
  for (const leaf of leavesOf(readText(text))) {
    if (shown.length > 0 && text.slice(last, leaf.from).includes('\n')) shown.push({ text: '\n', hit: false });
    last = leaf.from + leaf.text.length;
    for (let from = leaf.from; from < last; ) {
      while (begin + calm[part]!.text.length <= from) begin += calm[part++]!.text.length;
      const to = Math.min(last, begin + calm[part]!.text.length);
      shown.push({ text: text.slice(from, to), hit: calm[part]!.hit });
      from = to;
    }
  }
  return shown;
}

export interface TextPart {
  text: string;
  hit?: boolean;
}

/** Every piece of text that is shown, in order, with where it stands. */
export function leavesOf(blocks: readonly Block[]): { from: number; text: string }[] {
  const inline = (parts: readonly Inline[]): { from: number; text: string }[] => parts.flatMap((part) => ('of' in part ? inline(part.of) : [part]));
  return blocks.flatMap((block) => {
    if (block.is === 'words') return inline(block.of);
    if (block.is === 'list') return block.items.flatMap((item) => inline(item.of));
    return block.is === 'quote' ? leavesOf(block.of) : block.lines;
  });
}

function plainBlock(block: Block): string {
  switch (block.is) {
    case 'words':
      return plainInline(block.of);
    case 'list':
      return block.items.map(({ mark, of }) => `${mark} ${plainInline(of)}`).join('\n');
    case 'quote':
      return block.of.map(plainBlock).join('\n');
    case 'code':
      return block.lines.map((line) => line.text).join('\n');
  }
}

export function plainInline(parts: readonly Inline[]): string {
  return parts.map((part) => ('of' in part ? plainInline(part.of) : part.text)).join('');
}

class Reader {
  private readonly line: LineReader;

  constructor(
    private readonly text: string,
    private readonly effort: Effort,
  ) {
    this.line = new LineReader(text, effort);
  }

  blocks(lines: readonly Span[], depth: number): Block[] {
    const blocks: Block[] = [];
    let begin = 0;
    const endWords = (end: number) => {
      let [first, last] = [begin, end];
      while (first < last && this.isBlank(lines[first]!)) first++;
      while (last > first && this.isBlank(lines[last - 1]!)) last--;
      if (first < last) blocks.push({ is: 'words', of: this.inline(lines.slice(first, last)) });
    };
    for (let at = 0; at < lines.length; ) {
      this.effort.steps++;
      const found = this.effort.most > 0 ? (this.code(lines, at) ?? this.quote(lines, at, depth) ?? this.list(lines, at)) : null;
      if (!found) {
        at++;
        continue;
      }
      endWords(at);
      if (found.block) blocks.push(found.block);
      begin = at = found.next;
    }
    endWords(lines.length);
    return blocks;
  }

  /** Between two lines of backticks, or from one to the end of the text. */
  private code(lines: readonly Span[], at: number): Found | null {
    const line = lines[at]!;
    const fence = this.match(FENCE, line);
    const [head = '', ticks = '', rest = ''] = fence ?? [];
    if (!fence || line.from + head.length !== line.to) return null;
    const info = rest.trim();
    const language = LANGUAGE.test(info) ? info : '';
    const code: { from: number; text: string }[] = [];
    // Words after the backticks that name no language are the first line.
    if (info && !language) code.push({ from: line.to - rest.length, text: rest });
    let next = at + 1;
    for (let open = true; open && next < lines.length; next++) {
      const { from, to } = lines[next]!;
      const text = this.text.slice(from, to);
      const body = text.trimEnd();
      this.effort.steps += text.length;
      open = !body.endsWith(ticks);
      let end = body.length;
      if (!open) while (body[end - 1] === '`') end--;
      if (open || body.slice(0, end).trim()) code.push({ from, text: open ? text : body.slice(0, end) });
    }
    if (code.length === 0) return null;
    this.effort.most--;
    return { block: { is: 'code', language, lines: code }, next };
  }

  private quote(lines: readonly Span[], at: number, depth: number): Found | null {
    const inner: Span[] = [];
    let next = at;
    for (let line = lines[next]; line && depth < DEEPEST_QUOTE && this.isQuoted(line); line = lines[++next]) {
      const { from, to } = line;
      inner.push({ from: this.text[from + 1] === ' ' ? from + 2 : from + 1, to });
    }
    if (inner.length === 0) return null;
    this.effort.most--;
    const of = this.blocks(inner, depth + 1);
    return { block: of.length > 0 ? { is: 'quote', of } : null, next };
  }

  /** `>` and a blank, so that `>_<` and `>5` stay what they are. */
  private isQuoted({ from, to }: Span): boolean {
    let at = from;
    while (at < to && at < from + DEEPEST_QUOTE && this.text[at] === '>') at++;
    return at > from && (at === to || this.text[at] === ' ');
  }

  private list(lines: readonly Span[], at: number): Found | null {
    const items: (Omit<ListItem, 'of'> & { lines: Span[] })[] = [];
    let next = at;
    for (let line = lines[next]; line; line = lines[++next]) {
      const head = this.effort.most > 0 ? this.match(ITEM, line) : null;
      const last = items[items.length - 1];
      const indent = head || !last ? null : this.match(INDENTED, line);
      if (head) {
        this.effort.most--;
        const level = Math.min(DEEPEST_LIST, Math.floor((head[1]?.replace(/\t/g, '  ').length ?? 0) / 2));
        items.push({ mark: head[2] ?? '•', level, lines: [{ from: line.from + head[0].length, to: line.to }] });
      } else if (last && indent) last.lines.push({ from: line.from + indent[0].length, to: line.to });
      else break;
    }
    if (items.length === 0) return null;
    return { block: { is: 'list', items: items.map(({ lines: own, ...item }) => ({ ...item, of: this.inline(own) })) }, next };
  }

  /** Lines one after the other; a marker and its partner stand in one line. */
  private inline(lines: readonly Span[]): Inline[] {
    const parts: Inline[] = [];
    lines.forEach((line, at) => {
      const before = lines[at - 1];
      if (before) parts.push({ is: 'text', from: before.to, text: '\n' });
      for (const part of this.line.read(line)) parts.push(part);
    });
    return joined(parts, this.text);
  }

  /** A sticky pattern at the beginning of a line, and within it. */
  private match(pattern: RegExp, { from, to }: Span): RegExpExecArray | null {
    pattern.lastIndex = from;
    this.effort.steps += to - from;
    const found = pattern.exec(this.text);
    return found && from + found[0].length <= to ? found : null;
  }

  private isBlank({ from, to }: Span): boolean {
    for (let at = from; at < to; at++, this.effort.steps++) if (!BLANK.test(this.text[at]!)) return false;
    return true;
  }
}

interface Found {
  /** `null`: there is nothing to be seen in it. */
  block: Block | null;
  next: number;
}
