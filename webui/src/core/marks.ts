// Puts marks around what is chosen in a text, or takes them away again. Knows no fields: it answers what to write where.

export type Mark = 'bold' | 'italic' | 'strike' | 'code' | 'code_block' | 'quote' | 'list';

/** `insert` takes the place of the text from `from` to `to`; then what stands from `start` to `end` is chosen. */
export interface Change {
  from: number;
  to: number;
  insert: string;
  start: number;
  end: number;
}

const AROUND: Partial<Record<Mark, string>> = { bold: '**', italic: '*', strike: '~~', code: '`' };
const BEFORE: Partial<Record<Mark, string>> = { quote: '> ', list: '- ' };

export function markChange(mark: Mark, text: string, start: number, end: number): Change {
  const around = AROUND[mark];
  if (around) return aroundChange(around, text, start, end);
  const before = BEFORE[mark];
  return before ? lineChange(before, text, start, end) : blockChange(text, start, end);
}

/** Blanks at its edges are left outside: there a mark would be none. */
function aroundChange(mark: string, text: string, start: number, end: number): Change {
  const chosen = text.slice(start, end);
  const from = start + (chosen.length - chosen.trimStart().length);
  const to = Math.max(from, end - (chosen.length - chosen.trimEnd().length));
  const words = text.slice(from, to);
  const length = mark.length;
  if (isMarked(mark, text, from, to)) return { from: from - length, to: to + length, insert: words, start: from - length, end: to - length };
  return { from, to, insert: mark + words + mark, start: from + length, end: to + length };
}

function isMarked(mark: string, text: string, from: number, to: number): boolean {
  const sign = mark[0]!;
  let [before, after] = [0, 0];
  while (text[from - before - 1] === sign) before++;
  while (text[to + after] === sign) after++;
  const both = Math.min(before, after);
  // Of three stars one is italic and two are bold.
  return sign === '*' ? (mark.length === 2 ? both === 2 || both === 3 : both === 1 || both === 3) : both === mark.length;
}

function lineChange(mark: string, text: string, start: number, end: number): Change {
  const from = text.lastIndexOf('\n', start - 1) + 1;
  const next = text.indexOf('\n', end);
  const to = next < 0 ? text.length : next;
  const lines = text.slice(from, to).split('\n');
  const all = lines.every((line) => line.startsWith(mark));
  const insert = lines.map((line) => (all ? line.slice(mark.length) : mark + line)).join('\n');
  return { from, to, insert, start: lines.length > 1 ? from : from + insert.length, end: from + insert.length };
}

function blockChange(text: string, start: number, end: number): Change {
  const words = text.slice(start, end).replace(/^\n+|\n+$/g, '');
  const before = start === 0 || text[start - 1] === '\n' ? '' : '\n';
  const after = end === text.length || text[end] === '\n' ? '' : '\n';
  const head = `${before}\`\`\`\n`;
  return { from: start, to: end, insert: `${head}${words}\n\`\`\`${after}`, start: start + head.length, end: start + head.length + words.length };
}
