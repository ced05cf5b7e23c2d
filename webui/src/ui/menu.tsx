// What can be done with something, beside it. Arrow keys go through it; Escape, Tab and a press elsewhere close it.
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { Icon, type IconName } from './icon';
import './menu.css';

export interface MenuItem {
  icon: IconName;
  label: string;
  /** More about it, at the end of its line. */
  hint?: string;
  danger?: boolean;
  onChoose: () => void;
}

interface MenuProps {
  label: string;
  /** What it belongs to: stays to be seen. */
  anchor: HTMLElement;
  items: readonly MenuItem[];
  /** Above the items; its buttons are passed as they are. */
  top?: ComponentChildren;
  onClose: () => void;
}

/** From the edges of the screen and from what it belongs to, pixels. */
const GAP = 6;

export function Menu({ label, anchor, items, top, onClose }: MenuProps) {
  const menu = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const box = menu.current!;
    place(box, anchor.getBoundingClientRect());
    anchor.dataset.chosen = '';
    box.querySelector<HTMLElement>('.menu-item')?.focus({ preventScroll: true });
    window.addEventListener('resize', onClose);
    return () => {
      delete anchor.dataset.chosen;
      window.removeEventListener('resize', onClose);
    };
  }, []);
  const keys = (event: KeyboardEvent) => {
    const all = [...menu.current!.querySelectorAll('button')];
    const at = all.indexOf(document.activeElement as HTMLButtonElement);
    const to = { ArrowDown: at + 1, ArrowRight: at + 1, ArrowUp: at - 1 + all.length, ArrowLeft: at - 1 + all.length, Home: 0, End: all.length - 1 }[event.key];
    if (to !== undefined) all[to % all.length]?.focus();
    else if (event.key === 'Escape' || event.key === 'Tab') onClose();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div class="menu-veil" onClick={(event) => event.target === event.currentTarget && onClose()}>
      <div ref={menu} class="menu" role="menu" aria-label={label} onKeyDown={keys}>
        {top}
        {items.map(({ icon, label: words, hint, danger, onChoose }) => (
          <button key={icon} type="button" role="menuitem" tabIndex={-1} class={danger ? 'menu-item menu-danger' : 'menu-item'} onClick={onChoose}>
            <Icon name={icon} />
            {words}
            {hint && <span class="menu-hint">{hint}</span>}
          </button>
        ))}
      </div>
    </div>
  );
}

/** Below what it belongs to, or above; over its end where neither has room. */
function place(box: HTMLElement, at: DOMRect): void {
  const { offsetWidth: width, offsetHeight: height } = box;
  const lowest = window.innerHeight - height - GAP;
  const top = at.bottom + GAP <= lowest ? at.bottom + GAP : at.top - GAP - height >= GAP ? at.top - GAP - height : lowest;
  // On the side of the screen that it is on.
  const left = at.left + at.right > window.innerWidth ? at.right - width : at.left;
  box.style.top = `${Math.max(GAP, top)}px`;
  box.style.left = `${Math.max(GAP, Math.min(left, window.innerWidth - width - GAP))}px`;
}
