// The line breaks all the time on phones: it must come back, with what was missed, and without a stampede.
import { describe, expect, test } from 'vitest';
import { backoffMs } from '../backoff';
import { Socket, type Wire } from '../socket';
import type { Seen, ServerFrame } from '../wire';

class FakeWire implements Wire {
  onopen: ((event: never) => void) | null = null;
  onmessage: ((event: never) => void) | null = null;
  onclose: ((event: never) => void) | null = null;
  sent: { t: string; seen?: Seen[] }[] = [];
  closed = false;
  send(text: string) {
    this.sent.push(JSON.parse(text) as { t: string });
  }
  close() {
    this.closed = true;
  }
  say(frame: { t: string } & Record<string, unknown>) {
    this.onmessage?.({ data: JSON.stringify(frame) } as never);
  }
}

function setUp() {
  const wires: FakeWire[] = [];
  const got: ServerFrame[] = [];
  const timers = new Map<number, { run: () => void; ms: number }>();
  const seen: Seen[] = [];
  const clock = { ms: 0, held: false };
  let broke = 0;
  let next = 0;
  const socket = new Socket({
    open: () => {
      const wire = new FakeWire();
      wires.push(wire);
      return wire;
    },
    seen: () => seen,
    receive: (frame) => got.push(frame),
    broke: () => void broke++,
    random: () => 0.5,
    // Each frame comes in a beat of its own, unless the clock is held.
    ticks: () => (clock.ms += clock.held ? 0 : 1_000),
    setTimer: (run, ms) => (timers.set(++next, { run, ms }), next),
    clearTimer: (id) => void timers.delete(id),
  });
  const fire = () => {
    const [id, timer] = [...timers][timers.size - 1]!;
    timers.delete(id);
    timer.run();
    return timer.ms;
  };
  const ready = (wire: FakeWire) => {
    wire.onopen?.(undefined as never);
    wire.say({ t: 'ready', me: {}, rooms: [], now: 0 });
  };
  return { socket, wires, got, timers, seen, clock, fire, ready, breaks: () => broke };
}

describe('the line', () => {
  test('says first what it has, and is online when the box answers', () => {
    const { socket, wires, seen, ready } = setUp();
    seen.push({ room: 3, seq: 9 });
    socket.start();
    expect(socket.send({ t: 'ping' })).toBe(false);
    ready(wires[0]!);
    expect(wires[0]!.sent[0]).toEqual({ t: 'hello', v: 1, seen: [{ room: 3, seq: 9 }] });
    expect([socket.state.value, socket.send({ t: 'ping' })]).toEqual(['online', true]);
  });

  test('comes back by itself, later each time, and at once when the person asks', () => {
    const { socket, wires, fire, ready, breaks } = setUp();
    socket.start();
    ready(wires[0]!);
    wires[0]!.onclose?.(undefined as never);
    expect([socket.state.value, breaks()]).toEqual(['waiting', 1]);
    const first = fire();
    wires[1]!.onclose?.(undefined as never);
    expect(fire()).toBeGreaterThan(first);
    wires[2]!.onclose?.(undefined as never);
    socket.hurry();
    expect(wires.length).toBe(4);
    ready(wires[3]!);
    expect(socket.state.value).toBe('online');
  });

  test('notices a dead line by its silence', () => {
    const { socket, wires, fire, ready } = setUp();
    socket.start();
    ready(wires[0]!);
    fire();
    expect(wires[0]!.sent.map((frame) => frame.t)).toContain('ping');
    fire();
    expect([socket.state.value, wires[0]!.closed]).toEqual(['waiting', true]);
  });

  test('says again what it has when the box asks to resync', () => {
    const { socket, wires, seen, ready, got } = setUp();
    socket.start();
    ready(wires[0]!);
    seen.push({ room: 1, seq: 2 });
    wires[0]!.say({ t: 'resync' });
    expect(wires[0]!.sent[1]).toEqual({ t: 'hello', v: 1, seen: [{ room: 1, seq: 2 }] });
    expect(got.map((frame) => frame.t)).toEqual(['ready']);
  });

  test('tries again when the box could not answer its hello', () => {
    const { socket, wires, fire, ready, got } = setUp();
    socket.start();
    wires[0]!.onopen?.(undefined as never);
    wires[0]!.say({ t: 'error', code: 'busy', message: '' });
    expect([socket.state.value, wires[0]!.closed]).toEqual(['waiting', true]);
    fire();
    ready(wires[1]!);
    wires[1]!.say({ t: 'error', code: 'forbidden', message: '' });
    wires[1]!.say({ t: 'resync' });
    wires[1]!.say({ t: 'error', client_id: 'a', code: 'forbidden', message: '' });
    expect([socket.state.value, got.length]).toEqual(['online', 3]);
    wires[1]!.say({ t: 'error', code: 'busy', message: '' });
    expect([socket.state.value, wires[1]!.closed]).toEqual(['waiting', true]);
  });

  test('takes together what comes within a beat, in its order, and loses none of it when the line breaks', () => {
    const { socket, wires, got, seen, clock, fire, ready } = setUp();
    socket.start();
    ready(wires[0]!);
    clock.held = true;
    wires[0]!.say({ t: 'caught_up' });
    wires[0]!.say({ t: 'gap' });
    seen.push({ room: 1, seq: 2 });
    wires[0]!.say({ t: 'resync' });
    expect([got.length, wires[0]!.sent.length]).toEqual([1, 1]);
    expect(fire()).toBeLessThan(50);
    expect(got.map((frame) => frame.t)).toEqual(['ready', 'caught_up', 'gap']);
    expect(wires[0]!.sent[1]).toEqual({ t: 'hello', v: 1, seen: [{ room: 1, seq: 2 }] });
    wires[0]!.say({ t: 'ack' });
    expect(got.length).toBe(3);
    wires[0]!.onclose?.(undefined as never);
    expect(got.map((frame) => frame.t)).toEqual(['ready', 'caught_up', 'gap', 'ack']);
  });

  test('hears nothing from a line it gave up, and stays off when it was turned off', () => {
    const { socket, wires, ready, got, timers } = setUp();
    socket.start();
    ready(wires[0]!);
    socket.stop();
    wires[0]!.say({ t: 'caught_up' });
    wires[0]!.onclose?.(undefined as never);
    expect([got.length, socket.state.value, timers.size]).toEqual([1, 'off', 0]);
  });
});

describe('the wait before the next try', () => {
  test('doubles, is bounded, and is spread by chance', () => {
    expect(backoffMs(0, 0)).toBeLessThan(backoffMs(0, 0.99));
    expect(backoffMs(3, 0.5)).toBe(2 * backoffMs(2, 0.5));
    expect(backoffMs(1000, 0.999)).toBeLessThanOrEqual(30_000);
  });
});
