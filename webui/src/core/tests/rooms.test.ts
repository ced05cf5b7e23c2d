// Wrong counts make people miss messages, or look for ones that aren't there.
import { describe, expect, test } from 'vitest';
import { Rooms, UNREAD_CAP } from '../rooms';
import type { Room, RoomEvent } from '../wire';

const ME = 1;
const OTHER = 2;

const room = (change: Partial<Room> = {}): Room => ({
  id: 5,
  kind: 'group',
  name: 'House',
  topic: '',
  picture: null,
  is_default: true,
  role: 'member',
  write: 'everyone',
  invite: 'everyone',
  mention_all: 'everyone',
  history: 'all',
  member_count: 2,
  first_seq: 1,
  last_seq: 10,
  read_seq: 10,
  unread: 0,
  last: null,
  ...change,
});
const say = (seq: number, sender = OTHER): RoomEvent => ({ seq, sender, at: seq, kind: 'message', text: `m${seq}` });

function setUp(change: Partial<Room> = {}) {
  const rooms = new Rooms();
  rooms.replace([room(change)]);
  return rooms;
}

describe('unread', () => {
  test('counts what others say, not what I say', () => {
    const rooms = setUp();
    rooms.live(5, [say(11), say(12, ME), say(13)], ME);
    expect(rooms.get(5)).toMatchObject({ unread: 2, last_seq: 13 });
    expect(rooms.unread.value).toBe(2);
  });

  test('does not count again what the box counted already', () => {
    const rooms = setUp({ last_seq: 13, read_seq: 10, unread: 3 });
    rooms.live(5, [say(11), say(12), say(13)], ME);
    expect(rooms.get(5)!.unread).toBe(3);
  });

  test('is nothing after reading to the end', () => {
    const rooms = setUp({ last_seq: 13, read_seq: 10, unread: 3 });
    expect(rooms.read(5, 13)).toBe(true);
    expect(rooms.get(5)).toMatchObject({ unread: 0, read_seq: 13 });
  });

  test('is counted down when a part was read that is loaded', () => {
    const rooms = setUp({ last_seq: 13, read_seq: 10, unread: 3 });
    rooms.log(5).reset({ events: [say(10), say(11), say(12), say(13)], first_seq: 1, last_seq: 13 });
    expect(rooms.read(5, 12)).toBe(true);
    expect(rooms.get(5)!.unread).toBe(1);
  });

  test('is asked for when it cannot be known here', () => {
    const rooms = setUp({ last_seq: 500, read_seq: 10, unread: UNREAD_CAP });
    expect(rooms.read(5, 200)).toBe(false);
    expect(rooms.read(5, 200), 'again, when the box says that it has heard').toBe(false);
    expect(rooms.read(5, 200)).toBe(true);
  });

  test('never goes back', () => {
    const rooms = setUp({ last_seq: 13, read_seq: 12, unread: 1 });
    rooms.read(5, 3);
    expect(rooms.get(5)!.read_seq).toBe(12);
  });
});

describe('the list', () => {
  test('puts what just came first, even when the box’s clock was set back', () => {
    const rooms = new Rooms();
    rooms.replace([room({ id: 5, last: { ...say(10), at: 1_000_000 } }), room({ id: 6, last: say(10) })]);
    rooms.live(6, [say(11)], ME);
    expect(rooms.list.value.map((one) => one.id)).toEqual([6, 5]);
  });

  test('shows that the last message was deleted', () => {
    const rooms = setUp({ last: say(10) });
    rooms.live(5, [{ seq: 11, sender: OTHER, at: 0, kind: 'message_deleted', target: 10 }], ME);
    expect(rooms.get(5)!.last).toMatchObject({ kind: 'deleted', seq: 10 });
  });

  test('follows what events say about the room', () => {
    const rooms = setUp();
    rooms.live(5, [{ seq: 11, sender: OTHER, at: 0, kind: 'room_renamed', name: 'Barn' }], ME);
    rooms.live(5, [{ seq: 12, sender: OTHER, at: 0, kind: 'topic_changed', topic: 'hay' }], ME);
    rooms.live(5, [{ seq: 13, sender: 3, at: 0, kind: 'joined', user: 3 }], ME);
    rooms.live(5, [{ seq: 13, sender: 3, at: 0, kind: 'joined', user: 3 }], ME);
    expect(rooms.get(5)).toMatchObject({ name: 'Barn', topic: 'hay', member_count: 3 });
    rooms.live(5, [{ seq: 14, sender: 3, at: 0, kind: 'left', user: 3 }], ME);
    expect(rooms.get(5)).toMatchObject({ member_count: 2 });
  });

  test('forgets a room that is gone, its window too', () => {
    const rooms = setUp();
    rooms.log(5).reset({ events: [say(10)], first_seq: 1, last_seq: 10 });
    rooms.remove(5);
    expect([rooms.list.value.length, rooms.seen().length]).toEqual([0, 0]);
  });

  test('says at reconnect only what is loaded', () => {
    const rooms = setUp();
    expect(rooms.seen()).toEqual([]);
    rooms.log(5).reset({ events: [say(10)], first_seq: 1, last_seq: 10 });
    expect(rooms.seen()).toEqual([{ room: 5, seq: 10 }]);
  });
});

describe('what the box no longer keeps', () => {
  test('is asked for when it was unread, or last', () => {
    const cases: [Partial<Room>, number, boolean][] = [
      [{ unread: 3, read_seq: 4, last: say(10) }, 6, true],
      [{ unread: 3, read_seq: 4, last: say(10) }, 1, false],
      [{ last: say(10) }, 10, false],
      [{ last: say(10) }, 11, true],
    ];
    for (const [change, first_seq, ask] of cases) expect(setUp(change).kept(5, { first_seq, keep_days: 30 })).toBe(ask);
  });

  test('is told with how long things are kept, and never shows who came later more than before', () => {
    const rooms = setUp({ first_seq: 5, last: say(10), keep_days: 90, box_keep_days: 90 });
    rooms.log(5).reset({ events: [say(9), say(10)], first_seq: 5, last_seq: 10 });
    rooms.kept(5, { first_seq: 3, keep_days: 30, box_keep_days: 90 });
    expect(rooms.get(5)).toMatchObject({ first_seq: 5, keep_days: 30, box_keep_days: 90 });
    rooms.kept(5, { first_seq: 10 });
    expect(rooms.get(5)!.first_seq).toBe(10);
    expect(rooms.get(5)!.keep_days).toBeUndefined();
    expect(rooms.log(5).events.value.map((event) => event.seq)).toEqual([10]);
  });
});
