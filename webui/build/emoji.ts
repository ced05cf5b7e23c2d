// All emoji with their English and Chinese names, as one compact module: `virtual:emoji`. Made from the Unicode CLDR data of
// `emojibase-data` when the app is built, so that nothing is asked of anyone when it runs.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Plugin } from 'vite';

interface Source {
  emoji: string;
  label: string;
  tags?: string[];
  group?: number;
  order?: number;
  version: number;
  tone?: number | number[];
  skins?: Source[];
}

/** One emoji: itself, its name and other words in English and in Chinese (between `|`), and with each colour of skin if it has any. */
export type EmojiRow = [emoji: string, en: string, zh: string, tones?: string];

const NAME = 'virtual:emoji';
/** Parts of emoji, which are none by themselves: colours of skin and hair. */
const COMPONENTS = 2;
/** Newer ones are squares on most phones. */
const NEWEST = 15.1;

const resolve = createRequire(import.meta.url).resolve;

/** The rows of each group, in the order of their keyboards. */
export function emojiGroups(): EmojiRow[][] {
  const [english, chinese] = ['en', 'zh'].map((language) => JSON.parse(readFileSync(resolve(`emojibase-data/${language}/data.json`), 'utf8')) as Source[]);
  const inChinese = new Map(chinese!.map((one) => [one.emoji, one]));
  const groups = new Map<number, [number, EmojiRow][]>();
  for (const one of english!) {
    const { group, order = 0, version, skins = [] } = one;
    if (group === undefined || group === COMPONENTS || version > NEWEST) continue;
    const tones = skins.filter((skin) => typeof skin.tone === 'number').map((skin) => spelled(skin.emoji));
    const row: EmojiRow = [spelled(one.emoji), words(one), words(inChinese.get(one.emoji))];
    if (tones.length > 0) row.push(tones.join(' '));
    groups.set(group, [...(groups.get(group) ?? []), [order, row]]);
  }
  return [...groups].sort(([a], [b]) => a - b).map(([, rows]) => rows.sort(([a], [b]) => a - b).map(([, row]) => row));
}

function words(one: Source | undefined): string {
  return one ? [...new Set([one.label, ...(one.tags ?? [])])].join('|') : '';
}

/** As the box spells it: the selector stands where an emoji would be text without it, and nowhere else. */
export function spelled(emoji: string): string {
  const signs = [...emoji].filter((sign) => sign !== '\ufe0f');
  const needs = (sign: string, next = '') => (/[0-9#*]/.test(sign) || (/\p{Emoji}/u.test(sign) && !/\p{Emoji_Presentation}/u.test(sign))) && !/\p{Emoji_Modifier}/u.test(next);
  return signs.map((sign, at) => (needs(sign, signs[at + 1]) ? `${sign}\ufe0f` : sign)).join('');
}

export function emoji(): Plugin {
  return {
    name: 'imbox-emoji',
    resolveId: (id) => (id === NAME ? `\0${NAME}` : null),
    // A text is read faster than a program that says the same.
    load: (id) => (id === `\0${NAME}` ? `export default JSON.parse(${JSON.stringify(JSON.stringify(emojiGroups()))})` : null),
  };
}
