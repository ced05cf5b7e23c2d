// What covers the whole page while somebody looks at it: takes the focus, keeps the Tab key, ends with Escape, and gives the focus back.
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { keepInside } from './keep-inside';
import './viewer.css';

interface CoverProps {
  label: string;
  onClose: () => void;
  /** Keys beside Escape and Tab. */
  onKey?: (key: string) => void;
  children: ComponentChildren;
}

export function Cover({ label, onClose, onKey, children }: CoverProps) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    box.current?.focus();
    return () => before?.focus?.();
  }, []);
  return (
    <div
      ref={box}
      class="viewer"
      role="dialog"
      aria-modal="true"
      aria-label={label}
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose();
        else if (event.key === 'Tab') keepInside(event, box.current);
        else onKey?.(event.key);
      }}
    >
      {children}
    </div>
  );
}
