// How long to wait before the next try: doubling, bounded, and spread so that 4,000 phones don't come back at once.

const FIRST_MS = 500;
const LONGEST_MS = 30_000;

/** `attempt` counts from 0; `random` is in [0, 1). Half of the wait is fixed, half is chance. */
export function backoffMs(attempt: number, random: number): number {
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 10));
  return Math.round(full / 2 + (full / 2) * random);
}
