// Marks for what is being written: by key, and from a menu that shows how each is typed.
import { t, type Key } from '../../core/i18n';
import { markChange, type Mark } from '../../core/marks';
import type { IconName } from '../../ui/icon';
import { Menu } from '../../ui/menu';

const MARKS: readonly { mark: Mark; icon: IconName; name: Key; typed: string; key?: string; shift?: boolean }[] = [
  { mark: 'bold', icon: 'bold', name: 'mark_bold', typed: '**…**', key: 'b' },
  { mark: 'italic', icon: 'italic', name: 'mark_italic', typed: '*…*', key: 'i' },
  { mark: 'strike', icon: 'strike', name: 'mark_strike', typed: '~~…~~', key: 'x', shift: true },
  { mark: 'code', icon: 'code', name: 'code', typed: '`…`', key: 'e' },
  { mark: 'code_block', icon: 'code_block', name: 'mark_code_block', typed: '```' },
  { mark: 'quote', icon: 'quote', name: 'mark_quote', typed: '> …' },
  { mark: 'list', icon: 'list', name: 'mark_list', typed: '- …' },
];

/** Does what the key says, if it is for a mark. */
export function pressMark(event: KeyboardEvent, area: HTMLTextAreaElement): boolean {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return false;
  const found = MARKS.find(({ key, shift = false }) => key === event.key.toLowerCase() && shift === event.shiftKey);
  if (found) put(found.mark, area);
  return found !== undefined;
}

export function FormatMenu({ area, anchor, onClose }: { area: HTMLTextAreaElement; anchor: HTMLElement; onClose: () => void }) {
  const items = MARKS.map(({ mark, icon, name, typed }) => ({
    icon,
    label: t(name),
    hint: typed,
    onChoose: () => {
      onClose();
      put(mark, area);
    },
  }));
  return (
    <Menu
      label={t('formatting')}
      anchor={anchor}
      items={items}
      onClose={() => {
        onClose();
        area.focus();
      }}
    />
  );
}

/** As if it were typed, so that it can be undone as what is typed. */
function put(mark: Mark, area: HTMLTextAreaElement): void {
  const { from, to, insert, start, end } = markChange(mark, area.value, area.selectionStart, area.selectionEnd);
  area.focus();
  area.setSelectionRange(from, to);
  if (!insert) document.execCommand('delete');
  else if (!document.execCommand('insertText', false, insert)) {
    area.setRangeText(insert, from, to, 'end');
    area.dispatchEvent(new Event('input', { bubbles: true }));
  }
  area.setSelectionRange(start, end);
}
