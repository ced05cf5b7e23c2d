// Holding a finger on something does what a second button of a mouse would; scrolling lets go.
import { useRef } from 'preact/hooks';

const LONG_PRESS_MS = 450;

export function useLongPress(open: () => void) {
  const timer = useRef(0);
  const stop = () => window.clearTimeout(timer.current);
  return {
    onPointerDown: (event: PointerEvent) => {
      if (event.pointerType !== 'touch') return;
      // What is pressed inside of something else means itself.
      event.stopPropagation();
      stop();
      timer.current = window.setTimeout(() => {
        noClickAfter();
        open();
      }, LONG_PRESS_MS);
    },
    onPointerUp: stop,
    onPointerCancel: stop,
    onPointerMove: (event: PointerEvent) => {
      if (Math.abs(event.movementX) + Math.abs(event.movementY) > 6) stop();
    },
    onContextMenu: (event: MouseEvent) => {
      const pointer = event as PointerEvent;
      if (pointer.pointerType === 'touch') event.preventDefault();
    },
  };
}

/** Lifting the finger is no tap on what has opened under it: that would close it at once. */
function noClickAfter() {
  const over = new AbortController();
  const lifted = (event: Event) => {
    event.preventDefault();
    over.abort();
  };
  document.addEventListener('touchend', lifted, { capture: true, passive: false, signal: over.signal });
  document.addEventListener('touchcancel', () => over.abort(), { capture: true, signal: over.signal });
}
