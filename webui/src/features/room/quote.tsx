// The message that another one answers, in short; a press goes there.
import { useComputed } from '@preact/signals';
import { api, people, rooms, sync } from '../../app/wiring';
import { called } from '../../core/called';
import { t } from '../../core/i18n';
import type { RoomEvent } from '../../core/wire';
import { useLoad } from '../../ui/load';
import { lineOf } from '../voice/words';
import './quote.css';

export function Quote({ room, seq, onOpen }: { room: number; seq: number; onOpen: (seq: number) => void }) {
  // Of all that comes and goes in the window only this one event is its business.
  const inWindow = useComputed(() => rooms.log(room).at(seq)).value;
  const loaded = useLoad(async () => inWindow ?? (await api.events(room, { before: seq + 1, limit: 1 })).events[0] ?? null, [seq]);
  const event = inWindow ?? loaded.value;
  return (
    <button type="button" class="quote" onClick={() => onOpen(seq)}>
      {event ? <QuoteText event={event} /> : <span class="quote-text">…</span>}
    </button>
  );
}

export function QuoteText({ event }: { event: RoomEvent }) {
  const mine = event.sender === sync.me.value?.user.id;
  const name = mine ? t('you') : called(people.get(event.sender).value);
  return (
    <>
      <span class="quote-name">{name}</span>
      <span class="quote-text">{wordsOf(event)}</span>
    </>
  );
}

function wordsOf(event: RoomEvent): string {
  if (event.kind === 'lost') return t('message_lost');
  if (event.kind !== 'message') return t('message_deleted');
  return lineOf(event);
}
