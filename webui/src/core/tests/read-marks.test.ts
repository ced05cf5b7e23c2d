// Whoever reads along must not cost the box a write for each message, and nothing that was read may come back as unread.
import { expect, test } from 'vitest';
import { ReadMarks } from '../read-marks';
import { Rooms } from '../rooms';
import type { ClientFrame, Room } from '../wire';

const room = (id: number): Room => ({
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
  last_seq: 90,
  read_seq: 4,
  unread: 50,
  last: null,
});

function setUp() {
  const rooms = new Rooms();
  rooms.replace([room(1), room(2)]);
  const frames: ClientFrame[] = [];
  const timers: (() => void)[] = [];
  const line = { up: true };
  const marks = new ReadMarks(rooms, (frame) => line.up && frames.push(frame) > 0, (run) => timers.push(run));
  const fire = () => timers.splice(0).forEach((run) => run());
  return { rooms, marks, frames, fire, line };
}

test('the first is told at once, what follows together, each room by itself', () => {
  const { rooms, marks, frames, fire } = setUp();
  for (let seq = 5; seq <= 20; seq++) marks.read(1, seq);
  marks.read(2, 7);
  expect(frames).toEqual([{ t: 'read', room: 1, seq: 5 }, { t: 'read', room: 2, seq: 7 }]);
  expect(rooms.peek(1)?.read_seq).toBe(20);
  fire();
  expect(frames.slice(2)).toEqual([{ t: 'read', room: 1, seq: 20 }]);
  marks.read(1, 21);
  fire();
  fire();
  marks.read(1, 22);
  expect(frames.slice(3).map((frame) => 'seq' in frame && frame.seq)).toEqual([21, 22]);
});

test('what was read already is not told again', () => {
  const { marks, frames, fire } = setUp();
  for (const seq of [4, 9, 8]) marks.read(1, seq);
  fire();
  marks.read(3, 1);
  expect(frames).toEqual([{ t: 'read', room: 1, seq: 9 }]);
});

test('without a line it stays unread', () => {
  const { rooms, marks, frames, fire, line } = setUp();
  line.up = false;
  marks.read(1, 9);
  expect(rooms.peek(1)?.read_seq).toBe(4);
  line.up = true;
  marks.read(1, 9);
  marks.read(1, 12);
  line.up = false;
  fire();
  line.up = true;
  marks.read(1, 13);
  expect(frames).toEqual([{ t: 'read', room: 1, seq: 9 }, { t: 'read', room: 1, seq: 13 }]);
});

test('a page that goes away tells what waits, once', () => {
  const { marks, frames, fire } = setUp();
  marks.read(1, 9);
  marks.read(1, 12);
  marks.flush();
  marks.flush();
  fire();
  expect(frames).toEqual([{ t: 'read', room: 1, seq: 9 }, { t: 'read', room: 1, seq: 12 }]);
});
