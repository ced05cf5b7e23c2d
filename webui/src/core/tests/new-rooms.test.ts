// Somebody who was added to a group must see it, once, and not be told of rooms they know.
import { expect, test } from 'vitest';
import { NewRooms } from '../new-rooms';
import type { Room } from '../wire';
import { memoryStore } from './memory-store';

const room = (id: number, kind: Room['kind'] = 'group') => ({ id, kind }) as Room;
const shown = (rooms: NewRooms) => [...rooms.ids.value];

function begin(store = memoryStore()) {
  const rooms = new NewRooms(store);
  rooms.use(1);
  return { rooms, store };
}

test('on a new device nothing is new, afterwards what was added meanwhile is', () => {
  const { rooms, store } = begin();
  expect(rooms.all([room(1), room(2)])).toEqual([]);
  const again = begin(store).rooms;
  expect(again.all([room(1), room(2), room(3), room(4, 'direct')])).toEqual([3]);
  expect(shown(again)).toEqual([3]);
  // Not looked into: still new after the next reload.
  const third = begin(store).rooms;
  third.all([room(1), room(2), room(3)]);
  expect(shown(third)).toEqual([3]);
  third.opened(3);
  expect(shown(third)).toEqual([]);
  const last = begin(store).rooms;
  last.all([room(1), room(2), room(3)]);
  expect(shown(last)).toEqual([]);
});

test('a room that was left and came again is new again; a change of a known one is not', () => {
  const { rooms } = begin();
  rooms.all([room(1)]);
  rooms.came(room(1));
  expect(shown(rooms)).toEqual([]);
  rooms.came(room(2));
  rooms.came(room(2));
  expect(shown(rooms)).toEqual([2]);
  rooms.opened(2);
  rooms.gone(2);
  rooms.came(room(2));
  expect(shown(rooms)).toEqual([2]);
});

test('nothing of somebody who went for good stays', () => {
  const { rooms, store } = begin();
  rooms.all([room(1)]);
  rooms.forget();
  expect(store.keys('')).toEqual([]);
});
