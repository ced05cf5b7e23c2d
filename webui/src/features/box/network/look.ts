// Does the box answer where it is about to be? Looked at before the page goes there: who lands on the browser's own "no answer"
// does not know how to get back.
import { signal } from '@preact/signals';
import { session } from '../../../app';
import { randomId } from '../../../core/ids';
import worker from './look.worker.ts?worker&url';

/** `null`: nobody can tell from here. */
export const answersThere = signal<boolean | null>(null);

let looker: Worker | null = null;

/** Looks until it answers, or it is the time of another change. To be called at once: the worker comes from the old address. */
export function lookAt(link: string): void {
  stopLooking();
  const word = session.box.peek()?.probe;
  // On HTTPS the browser would refuse to ask.
  if (!word || window.location.protocol !== 'http:' || typeof Worker === 'undefined') return;
  answersThere.value = false;
  // Another address each time: one from the browser's cache has the policy of an earlier change.
  looker = new Worker(`${worker}?${randomId(8)}`);
  looker.onerror = stopLooking;
  looker.onmessage = ({ data }: MessageEvent<string>) => {
    if (data === 'here') answersThere.value = true;
    else stopLooking();
  };
  looker.postMessage(`${new URL(link).origin}/api/v1/probe/${word}`);
}

export function stopLooking(): void {
  looker?.terminate();
  looker = null;
  answersThere.value = null;
}
