// Words in the person's language, switched live. Catalogues are plain data, loaded when their language is first spoken; plurals and
// times come from Intl.
import { computed, signal } from '@preact/signals';
import type { BoxKey } from './locales/box/en';
import type { Entry, Key as CommonKey } from './locales/en';

export type Language = 'en' | 'zh';
/** What the app says everywhere, and what it says once the pages for admins are loaded. */
export type Key = CommonKey | BoxKey;
export type Params = Record<string, string | number>;

/** Each language by its own name, in the order they are offered. */
export const LANGUAGES: readonly { id: Language; name: string; tag: string }[] = [
  { id: 'zh', name: '中文', tag: 'zh-CN' },
  { id: 'en', name: 'English', tag: 'en' },
];

type Words = Partial<Record<Key, Entry>>;

const CATALOGUES: Record<Language, Words> = { en: {}, zh: {} };

/** Nobody needs the words of a language they do not read. */
const FILES: Record<Language, () => Promise<Words>> = {
  en: async () => (await import('./locales/en')).en,
  zh: async () => (await import('./locales/zh')).zh,
};

/** Takes the words of a part of the app that is loaded when it is opened. */
export function addWords(words: Record<Language, Words>): void {
  for (const { id } of LANGUAGES) Object.assign(CATALOGUES[id], words[id]);
}

/** Whether there are words for it by now. */
export function isKnown(key: Key): boolean {
  return CATALOGUES[language.value][key] !== undefined;
}

/** Set by `speak` alone. */
export const language = signal<Language>('en');

let wanted: Language = 'en';

/** Goes over to a language as soon as its words are there; of two wishes the later counts. */
export async function speak(next: Language): Promise<void> {
  wanted = next;
  Object.assign(CATALOGUES[next], await FILES[next]());
  if (wanted === next) language.value = next;
}

/** The BCP 47 tag that Intl and the page's `lang` attribute take. */
export const languageTag = computed(() => LANGUAGES.find((one) => one.id === language.value)?.tag ?? 'en');

const plurals = computed(() => new Intl.PluralRules(languageTag.value));
const numbers = computed(() => new Intl.NumberFormat(languageTag.value));

/** The sentence for `key`; `{name}` is filled from `params`, and `n` chooses the plural. */
export function t(key: Key, params: Params = {}): string {
  const entry = CATALOGUES[language.value][key] ?? '';
  const text = typeof entry === 'string' ? entry : (entry[plurals.value.select(Number(params.n ?? 0))] ?? entry.other);
  return text.replace(/( ?)\{(\w+)\}( ?)/g, (whole, before: string, name: string, after: string) => {
    const value = params[name];
    if (value === undefined) return whole;
    const words = typeof value === 'number' ? numbers.value.format(value) : value;
    if (language.value !== 'zh') return before + words + after;
    // Chinese sets a space beside Latin letters and digits, and none beside its own, nor beside its brackets.
    return (HAN_FIRST.test(words) ? '' : before) + words + (HAN_LAST.test(words) ? '' : after);
  });
}

const HAN_FIRST = /^\p{Script=Han}/u;
const HAN_LAST = /[\p{Script=Han}）]$/u;

/** The first of the browser's languages that there is; English when there is none. */
export function pickLanguage(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const base = tag.toLowerCase().split('-')[0];
    const found = LANGUAGES.find((one) => one.id === base);
    if (found) return found.id;
  }
  return 'en';
}

export function isLanguage(value: unknown): value is Language {
  return LANGUAGES.some((one) => one.id === value);
}
