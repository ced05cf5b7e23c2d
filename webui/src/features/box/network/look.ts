// Does the box answer where it is about to be? Looked at before the page goes there: who lands on the browser's own "no answer"
// does not know how to get back.
import { signal } from '@preact/signals';
import { session } from '../../../app/wiring';
import { randomId } from '../../../core/ids';
import worker from './look.worker.ts?worker&url';

/** What was seen at the last look: under a name the box answers at the old address, too, until it has left that. */
export interface Seen {
  /** The link where it answered; `null`: nowhere. */
  link: string | null;
  /** When, as `performance.now()`. */
  at: number;
}

/** `null`: nobody can tell from here. */
export const seen = signal<Seen | null>(null);

let looker: Worker | null = null;
let looked = '';

/** Looks at all of `links` until others are to be looked at. To be called at once: the worker comes from the old address. */
export function lookAt(links: readonly string[]): void {
  const origins = links.map((link) => new URL(link).origin);
  if (looker && origins.join() === looked) return;
  stopLooking();
  const word = session.box.peek()?.probe;
  // On HTTPS the browser would refuse to ask.
  if (!word || origins.length === 0 || window.location.protocol !== 'http:' || typeof Worker === 'undefined') return;
  seen.value = { link: null, at: performance.now() };
  looked = origins.join();
  // Another address each time: one from the browser's cache has the policy of an earlier change.
  looker = new Worker(`${worker}?${randomId(8)}`);
  looker.onerror = stopLooking;
  looker.onmessage = ({ data }: MessageEvent<number | null>) => {
    if (data === null) stopLooking();
    else seen.value = { link: links[data] ?? null, at: performance.now() };
  };
  looker.postMessage(origins.map((origin) => `${origin}/api/v1/probe/${word}`));
}

export function stopLooking(): void {
  looker?.terminate();
  looker = null;
  seen.value = null;
}
