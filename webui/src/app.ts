// Puts the core together with the browser. The only place where the two meet; features import their world from here.
import { computed, effect, signal } from '@preact/signals';
import { createApi, type Api } from './core/api';
import { Attempts } from './core/attempts';
import { browserBlobs } from './core/blob-store';
import { boundStore } from './core/bound-store';
import { lookForTomorrow } from './core/box-time';
import { Drafts } from './core/drafts';
import { asApiError, type AppErrorCode } from './core/errors';
import { History } from './core/history';
import { isLanguage, language, languageTag, pickLanguage, t, type Language } from './core/i18n';
import { randomId } from './core/ids';
import { NewRooms } from './core/new-rooms';
import { Outbox } from './core/outbox';
import { People } from './core/people';
import { Received } from './core/received';
import { Rooms } from './core/rooms';
import { formatRoute, parseRoute, type Route } from './core/router';
import { Session } from './core/session';
import { SetUp } from './core/set-up';
import { Socket } from './core/socket';
import { browserStore } from './core/storage';
import { Sync } from './core/sync';
import { createUpload } from './core/upload';
import { Watch } from './core/watch';
import type { Finding } from './core/admin-wire';
import type { MessageEvent, SentFile } from './core/wire';
import { unreadFigure } from './core/unread';

/** How this browser likes it, whichever box answers. */
const store = browserStore(() => window.localStorage);
/** Whatever was typed, asked for or answered on this box. */
const kept = boundStore(store);
const setTimer = (run: () => void, ms: number) => window.setTimeout(run, ms);
const now = () => Date.now();

