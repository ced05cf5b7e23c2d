// Takes what the box says and puts it where it belongs. The only place that knows all frames.
import { batch, signal } from '@preact/signals';
import { boxSays } from './box-time';
import type { NewRooms } from './new-rooms';
import type { Outbox } from './outbox';
import type { People } from './people';
import type { Rooms } from './rooms';
import type { AppErrorCode } from './errors';
import type { JoinRequest, Me, MessageEvent, RoomEvent, ServerFrame, SignInTicket } from './wire';

export interface SyncDeps {
  rooms: Rooms;
  newRooms: NewRooms;
  people: People;
  outbox: Outbox;
  /** Messages of others that just came, for those who listen rather than look. */
  heard(room: number, messages: readonly MessageEvent[]): void;
  /** A message says something else now, and what was not told to everybody. */
  editedUnseen(room: number, seq: number): void;
  /** More has happened in it than was told. */
  missed(room: number): void;
  /** Ask the box for a room's counts, picture and rules again. */
  recount(room: number): void;
  /** Another member has read up to `seq`. */
  cursorMoved(room: number, user: number, seq: number): void;
  /** A device of another member has everything up to `seq`. */
  cameTo(room: number, user: number, seq: number): void;
  /** I starred a message on one of my devices, or took the star away. */
  starred(room: number, seq: number, starred: boolean): void;
  /** Everything missed was taken. */
  caughtUp(): void;
  /** This person is in it no longer. */
  roomGone(room: number): void;
  failed(code: AppErrorCode): void;
  signedOut(): void;
  suspended(): void;
  now(): number;
  setTimer(run: () => void, ms: number): number;
}

const TYPING_MS = 5_000;
/** Events that say that a room changed, but not to what. */
const ASK_AGAIN: ReadonlySet<RoomEvent['kind']> = new Set(['picture_changed', 'rules_changed']);

export class Sync {
  readonly me = signal<Me | null>(null);
  readonly requests = signal<readonly JoinRequest[]>([]);
  /** Another device that wants to sign in as this person. */
  readonly signIn = signal<SignInTicket | null>(null);
  readonly typing = signal<{ room: number; user: number } | null>(null);
  readonly onlineCount = signal<{ room: number; count: number } | null>(null);

  constructor(private readonly deps: SyncDeps) {}

  receive(frame: ServerFrame): void {
    batch(() => this.take(frame));
  }

