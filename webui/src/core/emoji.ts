// Emoji to choose from: finding them by words of either language, and those used last. Knows no data; whoever shows them brings it.
import { readJson, type TextStore } from './storage';

/** Itself, its name and other words in English and in Chinese (between `|`), and with each colour of skin if it has any. */
export type EmojiRow = readonly [emoji: string, en: string, zh: string, tones?: string];

const RECENT = 'emoji.recent';
const TONE = 'emoji.tone';
const MOST_RECENT = 24;
/** No more than these are shown of what was found. */
const MOST_FOUND = 120;
export const TONES = 5;

/** What fits all words that were typed, best first. Chinese is found inside of a word, other languages where one begins. */
export function findEmoji(all: readonly EmojiRow[], typed: string): EmojiRow[] {
  const asked = typed.trim().toLowerCase();
  const terms = asked.split(/\s+/).filter(Boolean).map(termOf);
  if (terms.length === 0) return [];
  const found: { row: EmojiRow; rank: number; length: number }[] = [];
  for (const row of all) {
    const [emoji, ...languages] = row;
    let best = { rank: emoji === asked ? 0 : NOT, length: 0 };
    for (const words of languages.slice(0, 2) as string[]) {
      const each = words.toLowerCase().split('|');
      const name = each[0] ?? '';
      const rank = name === asked ? 0 : Math.max(...terms.map((term) => rankIn(each, term)));
      if (rank < best.rank) best = { rank, length: name.length };
    }
    if (best.rank < NOT) found.push({ row, ...best });
  }
  // Of what fits as well, that with the shortest name; then as on the keyboard.
  found.sort((a, b) => a.rank - b.rank || a.length - b.length);
  return found.slice(0, MOST_FOUND).map(({ row }) => row);
}

const NOT = 9;

interface Term {
  text: string;
  /** At the beginning of a word, and as a whole one. */
  begins: RegExp;
  whole: RegExp;
  han: boolean;
}

function termOf(text: string): Term {
  const begins = `(^|[^\\p{L}\\p{N}])${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`;
  return { text, begins: new RegExp(begins, 'u'), whole: new RegExp(`${begins}($|[^\\p{L}\\p{N}])`, 'u'), han: /\p{Script=Han}/u.test(text) };
}

/** How well a term fits one of the words, of which the first is the name: the less the better. */
function rankIn([name = '', ...others]: readonly string[], { text, begins, whole, han }: Term): number {
  if (whole.test(name)) return 1;
  if (others.includes(text)) return 2;
  if (begins.test(name) || (han && name.includes(text))) return 3;
  if (others.some((word) => begins.test(word) || (han && word.includes(text)))) return 4;
  return NOT;
}

/** As this person likes its skin: 0 is yellow, 1 the lightest. */
export function toned([emoji, , , tones]: EmojiRow, tone: number): string {
  return (tone > 0 && tones?.split(' ')[tone - 1]) || emoji;
}

export function recentEmoji(store: TextStore): string[] {
  return readJson(store, RECENT, isTexts) ?? [];
}

export function noteEmoji(store: TextStore, emoji: string): void {
  const recent = [emoji, ...recentEmoji(store).filter((one) => one !== emoji)].slice(0, MOST_RECENT);
  store.set(RECENT, JSON.stringify(recent));
}

export function skinTone(store: TextStore): number {
  const tone = Number(store.get(TONE) ?? 0);
  return Number.isInteger(tone) && tone >= 0 && tone <= TONES ? tone : 0;
}

export function setSkinTone(store: TextStore, tone: number): void {
  store.set(TONE, String(tone));
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}