export const api: Api = createApi((input, init) => window.fetch(input, init), askPassword);
export const rooms = new Rooms();
export const people = new People((id) => api.user(id));
export const history: History = new History(api, rooms, (room, events) => sync.stored(room, events));
export const newRooms = new NewRooms(kept);
export const drafts = new Drafts(kept);
export const outbox: Outbox = new Outbox({
  store: kept,
  blobs: browserBlobs(() => window.indexedDB),
  // What is not given up now the box forgets by itself after a day.
  abandon: (upload) => void api.abandonUpload(upload).catch(() => undefined),
  upload: createUpload(() => new XMLHttpRequest()),
  send: (frame) => socket.send(frame),
  newId: () => randomId(20),
  now,
  setTimer,
});
/** The rest of the way from a fresh box to one with people in it. */
export const setUp = new SetUp(kept);
export const attempts = new Attempts({ store: kept, newSecret: () => randomId(40) });
export const session = new Session({ api, bind, startAfresh, enter, leave, rest, claimAgain, setTimer });
export const sync: Sync = new Sync({
  rooms,
  newRooms,
  people,
  outbox,
  now,
  setTimer,
  heard: (room, messages) => {
    heard.value = { room, messages };
    received.came(room);
  },
  recount: (room) => void api.room(room).then((fresh) => rooms.put(fresh), () => undefined),
  cursorMoved: (room, user, seq) => watch.moved(room, user, seq),
  cameTo: (room, user, seq) => watch.came(room, user, seq),
  caughtUp: () => received.all(),
  roomGone,
  failed: showError,
  signedOut: () => session.signedOut(),
  suspended: () => session.suspended(),
});
export const socket: Socket = new Socket({
  open: () => new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/api/v1/ws`),
  seen: () => rooms.seen(),
  receive: (frame) => sync.receive(frame),
  broke: () => void session.check(),
  random: Math.random,
  ticks: () => performance.now(),
  setTimer,
  clearTimer: (id) => window.clearTimeout(id),
});

const received: Received = new Received(rooms, (frame) => socket.send(frame), setTimer);

export const watch: Watch = new Watch(api, people, newRooms, (frame) => socket.send(frame), () => sync.me.peek()?.user.id ?? -1);

/** The latest messages of others, for the live region. */
export const heard = signal<{ room: number; messages: readonly MessageEvent[] } | null>(null);

/** What the box's self-check found last, for admins. */
export const boxFindings = signal<readonly Finding[]>([]);

export const route = signal<Route>(parseRoute(location.hash));
/** On wide screens the last room stays open beside the other lists. */
export const openRoom = signal<number | null>(null);
export const go = (to: Route): void => {
  location.hash = formatRoute(to);
};
/** Goes on without leaving a step behind for the back button. */
export const replaceRoute = (to: Route): void => {
  window.history.replaceState(null, '', formatRoute(to));
  route.value = to;
};

/** Wide enough for list and room side by side. In em, so that large text counts as a narrow screen. */
const wideQuery = window.matchMedia('(min-width: 47.5em)');
export const wide = signal(wideQuery.matches);
/** Fingers rather than a mouse: Enter makes a new line there. */
export const touch = window.matchMedia('(pointer: coarse)').matches;

export const isAdmin = computed(() => {
  const role = sync.me.value?.user.role;
  return role === 'owner' || role === 'admin';
});

/** Somebody who just came in wants to say something: the keyboard comes up, on phones too. */
export const justCameIn = signal(false);

/** The message that the next one in its room will answer. */
export const replying = signal<{ room: number; event: MessageEvent } | null>(null);

/** The PDF that is looked at. */
export const shownFile = signal<SentFile | null>(null);

/** Set while the person is asked for their password once more; to be told whether it was entered. */
export const passwordAsked = signal<((entered: boolean) => void) | null>(null);
let passwordEntered: Promise<boolean> | null = null;
/** Several requests that need it ask once. */
function askPassword(): Promise<boolean> {
  passwordEntered ??= new Promise((resolve) => {
    passwordAsked.value = (entered) => {
      passwordAsked.value = null;
      passwordEntered = null;
      resolve(entered);
    };
  });
  return passwordEntered;
}

export interface Notice {
  id: number;
  kind: 'error' | 'done';
  code?: AppErrorCode;
  text?: string;
}
export const notices = signal<readonly Notice[]>([]);
let noticeId = 0;
export function showNotice(notice: Omit<Notice, 'id'>): void {
  const id = ++noticeId;
  notices.value = [...notices.value.slice(-2), { ...notice, id }];
  const shownMs = notice.kind === 'error' ? 7_000 : 3_000;
  setTimer(() => (notices.value = notices.value.filter((one) => one.id !== id)), shownMs);
}
export function showError(thrown: unknown): void {
  const code = typeof thrown === 'string' ? (thrown as AppErrorCode) : asApiError(thrown).code;
  if (code === 'not_signed_in') session.signedOut();
  else if (code !== 'cancelled') showNotice({ kind: 'error', code });
}

export type Theme = 'system' | 'light' | 'dark';
export const theme = signal<Theme>(readTheme());
export function setTheme(next: Theme): void {
  theme.value = next;
  store.set('theme', next);
}
/** Whether a message in another room is to be heard. */
export const sound = signal(store.get('sound') !== 'off');
export function setSound(on: boolean): void {
  sound.value = on;
  store.set('sound', on ? 'on' : 'off');
}
export function setLanguage(next: Language): void {
  language.value = next;
  store.set('language', next);
}

/** Offers that were answered on this device: nobody is asked twice. */
export const answered = {
  has: (offer: string) => kept.get(`answered.${offer}`) !== null,
  note: (offer: string) => kept.set(`answered.${offer}`, '1'),
};

const title = computed(() => {
  const at = route.value;
  const room = at.at === 'room' ? rooms.get(at.room) : undefined;
  // The house's own room is called like the box.
  const names = new Set([room?.peer?.name ?? room?.name, session.box.value?.name ?? 'imbox'].filter(Boolean));
  const name = [...names].join(' · ');
  return rooms.unread.value > 0 ? `(${unreadFigure(rooms.unread.value)}) ${name}` : name;
});

export function start(): void {
  const saved = store.get('language');
  language.value = isLanguage(saved) ? saved : pickLanguage(navigator.languages ?? [navigator.language]);
  // Whoever wrote the card chose one for the first steps.
  effect(() => {
    const chosen = session.box.value?.state === 'fresh' ? session.box.value.language : null;
    if (chosen && !isLanguage(store.get('language'))) language.value = chosen;
  });
  effect(() => {
    document.documentElement.lang = languageTag.value;
    document.documentElement.dir = 'ltr';
  });
  effect(() => {
    if (theme.value === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme.value;
  });
  // Written only when it changed: each time costs the browser more than the message that came.
  effect(() => {
    document.title = title.value;
  });
  effect(() => {
    if (route.value.at === 'room') openRoom.value = route.value.room;
  });
  effect(() => {
    if (socket.state.value !== 'online') outbox.lineDown();
  });
  wideQuery.addEventListener?.('change', (event) => (wide.value = event.matches));
  window.addEventListener('hashchange', () => (route.value = parseRoute(location.hash)));
  window.addEventListener('online', () => socket.hurry());
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState !== 'visible') return;
    lookForTomorrow();
    socket.probe();
  });
  window.setInterval(lookForTomorrow, 60_000);
  void session.open();
}

/** The box got an owner, and the answer that says it is us was lost? */
async function claimAgain(): Promise<boolean> {
  for (const what of attempts.unanswered('claim.')) {
    try {
      await attempts.run(what, (secret) => api.claim({ code: what.slice('claim.'.length), name: '', secret }));
      return true;
    } catch {
      // It was not us, or the box does not answer: the page goes on as for anyone.
    }
  }
  return false;
}

function bind(box: string): void {
  kept.bind(box);
  setUp.recall();
}

function startAfresh(): void {
  window.location.replace('/');
}

function enter(): void {
  const { me } = session.box.peek() ?? {};
  if (me) {
    sync.me.value = me;
    people.put(me.user);
  }
  if (me) {
    newRooms.use(me.user.id);
    drafts.use(me.user.id);
    outbox.restore(me.user.id, me.device);
  }
  socket.start();
}

/** The person goes by their own choice: nothing of theirs stays on this device. */
function leave(): void {
  outbox.forget();
  drafts.forget();
  newRooms.forget();
  clear();
}

/** The person is shut out: what they have not sent yet waits, out of sight, until they are back. */
function rest(): void {
  outbox.rest();
  drafts.rest();
  newRooms.rest();
  clear();
}

/** Whoever looks at a room that others took away is told, and stands at the list: coming back into it opens nothing by itself. */
function roomGone(id: number): void {
  if (openRoom.peek() === id) openRoom.value = null;
  const at = route.peek();
  if (at.at !== 'room' || at.room !== id) return;
  const name = rooms.peek(id)?.name;
  if (name) showNotice({ kind: 'done', text: t('room_gone_named', { name }) });
  replaceRoute({ at: 'chats' });
}

function clear(): void {
  socket.stop();
  replying.value = null;
  heard.value = null;
  boxFindings.value = [];
  shownFile.value = null;
  rooms.forget();
  people.forget();
  sync.me.value = null;
  replaceRoute({ at: 'chats' });
}

function readTheme(): Theme {
  const saved = store.get('theme');
  return saved === 'light' || saved === 'dark' ? saved : 'system';
}
