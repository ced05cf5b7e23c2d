// "Delivered" must be true, and must not cost the box a frame for each message and receiver.
import { expect, test } from 'vitest';
import { Received } from '../received';
import { Rooms } from '../rooms';
import type { ClientFrame, Room } from '../wire';

const room = (id: number, change: Partial<Room> = {}): Room => ({
  id,
  kind: 'group',
  name: '',
  topic: '',
  picture: null,
  is_default: false,
  role: 'member',
  write: 'everyone',
  invite: 'everyone',
  mention_all: 'everyone',
  history: 'all',
  member_count: 3,
  first_seq: 1,
  last_seq: 9,
  read_seq: 4,
  unread: 2,
  last: null,
  ...change,
});

function setUp(...all: Room[]) {
  const rooms = new Rooms();
  rooms.replace(all);
  const frames: ClientFrame[] = [];
  const timers: (() => void)[] = [];
  const received = new Received(rooms, (frame) => (frames.push(frame), true), (run) => timers.push(run));
  const fire = () => timers.splice(0).forEach((run) => run());
  return { rooms, received, frames, fire, timers };
}

test('what came is told once, however much came', () => {
  const { received, frames, fire, rooms, timers } = setUp(room(1), room(2, { last_seq: 7 }));
  for (let count = 0; count < 20; count++) received.came(1);
  received.came(2);
  expect(timers.length).toBe(1);
  fire();
  received.came(1);
  fire();
  expect(frames).toEqual([{ t: 'received', rooms: [{ room: 1, seq: 9 }, { room: 2, seq: 7 }] }]);
  rooms.put(room(1, { last_seq: 10 }));
  received.came(1);
  fire();
  expect(frames[1]).toEqual({ t: 'received', rooms: [{ room: 1, seq: 10 }] });
});

test('what was read, large rooms and rooms one is no longer in are not told', () => {
  const { received, frames, fire } = setUp(room(1, { read_seq: 9 }), room(2, { member_count: 51 }));
  for (const id of [1, 2, 3]) received.came(id);
  fire();
  expect(frames).toEqual([]);
});

test('after a break everything unread is told again: the box may have restarted', () => {
  const { received, frames, fire } = setUp(room(1), room(2, { unread: 0 }));
  received.all();
  fire();
  received.all();
  fire();
  const once = { t: 'received', rooms: [{ room: 1, seq: 9 }] };
  expect(frames).toEqual([once, once]);
});
