// A list is one stop of the Tab key: arrows, Home and End go through it, and Tab leads into the item that has been reached. What is
// inside the others is passed over. Works on the document itself, so that moving renders nothing.
import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

interface RovingOptions {
  /** CSS selector of the items. */
  items: string;
  /** Where Tab enters: at the current one or the first, or at the last of the list's children. */
  begin: 'first' | 'last';
}

const INSIDE = 'a[href], button, audio, video';
/** They have keys of their own. */
const OWN_KEYS = 'audio, video, textarea, select, input:not([type=checkbox])';

export function useRoving(list: RefObject<HTMLElement | null>, options: RovingOptions): void {
  const roving = useRef<Roving | null>(null);
  // The list may come later than the page it is on.
  useEffect(() => {
    if (roving.current?.list === list.current) return;
    roving.current?.end();
    roving.current = list.current && new Roving(list.current, options);
  });
  useEffect(() => () => roving.current?.end(), []);
}

class Roving {
  private readonly watcher = new MutationObserver((changes) => {
    for (const { addedNodes } of changes) for (const node of addedNodes) if (node instanceof HTMLElement) this.pass(node);
    this.settle();
  });
  private readonly over = new AbortController();
  /** The item that the keyboard has reached. */
  private reached: HTMLElement | null = null;
  /** The item at which Tab stops. */
  private stop: HTMLElement | null = null;

  constructor(
    readonly list: HTMLElement,
    private readonly options: RovingOptions,
  ) {
    const { signal } = this.over;
    list.addEventListener('keydown', (event) => this.pressed(event), { signal });
    list.addEventListener('focusin', ({ target }) => this.reach((target as HTMLElement).closest<HTMLElement>(options.items)), { signal });
    list.addEventListener('focusout', ({ relatedTarget }) => list.contains(relatedTarget as Node | null) || this.reach(null), { signal });
    this.watcher.observe(list, { childList: true, subtree: true, attributes: true, attributeFilter: ['aria-current'] });
    this.pass(list);
    this.settle();
  }

  end(): void {
    this.watcher.disconnect();
    this.over.abort();
  }

  private reach(item: HTMLElement | null): void {
    if (item === this.reached) return;
    this.reached = item;
    this.settle();
  }

  private all(): HTMLElement[] {
    return [...this.list.querySelectorAll<HTMLElement>(this.options.items)];
  }

  /** What has just come is passed over, unless it is inside the stop. */
  private pass(part: HTMLElement): void {
    if (this.stop?.contains(part)) return;
    const what = `${this.options.items}, ${INSIDE}`;
    if (part !== this.list && part.matches(what)) take(part, false);
    for (const one of part.querySelectorAll<HTMLElement>(what)) take(one, false);
  }

  private settle(): void {
    const reached = this.reached && this.list.contains(this.reached) ? this.reached : null;
    const stop = reached ?? this.entry();
    if (stop === this.stop) return;
    for (const item of [this.stop, stop]) {
      if (!item) continue;
      take(item, item === stop);
      for (const inside of item.querySelectorAll<HTMLElement>(INSIDE)) take(inside, item === stop);
    }
    this.stop = stop;
  }

  private entry(): HTMLElement | null {
    const { items, begin } = this.options;
    if (begin === 'first') return this.list.querySelector<HTMLElement>(`${items}[aria-current]`) ?? this.list.querySelector<HTMLElement>(items);
    for (let one = this.list.lastElementChild; one; one = one.previousElementSibling) if (one.matches(items)) return one as HTMLElement;
    return null;
  }

  private pressed(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const from = event.target as HTMLElement;
    if (from.matches(OWN_KEYS)) return;
    const all = this.all();
    const at = all.findIndex((item) => item.contains(from));
    if (at < 0) return;
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    all[to]?.focus();
  }
}

function take(element: HTMLElement, can: boolean): void {
  const index = can ? '0' : '-1';
  if (element.getAttribute('tabindex') !== index) element.setAttribute('tabindex', index);
}
