// A search as it is put together: words, and filters that may be typed too (`from:`, `in:`, `has:`, `before:`, `after:`).
import type { SearchQuery } from './api';
import type { Carries } from './wire';

export interface SearchQuestion {
  typed: string;
  room: number | null;
  from: number | null;
  has: Carries | null;
  /** From this moment on, milliseconds since 1970; the beginning of a day. */
  after: number | null;
  /** Up to this moment, not included; the beginning of a day. */
  before: number | null;
}

export const NOTHING_ASKED: SearchQuestion = { typed: '', room: null, from: null, has: null, after: null, before: null };

/** As many characters as the box takes. */
export const MAX_TYPED = 200;

/** A filter that is being typed: the name it begins with. */
export interface Beginning {
  filter: 'from' | 'in';
  name: string;
}

const FILTERS: Record<string, 'from' | 'in' | 'has' | 'before' | 'after'> = {
  from: 'from',
  来自: 'from',
  in: 'in',
  在: 'in',
  has: 'has',
  含: 'has',
  before: 'before',
  早于: 'before',
  after: 'after',
  晚于: 'after',
};

const CARRIES: Record<string, Carries> = {
  photo: 'photo',
  picture: 'photo',
  image: 'photo',
  照片: 'photo',
  图片: 'photo',
  video: 'video',
  视频: 'video',
  audio: 'audio',
  voice: 'audio',
  音频: 'audio',
  语音: 'audio',
  file: 'file',
  文件: 'file',
  link: 'link',
  链接: 'link',
};

/** Takes finished filters (`has:photo`, `before:2026-11-01`, each with a blank after it) out of what was typed. */
export function takeFilters(question: SearchQuestion): SearchQuestion {
  let taken = question;
  const words = question.typed.split(/(\s+)/);
  const rest = words.filter((word, at) => {
    if (words[at + 1] === undefined) return true;
    const filter = filterOf(word);
    const next = filter && applied(taken, filter.name, filter.value);
    if (next) taken = next;
    return !next;
  });
  return taken === question ? question : { ...taken, typed: rest.join('').replace(/\s+/g, ' ').trimStart() };
}

/** The person or room that is being named at the end of what was typed. */
export function beginning(typed: string): Beginning | null {
  const filter = filterOf(typed.split(/\s/).pop() ?? '');
  return filter?.name === 'from' || filter?.name === 'in' ? { filter: filter.name, name: filter.value } : null;
}

/** What was typed without the name at its end. */
export function withoutBeginning(typed: string): string {
  return typed.replace(/\S*$/, '');
}

/** As the box is asked; null: there is nothing to look for yet. */
export function asked({ typed, room, from, has, after, before }: SearchQuestion): SearchQuery | null {
  const q = beginning(typed) ? withoutBeginning(typed).trim() : typed.trim();
  const filtered = from !== null || has !== null || after !== null || before !== null;
  if (!filtered && !/[\p{L}\p{N}\p{Extended_Pictographic}]/u.test(q)) return null;
  return {
    q: q || undefined,
    room: room ?? undefined,
    from: from ?? undefined,
    has: has ?? undefined,
    after: after ?? undefined,
    before: before ?? undefined,
  };
}

/** `2026-11-01`, as date fields have it: the beginning of that day here; null for anything else. */
export function dayFrom(text: string): number | null {
  const found = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text);
  if (!found) return null;
  const [year, month, day] = found.slice(1).map(Number) as [number, number, number];
  const date = new Date(year, month - 1, day);
  return date.getMonth() === month - 1 && date.getDate() === day ? date.getTime() : null;
}

/** The beginning of the day after. */
export function dayAfter(at: number): number {
  const date = new Date(at);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + 1).getTime();
}

/** For date fields. */
export function dayText(at: number | null): string {
  if (at === null) return '';
  const date = new Date(at);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

function filterOf(word: string): { name: 'from' | 'in' | 'has' | 'before' | 'after'; value: string } | null {
  const found = /^([^:：]+)[:：](.*)$/.exec(word);
  const name = found && FILTERS[found[1]!.toLowerCase()];
  return name ? { name, value: found[2]! } : null;
}

function applied(question: SearchQuestion, name: string, value: string): SearchQuestion | null {
  if (name === 'has') {
    const has = CARRIES[value.toLowerCase()];
    return has ? { ...question, has } : null;
  }
  const day = name === 'before' || name === 'after' ? dayFrom(value) : null;
  return day === null ? null : { ...question, [name]: day };
}
