// If this fails, a phone rings at night, or is silent all day.
import { expect, test } from 'vitest';
import { clockOf, minuteFrom, minuteOf, nextAt, rests } from '../quiet';

const minute = (clock: string) => minuteFrom(clock)!;

test('hours over midnight, hours by day, and the ends of both', () => {
  const night = { hours: { from: minute('22:00'), to: minute('07:00') } };
  expect(['21:59', '22:00', '00:00', '06:59', '07:00'].map((clock) => rests(night, 0, minute(clock)))).toEqual([false, true, true, true, false]);
  const noon = { hours: { from: minute('12:00'), to: minute('13:30') } };
  expect(['11:59', '12:00', '13:29', '13:30'].map((clock) => rests(noon, 0, minute(clock)))).toEqual([false, true, true, false]);
});

test('until a moment, and no longer', () => {
  expect([999, 1_000].map((now) => rests({ until: 1_000 }, now, 0))).toEqual([true, false]);
  expect(rests({}, 0, 0)).toBe(false);
  expect(rests(undefined, 0, 0)).toBe(false);
});

test('eight in the morning is the next one', () => {
  const day = new Date(2026, 10, 30, 7, 0).getTime();
  expect(nextAt(day, minute('08:00')) - day).toBe(3_600_000);
  const later = new Date(2026, 10, 30, 8, 0).getTime();
  expect(nextAt(later, minute('08:00')) - later).toBe(24 * 3_600_000);
  expect(minuteOf(later)).toBe(480);
});

test('times of a day are read and written as fields have them', () => {
  expect(['00:00', '22:05', '23:59'].map((clock) => clockOf(minute(clock)))).toEqual(['00:00', '22:05', '23:59']);
  expect(['', '24:00', 'x'].map(minuteFrom)).toEqual([null, null, null]);
});
