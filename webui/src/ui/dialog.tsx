// A question in front of everything. Keeps the keyboard inside, closes with Escape, gives the focus back.
import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../core/i18n';
import { IconButton } from './button';
import './dialog.css';

interface DialogProps {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
  /** At the bottom on phones, for menus. */
  sheet?: boolean;
}

const FOCUSABLE = 'a[href], button:not(:disabled), input:not(:disabled, [tabindex="-1"]), textarea, select, [tabindex="0"]';
const BEGIN = '.dialog-body :is(input:not([tabindex="-1"]), button, a[href])';

export function Dialog({ title, onClose, children, sheet }: DialogProps) {
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  // Before a field inside takes the focus by itself.
  const before = useRef(document.activeElement as HTMLElement | null);
  // At once: whoever presses Escape as soon as they see it means this.
  useLayoutEffect(() => {
    if (!box.current?.contains(document.activeElement)) (box.current?.querySelector<HTMLElement>(BEGIN) ?? box.current)?.focus();
    return () => before.current?.focus?.();
  }, []);
  return (
    <div class={sheet ? 'veil veil-sheet' : 'veil'} onClick={(event) => event.target === event.currentTarget && onClose()}>
      <div
        ref={box}
        class="dialog"
        role="dialog"
        aria-modal="true"
        aria-labelledby={id}
        tabIndex={-1}
        onKeyDown={(event) => {
          if (event.key === 'Escape') onClose();
          if (event.key === 'Tab' && box.current) keepInside(event, box.current);
          event.stopPropagation();
        }}
      >
        <header class="dialog-head">
          <h2 id={id}>{title}</h2>
          <IconButton icon="close" label={t('close')} onClick={onClose} />
        </header>
        <div class="dialog-body">{children}</div>
      </div>
    </div>
  );
}

function keepInside(event: KeyboardEvent, box: HTMLElement): void {
  const all = [...box.querySelectorAll<HTMLElement>(FOCUSABLE)];
  const first = all[0];
  const last = all[all.length - 1];
  if (!first || !last) return;
  const outside = !box.contains(document.activeElement) || document.activeElement === box;
  if (event.shiftKey ? outside || document.activeElement === first : outside || document.activeElement === last) {
    event.preventDefault();
    (event.shiftKey ? last : first).focus();
  }
}
