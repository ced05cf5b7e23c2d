// A busy room must not stop a cheap phone, and a page in the background must not tell of a message a minute late.
import { expect, test } from 'vitest';
import { Beat } from '../beat';

function setUp() {
  const clock = { ms: 0 };
  const taken: number[] = [];
  const timers = new Map<number, () => void>();
  let next = 0;
  const beat = new Beat<number>({
    take: (item) => taken.push(item),
    now: () => clock.ms,
    setTimer: (run) => (timers.set(++next, run), next),
    clearTimer: (id) => void timers.delete(id),
  });
  return { beat, clock, taken, timers };
}

test('the first is taken at once, and what follows within the beat together', () => {
  const { beat, taken, timers } = setUp();
  beat.put(1);
  expect(taken).toEqual([1]);
  beat.put(2);
  beat.put(3);
  expect([taken, timers.size]).toEqual([[1], 1]);
  for (const run of timers.values()) run();
  expect([taken, timers.size]).toEqual([[1, 2, 3], 0]);
});

test('a timer that is late holds nothing up', () => {
  const { beat, clock, taken, timers } = setUp();
  beat.put(1);
  beat.put(2);
  clock.ms = 5_000;
  beat.put(3);
  expect([taken, timers.size]).toEqual([[1, 2, 3], 0]);
});

test('what is forgotten is not taken later', () => {
  const { beat, taken, timers } = setUp();
  beat.put(1);
  beat.put(2);
  beat.clear();
  beat.flush();
  expect([taken, timers.size]).toEqual([[1], 0]);
});
