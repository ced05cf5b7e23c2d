// What happened in the room besides talk: a line for each thing, and one for many people who came or went.
import { useSignal } from '@preact/signals';
import { t } from '../../core/i18n';
import type { RoomEvent } from '../../core/wire';
import { noticeText, noticeTextOfMany } from './notice-text';

/** From this many on the others are counted. */
const MANY = 4;

export function Notice({ rowKey, events }: { rowKey: string; events: readonly RoomEvent[] }) {
  const open = useSignal(false);
  const last = events[events.length - 1]!;
  const many = events.length >= MANY;
  return (
    <li class="talk-notice" data-key={rowKey} data-seq={last.seq}>
      {(!many || open.value) && events.map((event) => <p key={event.seq}>{noticeText(event)}</p>)}
      {many && (
        <button type="button" class="talk-notice-many" aria-expanded={open.value} onClick={() => (open.value = !open.value)}>
          {open.value ? t('show_less') : noticeTextOfMany(events)}
        </button>
      )}
    </li>
  );
}
