// Where the keyboard and the screen reader go on when a screen replaces the one that had the focus.
import { useEffect, useRef } from 'preact/hooks';

/** For a screen's heading: takes the focus when nothing else has it. The element needs `tabIndex={-1}`. */
export function useArrival<T extends HTMLElement>(): { current: T | null } {
  const heading = useRef<T>(null);
  useEffect(() => {
    if (!document.activeElement || document.activeElement === document.body) heading.current?.focus({ preventScroll: true });
  }, []);
  return heading;
}
