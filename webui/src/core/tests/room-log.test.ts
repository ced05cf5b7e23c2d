// A gap or a double in this window is a message somebody never reads, or reads twice.
import { describe, expect, test } from 'vitest';
import { RoomLog, WINDOW } from '../room-log';
import type { EventPage, RoomEvent } from '../wire';

const say = (seq: number): RoomEvent => ({ seq, sender: 1, at: seq * 1000, kind: 'message', text: `m${seq}` });
const run = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => say(from + index));
const page = (from: number, to: number, last = to): EventPage => ({ events: run(from, to), first_seq: 1, last_seq: last });
const seqs = (log: RoomLog) => log.events.value.map((event) => event.seq);

describe('the window', () => {
  test('grows at both ends without gap or double', () => {
    const log = new RoomLog();
    log.reset(page(50, 60, 70));
    log.prepend(page(40, 52, 70));
    log.append(page(58, 70));
    expect(seqs(log)).toEqual(run(40, 70).map((event) => event.seq));
    expect(log.atTail).toBe(true);
    expect(log.atHead).toBe(false);
  });

  test('stays bounded, cut at the end that is not being read', () => {
    const log = new RoomLog();
    log.reset(page(1001, 1000 + WINDOW));
    log.prepend(page(801, 1000, 1000 + WINDOW));
    expect(log.events.value.length).toBe(WINDOW);
    expect([log.low, log.atTail]).toEqual([801, false]);
    log.append(page(801 + WINDOW, 1000 + WINDOW));
    expect([log.high, log.atTail]).toEqual([1000 + WINDOW, true]);
    expect(log.events.value.length).toBe(WINDOW);
  });

  test('takes live events at the end and ignores what it has', () => {
    const log = new RoomLog();
    log.reset(page(1, 3));
    log.live([say(3), say(4)]);
    log.live([say(4), say(5)]);
    expect(seqs(log)).toEqual([1, 2, 3, 4, 5]);
  });

  test('does not show what does not follow on, but knows that it is there', () => {
    const log = new RoomLog();
    log.reset(page(1, 3));
    log.live([say(9)]);
    expect(seqs(log)).toEqual([1, 2, 3]);
    expect([log.lastSeq.value, log.atTail]).toEqual([9, false]);
    log.append(page(4, 9));
    expect([log.high, log.atTail]).toEqual([9, true]);
  });

  test('does not move under a reader of old messages, however many new ones come', () => {
    const log = new RoomLog();
    log.reset(page(1, WINDOW));
    for (let seq = WINDOW + 1; seq <= 5 * WINDOW; seq++) log.live([say(seq)]);
    expect(log.low).toBe(1);
    expect(log.events.value.length).toBeLessThanOrEqual(3 * WINDOW);
    expect(log.atTail).toBe(false);
    expect(log.lastSeq.value).toBe(5 * WINDOW);
  });

  test('shows a tombstone where a message was deleted', () => {
    const log = new RoomLog();
    log.reset(page(5, 8));
    log.live([{ seq: 9, sender: 2, at: 0, kind: 'message_deleted', target: 6 }]);
    expect(log.events.value[1]).toMatchObject({ seq: 6, kind: 'deleted', by: 2 });
  });

  test('tells at reconnect what it has, not what it once saw', () => {
    const log = new RoomLog();
    log.reset(page(5, 8));
    expect(log.seen).toBe(8);
    log.live([say(20)]);
    expect(log.seen).toBe(20);
  });

  test('an empty room is at both of its ends and takes its first message', () => {
    const log = new RoomLog();
    log.reset({ events: [], first_seq: 1, last_seq: 0 });
    expect([log.atHead, log.atTail]).toEqual([true, true]);
    log.live([say(1)]);
    expect(seqs(log)).toEqual([1]);
  });
});

describe('what the box no longer keeps', () => {
  test('is dropped from the window, and what comes goes on after it', () => {
    const log = new RoomLog();
    log.reset(page(1, 10));
    log.begin(8);
    expect([seqs(log), log.firstSeq.value, log.atHead, log.atTail]).toEqual([[8, 9, 10], 8, true, true]);
    log.live([say(11)]);
    expect(seqs(log)).toEqual([8, 9, 10, 11]);
  });

  test('may be all of it', () => {
    const log = new RoomLog();
    log.reset(page(1, 10));
    log.begin(11);
    expect([seqs(log), log.atHead, log.atTail, log.seen]).toEqual([[], true, true, 10]);
    log.live([say(11)]);
    expect(seqs(log)).toEqual([11]);
  });

  test('may be all of the window but not of the room', () => {
    const log = new RoomLog();
    log.reset(page(1, 10, 50));
    log.begin(20);
    expect([seqs(log), log.atHead]).toEqual([[], false]);
    log.prepend({ ...page(40, 50), first_seq: 20 });
    expect([log.low, log.high, log.atHead]).toEqual([40, 50, false]);
  });
});
