// When somebody does not want to be disturbed: each day between two times, until a moment, or both.
import type { Quiet } from './wire';

/** "Until I say otherwise": further away than anybody looks ahead. */
export const FOR_GOOD = Date.UTC(2100, 0, 1);

/** Is it now? `minute`: of the day here, 0 to 1439. */
export function rests(quiet: Quiet | undefined, now: number, minute: number): boolean {
  if ((quiet?.until ?? 0) > now) return true;
  if (!quiet?.hours) return false;
  const { from, to } = quiet.hours;
  return from < to ? minute >= from && minute < to : minute >= from || minute < to;
}

/** Minutes after midnight here. */
export function minuteOf(time: number): number {
  const date = new Date(time);
  return 60 * date.getHours() + date.getMinutes();
}

/** The next time it is so late here, counted from `now`. */
export function nextAt(now: number, minute: number): number {
  const date = new Date(now);
  date.setHours(Math.floor(minute / 60), minute % 60, 0, 0);
  if (date.getTime() <= now) date.setDate(date.getDate() + 1);
  return date.getTime();
}

/** As a field for a time of day takes and gives it: "22:00". `null`: nothing that can be read. */
export function clockOf(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}

export function minuteFrom(clock: string): number | null {
  const [, hours, minutes] = /^(\d\d):(\d\d)/.exec(clock) ?? [];
  const minute = 60 * Number(hours) + Number(minutes);
  return minute >= 0 && minute < 1_440 ? minute : null;
}
