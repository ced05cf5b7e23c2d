// Starts the app: what follows from state, and what the browser tells us.
import { computed, effect } from '@preact/signals';
import { lookForTomorrow } from '../core/box-time';
import { called } from '../core/called';
import { speak } from '../core/i18n';
import { unreadFigure } from '../core/unread';
import { followWindow, openRoom, route } from './navigation';
import { applyPreferences, hasChosenLanguage } from './preferences';
import { outbox, readMarks, rooms, session, socket } from './wiring';

const title = computed(() => {
  const at = route.value;
  const room = at.at === 'room' ? rooms.get(at.room) : undefined;
  // The house's own room is called like the box.
  const names = new Set([room?.peer ? called(room.peer) : room?.name, session.box.value?.name ?? 'imbox'].filter(Boolean));
  const name = [...names].join(' · ');
  return rooms.unread.value > 0 ? `(${unreadFigure(rooms.unread.value)}) ${name}` : name;
});

export function start(): void {
  applyPreferences();
  // Whoever wrote the card chose one for the first steps.
  effect(() => {
    const chosen = session.box.value?.state === 'fresh' ? session.box.value.language : null;
    if (chosen && !hasChosenLanguage()) void speak(chosen).catch(() => undefined);
  });
  // Written when all is settled and only if it changed: each time costs the browser more than the message that came, and what
  // comes into the open room is unread for a moment.
  let due = 0;
  effect(() => {
    void title.value;
    window.clearTimeout(due);
    due = window.setTimeout(() => {
      if (document.title !== title.peek()) document.title = title.peek();
    });
  });
  effect(() => {
    if (route.value.at === 'room') openRoom.value = route.value.room;
  });
  effect(() => {
    if (socket.state.value !== 'online') outbox.lineDown();
  });
  followWindow();
  window.addEventListener('online', () => socket.hurry());
  window.addEventListener('pagehide', () => readMarks.flush());
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState !== 'visible') return readMarks.flush();
    lookForTomorrow();
    socket.probe();
  });
  window.setInterval(lookForTomorrow, 60_000);
  void session.open();
}
