// A voice note that is drawn wrong is refused by the box, and nobody hears it.
import { expect, test } from 'vitest';
import { barsOf, clockLength, LEVELS, levelsOf } from '../levels';

test('the loudest stretch is full and silence is nothing', () => {
  const samples = Float32Array.from({ length: 400 }, (_, at) => (at < 100 ? 0 : at < 200 ? 0.25 : at < 300 ? 1 : 0));
  expect(levelsOf(samples, 4)).toBe('08f0');
  expect(barsOf('08f0')).toEqual([0, 8, 15, 0]);
});

test('any recording is drawn as the box takes it', () => {
  for (const length of [0, 1, 7, LEVELS, 10_001]) {
    const samples = Float32Array.from({ length }, (_, at) => Math.sin(at) * 3);
    expect(levelsOf(samples)).toMatch(/^[0-9a-f]{40}$/);
  }
  expect(levelsOf(new Float32Array(100))).toBe('0'.repeat(LEVELS));
});

test('a length reads as on a clock', () => {
  expect([400, 7_000, 59_600, 750_000, 3_600_000].map(clockLength)).toEqual(['0:00', '0:07', '1:00', '12:30', '1:00:00']);
});
