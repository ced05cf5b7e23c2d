// Puts the core together with the browser: the box's API, rooms, people, outbox and session, and what happens when somebody
// comes in or leaves. Features take their world from here and from the other files of this folder.
import { computed } from '@preact/signals';
import { createApi, type Api } from '../core/api';
import { Attempts } from '../core/attempts';
import { browserBlobs } from '../core/blob-store';
import { boundStore } from '../core/bound-store';
import { Drafts } from '../core/drafts';
import { asApiError, type AppErrorCode } from '../core/errors';
import { History } from '../core/history';
import { t } from '../core/i18n';
import { randomId } from '../core/ids';
import { NewRooms } from '../core/new-rooms';
import { Outbox } from '../core/outbox';
import { People } from '../core/people';
import { ReadMarks } from '../core/read-marks';
import { Reactions } from '../core/reactions';
import { Received } from '../core/received';
import { Rooms } from '../core/rooms';
import { NOTHING_ASKED } from '../core/search-question';
import { Session } from '../core/session';
import { SetUp } from '../core/set-up';
import { Socket } from '../core/socket';
import { Stars } from '../core/stars';
import { Sync } from '../core/sync';
import { createUpload } from '../core/upload';
import { Watch } from '../core/watch';
import { openRoom, replaceRoute, route } from './navigation';
import { showNotice } from './notices';
import { askPassword } from './password';
import { store } from './preferences';
import { boxFindings, editing, heard, replying, searchFound, searchQuestion, shownFile } from './state';

/** Whatever was typed, asked for or answered on this box. */
const kept = boundStore(store);
const setTimer = (run: () => void, ms: number) => window.setTimeout(run, ms);
const now = () => Date.now();

export const api: Api = createApi((input, init) => window.fetch(input, init), askPassword);
export const rooms = new Rooms();
export const people = new People((id) => api.user(id));
export const history: History = new History(api, rooms, (room, events) => sync.stored(room, events));
export const stars = new Stars(api, showError);
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
export const reactions = new Reactions(api, rooms, (thrown) => {
  if (asApiError(thrown).code === 'limit_reached') showNotice({ kind: 'error', text: t('reactions_full') });
  else showError(thrown);
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
  editedUnseen: (room, seq) => void history.again(room, seq).catch(() => undefined),
  missed: (room) => {
    const at = route.peek();
    const shown = room === openRoom.peek() || (at.at === 'room' && at.room === room);
    if (shown) void history.renew(room).catch(() => undefined);
    else rooms.log(room).forget();
  },
  recount: (room) => void api.room(room).then((fresh) => rooms.put(fresh), () => undefined),
  cursorMoved: (room, user, seq) => watch.moved(room, user, seq),
  cameTo: (room, user, seq) => watch.came(room, user, seq),
  starred: (room, seq, starred) => stars.heard(room, seq, starred),
  caughtUp: () => {
    received.all();
    stars.afresh();
  },
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

export const readMarks = new ReadMarks(rooms, (frame) => socket.send(frame), setTimer);

const received: Received = new Received(rooms, (frame) => socket.send(frame), setTimer);

export const watch: Watch = new Watch(api, people, newRooms, (frame) => socket.send(frame), () => sync.me.peek()?.user.id ?? -1);

export const isAdmin = computed(() => {
  const role = sync.me.value?.user.role;
  return role === 'owner' || role === 'admin';
});

/** Shows what went wrong; whoever is no longer signed in is led to the sign-in page instead. */
export function showError(thrown: unknown): void {
  const code = typeof thrown === 'string' ? (thrown as AppErrorCode) : asApiError(thrown).code;
  if (code === 'not_signed_in') session.signedOut();
  else if (code !== 'cancelled') showNotice({ kind: 'error', code });
}

/** Offers that were answered on this device: nobody is asked twice. */
export const answered = {
  has: (offer: string) => kept.get(`answered.${offer}`) !== null,
  note: (offer: string) => kept.set(`answered.${offer}`, '1'),
};

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
  readMarks.forget();
  replying.value = null;
  editing.value = null;
  heard.value = null;
  boxFindings.value = [];
  shownFile.value = null;
  searchQuestion.value = NOTHING_ASKED;
  searchFound.value = null;
  rooms.forget();
  people.forget();
  stars.forget();
  sync.me.value = null;
  replaceRoute({ at: 'chats' });
}
