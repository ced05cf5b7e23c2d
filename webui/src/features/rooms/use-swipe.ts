// A row that is drawn aside by a finger does something when it was drawn far enough. The page goes on scrolling up and down.
import { useRef } from 'preact/hooks';

/** From here on it is done when the finger lifts, pixels. */
const FAR = 72;
const FURTHEST = 112;

export interface Swipes {
  left: () => void;
  right: () => void;
}

export function useSwipe({ left, right }: Swipes) {
  const begun = useRef<{ x: number; y: number; by: number } | null>(null);
  const settle = (row: HTMLElement) => {
    row.style.transform = '';
    const around = row.parentElement!;
    delete around.dataset.swipe;
  };
  return {
    onPointerDown: (event: PointerEvent) => {
      if (event.pointerType === 'touch') begun.current = { x: event.clientX, y: event.clientY, by: 0 };
    },
    onPointerMove: (event: PointerEvent) => {
      const from = begun.current;
      if (!from) return;
      const row = rowOf(event);
      const [x, y] = [event.clientX - from.x, event.clientY - from.y];
      if (from.by === 0 && (Math.abs(x) < 12 || Math.abs(x) < 1.5 * Math.abs(y))) return;
      from.by = Math.max(-FURTHEST, Math.min(FURTHEST, x)) || 1;
      row.style.transform = `translateX(${from.by}px)`;
      row.parentElement!.dataset.swipe = from.by < 0 ? 'left' : 'right';
    },
    onPointerUp: (event: PointerEvent) => {
      const by = begun.current?.by ?? 0;
      begun.current = null;
      if (by === 0) return;
      noClick(event);
      settle(rowOf(event));
      if (by <= -FAR) left();
      else if (by >= FAR) right();
    },
    onPointerCancel: (event: PointerEvent) => {
      if (begun.current?.by) settle(rowOf(event));
      begun.current = null;
    },
  };
}

function rowOf(event: PointerEvent): HTMLElement {
  return (event.currentTarget as HTMLElement).querySelector<HTMLElement>('.row')!;
}

/** The row that was drawn is not meant to be opened. */
function noClick(event: PointerEvent): void {
  const over = new AbortController();
  event.currentTarget?.addEventListener(
    'click',
    (click) => {
      click.preventDefault();
      click.stopPropagation();
      over.abort();
    },
    { capture: true, signal: over.signal },
  );
  window.setTimeout(() => over.abort(), 350);
}
