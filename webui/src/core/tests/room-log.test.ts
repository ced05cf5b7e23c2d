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

describe('changes of messages', () => {
  const ME = 7;
  const reacted = (seq: number, target: number, emoji = '👍', sender = 2): RoomEvent => ({ seq, sender, at: seq, kind: 'reacted', target, emoji });
  const removed = (seq: number, target: number, emoji = '👍', sender = 2): RoomEvent => ({ seq, sender, at: seq, kind: 'reaction_removed', target, emoji });
  const deleted = (seq: number, target: number): RoomEvent => ({ seq, sender: 2, at: seq, kind: 'message_deleted', target });
  const on = (log: RoomLog, seq: number) => {
    const row = log.at(seq);
    return row?.kind === 'message' ? (row.reactions ?? []).map(({ emoji, count, mine }) => `${emoji}${count}${mine ? '*' : ''}`).join(' ') : row?.kind;
  };
  const log = (...events: RoomEvent[]) => {
    const made = new RoomLog(() => ME);
    made.reset({ events: [...run(1, 3), ...events], first_seq: 1, last_seq: 3 + events.length });
    return made;
  };

  test('are no rows, and the window goes on behind them', () => {
    const one = log();
    one.live([reacted(4, 2), reacted(5, 2, '👍', 3), say(6)]);
    expect(seqs(one)).toEqual([1, 2, 3, 6]);
    expect([one.high, one.atTail, on(one, 2)]).toEqual([6, true, '👍2']);
    one.live([removed(7, 2), removed(8, 2, '👍', 3)]);
    expect([one.high, on(one, 2)]).toEqual([8, '']);
  });

  test('are taken once, however often and in whatever order they come with the message', () => {
    const one = log();
    one.live([reacted(4, 2), reacted(4, 2)]);
    expect(on(one, 2)).toBe('👍1');
    // A page that was read after the change, and then the change.
    const two = new RoomLog(() => ME);
    two.reset({ events: [{ ...say(2), as_of: 4, reactions: [{ emoji: '👍', count: 1 }] } as RoomEvent, say(3)], first_seq: 1, last_seq: 4 });
    two.live([reacted(4, 2)]);
    expect(on(two, 2)).toBe('👍1');
    // A page that was read before the change, and comes after it.
    const three = log();
    three.live([say(4), reacted(5, 1), deleted(6, 2)]);
    three.reset({ events: run(1, 4), first_seq: 1, last_seq: 4 });
    expect([on(three, 1), on(three, 2)]).toEqual(['👍1', 'deleted']);
  });

  test('of mine are mine, and shown before the box has said so', () => {
    const one = log();
    one.react(2, '❤️', true);
    expect(on(one, 2)).toBe('❤️1*');
    one.live([reacted(4, 2, '❤️', ME)]);
    expect(on(one, 2)).toBe('❤️1*');
    one.live([reacted(5, 2, '❤️', 2)]);
    one.react(2, '❤️', false);
    expect(on(one, 2)).toBe('❤️1');
    one.live([removed(6, 2, '❤️', ME)]);
    expect(on(one, 2)).toBe('❤️1');
  });

  test('are taken from pages too, and nothing is made of those of what is gone', () => {
    const one = log();
    one.append({ events: [reacted(4, 2), deleted(5, 1), reacted(6, 1), reacted(7, 99)], first_seq: 1, last_seq: 7 });
    expect([on(one, 1), on(one, 2), one.high]).toEqual(['deleted', '👍1', 7]);
  });

  test('of words are shown, and those that were not told leave the message to be read again', () => {
    const edited = (seq: number, text?: string): RoomEvent => ({ seq, sender: 1, at: 77, kind: 'message_edited', target: 2, text });
    const one = log();
    one.live([edited(4, 'new'), edited(5)]);
    const row = one.at(2);
    expect(row?.kind === 'message' && [row.text, row.edited_at, row.as_of]).toEqual(['new', 77, 4]);
    one.live([edited(3, 'older')]);
    expect(one.at(2)).toBe(row);
    expect(seqs(one)).toEqual([1, 2, 3]);
  });

  test('are read again where they were missed', () => {
    const one = log();
    one.live([reacted(9, 2, '🎉')]);
    one.renew({ events: [say(1), { ...say(2), as_of: 8, reactions: [{ emoji: '👍', count: 5 }] } as RoomEvent, say(3)], first_seq: 1, last_seq: 8 });
    expect(on(one, 2)).toBe('👍5 🎉1');
  });

  test('fill no window: a room of nothing but reactions shows what was said', () => {
    const one = new RoomLog(() => ME);
    const flood = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => reacted(from + index, 50, '👍', 100 + index));
    one.reset({ events: run(1, 50), first_seq: 1, last_seq: 2050 }, { events: flood(1951, 2050), first_seq: 1, last_seq: 2050 });
    expect([seqs(one).length, one.low, one.high, one.atTail]).toEqual([50, 1, 2050, true]);
    one.live(flood(2051, 3000));
    one.trim();
    expect([seqs(one).length, one.high]).toEqual([50, 3000]);
    one.live(run(3001, 3200));
    one.trim();
    expect([seqs(one).length >= 128, seqs(one).length < 250, one.high]).toEqual([true, true, 3200]);
    expect(one.low).toBeGreaterThan(3000);
  });

  test('cut from the window go with what they stand beside', () => {
    const one = new RoomLog(() => ME);
    one.reset({ events: [...run(501, 500 + WINDOW)], first_seq: 1, last_seq: 500 + WINDOW });
    one.prepend({ events: [...run(401, 450), ...Array.from({ length: 50 }, (_, index) => reacted(451 + index, 410))], first_seq: 1, last_seq: 500 + WINDOW });
    expect([one.low, one.high, seqs(one).length]).toEqual([401, 450 + WINDOW, WINDOW]);
    one.append(page(451 + WINDOW, 500 + WINDOW));
    expect([one.low, one.high, seqs(one).length]).toEqual([451, 500 + WINDOW, WINDOW]);
  });
});