  private take(frame: ServerFrame): void {
    const { rooms, people, outbox } = this.deps;
    switch (frame.t) {
      case 'ready':
        boxSays(frame.now, this.deps.now());
        this.me.value = frame.me;
        rooms.me = frame.me.user.id;
        this.requests.value = frame.requests ?? [];
        people.put(frame.me.user);
        people.askAgain();
        people.putAll(frame.rooms.flatMap((room) => room.peer ?? []));
        rooms.cameUp(this.deps.newRooms.all(frame.rooms));
        rooms.replace(frame.rooms);
        for (const room of frame.rooms) this.settled(room.id);
        break;
      case 'events':
        this.events(frame.room, frame.events);
        break;
      case 'gap': {
        const log = rooms.log(frame.room);
        log.lastSeq.value = Math.max(log.lastSeq.peek(), frame.upto);
        this.deps.missed(frame.room);
        break;
      }
      case 'caught_up':
        outbox.lineUp();
        this.deps.caughtUp();
        break;
      case 'ack':
        outbox.acknowledged(frame);
        this.settled(frame.room);
        break;
      case 'error':
        if (frame.client_id) outbox.refused(frame.client_id, frame.code, frame.retry_after_s ?? undefined);
        // What the app says by itself of a room that has just gone (read, watching) was nobody's wish.
        else if (frame.code !== 'not_found' && frame.code !== 'forbidden') this.deps.failed(frame.code);
        break;
      case 'room':
        if (frame.room.peer) people.put(frame.room.peer);
        this.deps.newRooms.came(frame.room);
        rooms.put(frame.room);
        break;
      case 'room_gone':
        this.deps.roomGone(frame.room);
        this.deps.newRooms.gone(frame.room);
        rooms.remove(frame.room);
        break;
      case 'kept':
        if (rooms.kept(frame.room, frame)) this.deps.recount(frame.room);
        break;
      case 'user':
        people.hear(frame.user);
        if (this.me.peek()?.user.id === frame.user.id) this.me.value = { ...this.me.peek()!, user: frame.user };
        break;
      case 'users':
        for (const user of frame.users) this.take({ t: 'user', user });
        break;
      case 'read':
        this.read(frame.room, frame.user, frame.seq);
        break;
      case 'received':
        this.deps.cameTo(frame.room, frame.user, frame.seq);
        break;
      case 'star':
        this.deps.starred(frame.room, frame.seq, frame.starred);
        break;
      case 'typing':
        this.types(frame.room, frame.user);
        break;
      case 'presence':
        people.setOnline(frame.online, true);
        people.setOnline(frame.offline, false);
        this.onlineCount.value = { room: frame.room, count: frame.count };
        break;
      case 'request':
        this.requests.value = [...this.requests.peek().filter((one) => one.user !== frame.request.user), frame.request];
        break;
      case 'request_gone':
        this.requests.value = this.requests.peek().filter((one) => one.user !== frame.user);
        break;
      case 'quiet':
        if (this.me.peek()) this.me.value = { ...this.me.peek()!, quiet: frame.quiet };
        break;
      case 'sign_in':
        this.signIn.value = frame.ticket;
        break;
      case 'bye':
        if (frame.reason === 'signed_out') this.deps.signedOut();
        else if (frame.reason === 'suspended') this.deps.suspended();
        break;
      case 'resync':
      case 'pong':
        break;
    }
  }

  private events(room: number, events: readonly RoomEvent[]): void {
    const me = this.me.peek()?.user.id ?? -1;
    const known = this.deps.rooms.peek(room)?.last_seq ?? 0;
    const read = this.deps.rooms.peek(room)?.read_seq ?? 0;
    // What was deleted before it was read is unread no more; whose it was only the box knows.
    const again = (event: RoomEvent) => ASK_AGAIN.has(event.kind) || (event.kind === 'message_deleted' && event.target > read);
    if (events.some((event) => event.seq > known && again(event))) this.deps.recount(room);
    const heard = this.deps.rooms.live(room, events, me);
    for (const event of events) if (event.kind === 'message_edited' && event.text == null) this.deps.editedUnseen(room, event.target);
    this.stored(room, events);
    const typist = this.typing.peek();
    if (typist && heard.some((message) => message.sender === typist.user && room === typist.room)) this.typing.value = null;
    if (heard.length > 0) this.deps.heard(room, heard);
  }

  /** What these events carry is on the box's disk, however they came: it needs no outbox any more. */
  stored(room: number, events: readonly RoomEvent[]): void {
    const me = this.me.peek()?.user.id ?? -1;
    const mine = new Set<string>();
    for (const event of events) if (event.kind === 'message' && event.sender === me && event.client_id) mine.add(event.client_id);
    const last = events[events.length - 1]?.seq ?? 0;
    this.deps.outbox.arrived(room, (item) => mine.has(item.clientId) || (item.seq !== null && item.seq <= last));
  }

  /** Forgotten again unless it is said again. */
  private types(room: number, user: number): void {
    const now = { room, user };
    this.typing.value = now;
    this.deps.setTimer(() => {
      if (this.typing.peek() === now) this.typing.value = null;
    }, TYPING_MS);
  }

  /** Acknowledged messages that the room already holds need no outbox any more. */
  private settled(room: number): void {
    const last = this.deps.rooms.peek(room)?.last_seq ?? 0;
    this.deps.outbox.arrived(room, (item) => item.seq !== null && item.seq <= last);
  }

  private read(room: number, user: number, seq: number): void {
    if (user === this.me.peek()?.user.id) {
      if (!this.deps.rooms.read(room, seq)) this.deps.recount(room);
      return;
    }
    this.deps.cursorMoved(room, user, seq);
  }
}
