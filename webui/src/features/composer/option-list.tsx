// What may be meant by what is being typed, above the composer: arrows go through it, Enter or Tab takes one, Escape sends it away.
import { useSignal, type Signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { touch } from '../../app/navigation';
import { t } from '../../core/i18n';
import type { Beginning } from '../../core/mentions';
import './option-list.css';

/** What the composer tells the list: keys that may be meant for it, and what stands on it for whoever has it read. */
export interface OptionKeys {
  /** Answers whether the key was for the list. */
  press(event: KeyboardEvent): boolean;
}

export const LIST_ID = 'option-list';

/** What every such list is given by the composer. */
export interface Offer {
  typed: Beginning;
  keys: { current: OptionKeys | null };
  /** The id of the option that Enter would choose; none: nothing is found. */
  active: Signal<string | undefined>;
  onChoose: (written: string) => void;
  onClose: () => void;
}

interface OptionListProps extends Offer {
  label: string;
  /** Each as it is written when it is chosen, and as it is shown. */
  found: readonly { written: string; shown: ComponentChildren }[];
}

export function OptionList({ label, found, typed, keys, active, onChoose, onClose }: OptionListProps) {
  const list = useRef<HTMLUListElement>(null);
  const at = useSignal(0);
  const moved = useRef(false);
  const chosen = Math.min(at.value, found.length - 1);
  const optionId = (index: number) => `option-${index}`;

  useEffect(() => {
    at.value = 0;
    moved.current = false;
  }, [typed.at, typed.typed]);
  useLayoutEffect(() => {
    active.value = found.length > 0 ? optionId(chosen) : undefined;
    list.current?.children[chosen]?.scrollIntoView({ block: 'nearest' });
  }, [chosen, found.length]);
  useEffect(
    () => () => {
      active.value = undefined;
      keys.current = null;
    },
    [],
  );
  keys.current = {
    press: ({ key, shiftKey }) => {
      if (found.length === 0) return false;
      const step = { ArrowDown: 1, ArrowUp: -1 }[key];
      if (step) {
        moved.current = true;
        at.value = (chosen + step + found.length) % found.length;
      } else if ((key === 'Tab' || (key === 'Enter' && (!touch || moved.current))) && !shiftKey) onChoose(found[chosen]!.written);
      else if (key === 'Escape') onClose();
      else return false;
      return true;
    },
  };

  return (
    <>
      <p class="hidden" role="status">{t('mention_found', { n: found.length })}</p>
      {found.length > 0 && (
        <ul ref={list} id={LIST_ID} class="option-list" role="listbox" aria-label={label}>
          {found.map(({ written, shown }, index) => (
            <li
              key={written}
              id={optionId(index)}
              class="option"
              role="option"
              aria-selected={index === chosen}
              // The words keep the caret, and a phone its keyboard.
              onPointerDown={(event) => event.preventDefault()}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => onChoose(written)}
            >
              {shown}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
