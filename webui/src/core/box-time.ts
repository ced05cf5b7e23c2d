// What time it is by the box, which dates everything that is shown. This device's own clock may be days off.
import { effect, signal } from '@preact/signals';
import { dayNumber } from './when';

/** The box's clock minus this device's, milliseconds. */
const skew = signal(0);

/** The box's day, counted; whoever shows "today" reads it, and is rendered again at midnight. */
const today = signal(dayNumber(Date.now()));

/** The box says what time it is. Small differences are the way's. */
export function boxSays(now: number, here: number): void {
  if (Math.abs(now - here - skew.peek()) >= 1_000) skew.value = now - here;
}

export function boxNow(): number {
  return Date.now() + skew.value;
}

/** The time for words like "today". */
export function boxToday(): number {
  void today.value;
  return boxNow();
}

/** Looks whether a new day has begun: now and then, and when somebody looks again. */
export function lookForTomorrow(): void {
  today.value = dayNumber(boxNow());
}

effect(lookForTomorrow);
