// Says that something was said in a room that is not on the screen; a press goes there.
import { effect, signal } from '@preact/signals';
import { alertTo } from '../../app/alerts';
import { go, route, wide } from '../../app/navigation';
import { heard } from '../../app/state';
import { people, rooms, sync, watch } from '../../app/wiring';
import { called } from '../../core/called';
import { boxNow } from '../../core/box-time';
import { t } from '../../core/i18n';
import { lineOf } from '../voice/words';
import { formatRoute } from '../../core/router';
import { isHeard } from '../../core/mine';
import type { MessageEvent, Room } from '../../core/wire';
import { RoomAvatar } from '../../ui/avatar';
import { IconButton } from '../../ui/button';
import { RoomTitle } from '../rooms/room-list';
import './elsewhere.css';

const SHOWN_MS = 6_000;
const shown = signal<{ room: number; message: MessageEvent } | null>(null);
let timer = 0;

effect(() => {
  const message = heard.value?.messages[heard.value.messages.length - 1];
  const room = heard.value?.room;
  if (!message || room === undefined) return;
  // The room that is open says it itself, and so does the list where it fills the screen.
  if (room === watch.room.peek() || (!wide.peek() && route.peek().at === 'chats')) return;
  const info = rooms.peek(room);
  if (!info || !isHeard(info, heard.value?.messages ?? [], sync.me.peek()?.user.id ?? -1, boxNow())) return;
  window.clearTimeout(timer);
  shown.value = { room, message };
  timer = window.setTimeout(hide, SHOWN_MS);
  alertTo({
    title: info.kind === 'direct' ? called(people.get(message.sender).peek()) : info.name,
    text: wordsOf(info, message),
    tag: String(room),
    onOpen: () => go({ at: 'room', room, pane: 'talk' }),
  });
});

function hide(): void {
  shown.value = null;
}

export function Elsewhere() {
  const now = shown.value;
  const room = now && rooms.get(now.room);
  if (!now || !room || now.room === watch.room.value) return null;
  const sender = people.get(now.message.sender).value;
  return (
    <aside class="elsewhere" aria-label={t('heard_elsewhere')}>
      <a class="row" href={formatRoute({ at: 'room', room: room.id, pane: 'talk' })} onClick={hide}>
        <RoomAvatar room={room} peer={sender} size="s" />
        <span class="row-text">
          <span class="row-title"><RoomTitle room={room} /></span>
          <span class="row-note">{wordsOf(room, now.message)}</span>
        </span>
      </a>
      <IconButton icon="close" label={t('close')} onClick={hide} />
    </aside>
  );
}

function wordsOf(room: Room, message: MessageEvent): string {
  const said = lineOf(message);
  return room.kind === 'direct' ? said : t('preview_other', { name: called(people.get(message.sender).value), text: said });
}
