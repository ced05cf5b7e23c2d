// Times as people say them, in the person's language. Milliseconds since 1970 in, words out.
import { languageTag } from './i18n';

const DAY_MS = 86_400_000;
/** Making one takes a thousand times as long as using it. */
const made = new Map<string, Intl.DateTimeFormat>();
const distances = new Map<string, Intl.RelativeTimeFormat>();

/** 14:05, or 2:05 PM where people say so. */
export function clock(at: number): string {
  return format({ hour: 'numeric', minute: '2-digit' }, at);
}

/** Heading above a day's messages: "Today", "Yesterday", "Monday", "3 March", with the year when it is another. */
export function dayTitle(at: number, now: number): string {
  const days = dayNumber(now) - dayNumber(at);
  if (days === 0 || days === 1) return capital(relative(-days, 'day'));
  if (days > 1 && days < 7) return format({ weekday: 'long' }, at);
  return calendar(at, now);
}

/** In lists: the time today, the day otherwise. */
export function listTime(at: number, now: number): string {
  const days = dayNumber(now) - dayNumber(at);
  if (days === 0) return clock(at);
  if (days === 1) return capital(relative(-1, 'day'));
  if (days > 1 && days < 7) return format({ weekday: 'short' }, at);
  return format(sameYear(at, now) ? { month: 'numeric', day: 'numeric' } : { year: 'numeric', month: 'numeric', day: 'numeric' }, at);
}

/** "5 minutes ago", "in 3 days". */
export function distance(at: number, now: number): string {
  const seconds = Math.round((at - now) / 1000);
  const size = Math.abs(seconds);
  if (size < 60) return relative(0, 'second');
  if (size < 3570) return relative(Math.round(seconds / 60), 'minute');
  if (size < 84_600) return relative(Math.round(seconds / 3600), 'hour');
  if (size < 30 * 86_400) return relative(Math.round(seconds / 86_400), 'day');
  return calendar(at, now);
}

/** Everything, for those who ask (the message's title). */
export function fullTime(at: number): string {
  return format({ dateStyle: 'medium', timeStyle: 'short' }, at);
}

/** "Mar 3, 2026". */
export function day(at: number): string {
  return format({ dateStyle: 'medium' }, at);
}

/** Counts local calendar days. */
export function dayNumber(at: number): number {
  const date = new Date(at);
  return Math.floor(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / DAY_MS);
}

function calendar(at: number, now: number): string {
  const long: Intl.DateTimeFormatOptions = { month: 'long', day: 'numeric' };
  return format(sameYear(at, now) ? long : { ...long, year: 'numeric' }, at);
}

function sameYear(a: number, b: number): boolean {
  return new Date(a).getFullYear() === new Date(b).getFullYear();
}

function capital(text: string): string {
  return text.charAt(0).toLocaleUpperCase(languageTag.value) + text.slice(1);
}

function relative(value: number, unit: Intl.RelativeTimeFormatUnit): string {
  const tag = languageTag.value;
  let words = distances.get(tag);
  if (!words) distances.set(tag, (words = new Intl.RelativeTimeFormat(tag, { numeric: 'auto' })));
  return words.format(value, unit);
}

/** As `Intl` takes it, for what the above have no words for. */
export function format(options: Intl.DateTimeFormatOptions, at: number): string {
  const key = languageTag.value + JSON.stringify(options);
  let words = made.get(key);
  if (!words) made.set(key, (words = new Intl.DateTimeFormat(languageTag.value, options)));
  return words.format(at);
}
