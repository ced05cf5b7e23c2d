// The live line: one WebSocket that comes back by itself. Knows frames, time and chance; nothing of rooms.
import { signal, type ReadonlySignal } from '@preact/signals';
import { backoffMs } from './backoff';
import { Beat } from './beat';
import type { ClientFrame, Seen, ServerFrame } from './wire';

/** `connecting` is the first try; `waiting` means the line broke and the next try is due later. */
export type LineState = 'off' | 'connecting' | 'online' | 'waiting';

/** The part of a WebSocket that is used, so that tests can stand in for the browser. */
export interface Wire {
  send(text: string): void;
  close(): void;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
}

export interface SocketDeps {
  open(): Wire;
  seen(): Seen[];
  receive(frame: ServerFrame): void;
  /** The line could not be opened, or broke. A socket can't say why; asking the box by HTTP can. */
  broke(): void;
  random(): number;
  /** Milliseconds of a clock that is never set. */
  ticks(): number;
  setTimer(run: () => void, ms: number): number;
  clearTimer(id: number): void;
}

const PING_EVERY_MS = 25_000;
const SILENCE_MS = 12_000;

export class Socket {
  readonly state: ReadonlySignal<LineState>;
  private readonly current = signal<LineState>('off');
  private wire: Wire | null = null;
  private attempt = 0;
  private timer = 0;
  /** `hello` was said and is not answered yet. */
  private greeting = false;
  private readonly came: Beat<ServerFrame>;

  constructor(private readonly deps: SocketDeps) {
    this.state = this.current;
    this.came = new Beat({
      take: (frame) => this.wire && this.take(frame, this.wire),
      now: () => deps.ticks(),
      setTimer: (run, ms) => deps.setTimer(run, ms),
      clearTimer: (id) => deps.clearTimer(id),
    });
  }

  start(): void {
    if (this.current.value !== 'off') return;
    this.current.value = 'connecting';
    this.connect();
  }

  stop(): void {
    this.current.value = 'off';
    this.drop();
  }

  /** Tries at once when a try is due later: the person came back to the page, or the network did. */
  hurry(): void {
    if (this.current.value !== 'waiting') return;
    this.attempt = 0;
    this.connect();
  }

  /** Is the line really alive? Asked when the page comes to the front after a sleep. */
  probe(): void {
    if (this.current.value === 'online') this.ping();
    else this.hurry();
  }

  /** Sends when online; the answer says whether it was handed to the line. */
  send(frame: ClientFrame): boolean {
    if (this.current.value !== 'online' || !this.wire) return false;
    this.wire.send(JSON.stringify(frame));
    return true;
  }

  private connect(): void {
    this.drop();
    let wire: Wire;
    try {
      wire = this.deps.open();
    } catch {
      this.retry();
      return;
    }
    this.wire = wire;
    this.arm(() => this.lost(wire), SILENCE_MS);
    wire.onopen = () => this.hello(wire);
    wire.onclose = () => this.lost(wire);
    wire.onmessage = ({ data }: { data: unknown }) => {
      if (wire !== this.wire || typeof data !== 'string') return;
      const frame = parseFrame(data);
      if (frame) this.came.put(frame);
    };
  }

  private take(frame: ServerFrame, wire: Wire): void {
    this.arm(() => this.ping(), PING_EVERY_MS);
    if (frame.t === 'resync') {
      this.hello(wire);
      return;
    }
    if (frame.t === 'pong') return;
    if (frame.t === 'error' && this.greeting && !frame.client_id) {
      // The box could not say who we are and what was missed: without that the line is worth nothing.
      this.lost(wire);
      return;
    }
    if (frame.t === 'ready') {
      this.greeting = false;
      this.attempt = 0;
      this.current.value = 'online';
    }
    this.deps.receive(frame);
  }

  private hello(wire: Wire): void {
    this.greeting = true;
    wire.send(JSON.stringify({ t: 'hello', v: 1, seen: this.deps.seen() } satisfies ClientFrame));
  }

  private ping(): void {
    const wire = this.wire;
    if (!wire || !this.send({ t: 'ping' })) return;
    this.arm(() => this.lost(wire), SILENCE_MS);
  }

  private lost(wire: Wire): void {
    if (wire !== this.wire) return;
    // What came before the end is true still.
    this.came.flush();
    if (wire !== this.wire) return;
    this.drop();
    if (this.current.value === 'off') return;
    this.retry();
    this.deps.broke();
  }

  private retry(): void {
    this.current.value = 'waiting';
    this.arm(() => this.connect(), backoffMs(this.attempt++, this.deps.random()));
  }

  private drop(): void {
    this.deps.clearTimer(this.timer);
    this.came.clear();
    const wire = this.wire;
    this.wire = null;
    wire?.close();
  }

  private arm(run: () => void, ms: number): void {
    this.deps.clearTimer(this.timer);
    this.timer = this.deps.setTimer(run, ms);
  }
}

function parseFrame(text: string): ServerFrame | null {
  try {
    const frame = JSON.parse(text) as ServerFrame;
    return typeof frame?.t === 'string' ? frame : null;
  } catch {
    return null;
  }
}
