// A star that is not there any more, or not yet, leads nobody back to what they marked.
import { expect, test } from 'vitest';
import { Stars } from '../stars';

function set(stored: number[] = []) {
  const asked: string[] = [];
  const failures: unknown[] = [];
  const refuse = { next: false };
  const answer = async (what: string) => {
    asked.push(what);
    if (refuse.next) throw new Error(what);
  };
  const api = {
    stars: async () => ({ seqs: stored }),
    star: (_: number, seq: number) => answer(`star ${seq}`),
    unstar: (_: number, seq: number) => answer(`unstar ${seq}`),
  };
  return { stars: new Stars(api, (thrown) => failures.push(thrown)), asked, failures, refuse, stored };
}

test('what was starred before is asked for once, when somebody looks', async () => {
  const { stars } = set([3, 5]);
  const seen = stars.in(1);
  expect([...seen.value]).toEqual([]);
  await Promise.resolve();
  await Promise.resolve();
  expect([...stars.in(1).value]).toEqual([3, 5]);
});

test('a star is shown at once, and taken back when the box refuses', async () => {
  const { stars, asked, failures, refuse } = set();
  const seen = stars.in(1);
  await stars.set(1, 7, true);
  expect(seen.value.has(7)).toBe(true);
  refuse.next = true;
  const refused = stars.set(1, 8, true);
  expect(seen.value.has(8)).toBe(true);
  await refused;
  expect(seen.value.has(8)).toBe(false);
  expect([asked, failures.length]).toEqual([['star 7', 'star 8'], 1]);
});

test('another device of mine is heard, and what was missed is asked for', async () => {
  const { stars, stored } = set();
  const seen = stars.in(1);
  stars.heard(1, 4, true);
  expect(seen.value.has(4)).toBe(true);
  stars.heard(1, 4, false);
  expect(seen.value.has(4)).toBe(false);
  stored.push(9);
  stars.afresh();
  await Promise.resolve();
  await Promise.resolve();
  expect(seen.value.has(9)).toBe(true);
});
