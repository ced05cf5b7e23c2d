// Where in the app the person is, and what kind of screen they look at it on.
import { effect, signal } from '@preact/signals';
import { formatRoute, parseRoute, type Route } from '../core/router';

export const route = signal<Route>(parseRoute(location.hash));
/** On wide screens the last room stays open beside the other lists. */
export const openRoom = signal<number | null>(null);
/** What stands where the list of chats is, until the list is asked for again: the search, what mentions one, what one has starred. */
export const listed = signal<'chats' | 'search' | 'mentions' | 'starred'>('chats');
effect(() => {
  const { at } = route.value;
  if (at === 'chats' || at === 'search' || at === 'mentions' || at === 'starred') listed.value = at;
});
export const go = (to: Route): void => {
  location.hash = formatRoute(to);
};
/** Goes on without leaving a step behind for the back button. */
export const replaceRoute = (to: Route): void => {
  window.history.replaceState(null, '', formatRoute(to));
  route.value = to;
};

/** Wide enough for list and room side by side. In em, so that large text counts as a narrow screen. */
const wideQuery = window.matchMedia('(min-width: 47.5em)');
export const wide = signal(wideQuery.matches);
/** Fingers rather than a mouse: Enter makes a new line there. */
export const touch = window.matchMedia('(pointer: coarse)').matches;

/** Follows the address bar and the width of the window. */
export function followWindow(): void {
  wideQuery.addEventListener?.('change', (event) => (wide.value = event.matches));
  window.addEventListener('hashchange', () => (route.value = parseRoute(location.hash)));
}
