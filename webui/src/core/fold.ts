// What is shown of a long text before somebody asks for the rest.

/** Up to here a text is whole: a button for a few more lines is worth less than they are. */
const MOST = { lines: 24, chars: 1_500 };
const SHOWN = { lines: 16, chars: 1_000 };

/** The beginning of a text that would fill screens; `null`: it would not. */
export function foldText(text: string): string | null {
  if (text.length <= MOST.chars && text.split('\n', MOST.lines + 1).length <= MOST.lines) return null;
  const lines = text.slice(0, SHOWN.chars).split('\n', SHOWN.lines).join('\n');
  if (lines.length < SHOWN.chars) return lines.trimEnd();
  // Not in the middle of a word or of a character, where there are words.
  const cut = lines.replace(/[\ud800-\udbff]$/, '');
  const blank = Math.max(cut.lastIndexOf(' '), cut.lastIndexOf('\n'));
  return (blank > SHOWN.chars / 2 ? cut.slice(0, blank) : cut).trimEnd();
}
