// How people have arranged their rooms. If these fail, a list is not as its owner left it, or a phone makes a noise that was not wanted.
import { expect, test } from 'vitest';
import { broughtBack, comparePins, inFolder, isHeard, waiting, type Folder } from '../mine';
import type { MessageEvent, Room } from '../wire';

const room = (more: Partial<Room>): Room => ({ id: 1, kind: 'group', name: 'Hall', topic: '', picture: null, is_default: false, role: 'member', write: 'everyone', invite: 'everyone', mention_all: 'everyone', history: 'all', member_count: 2, first_seq: 1, last_seq: 5, read_seq: 5, unread: 0, last: null, ...more });
const say = (mentions: { user: number; handle: string }[] = []): MessageEvent => ({ seq: 6, sender: 2, at: 0, kind: 'message', text: '', mentions });

test('each room is in its folders, and an archived one in no other', () => {
  const folders = (one: Room) => (['all', 'unread', 'people', 'groups', 'archive'] as Folder[]).filter((folder) => inFolder(one, folder));
  expect(folders(room({}))).toEqual(['all', 'groups']);
  expect(folders(room({ kind: 'direct', unread: 1 }))).toEqual(['all', 'unread', 'people']);
  expect(folders(room({ mine: { marked_unread: true } }))).toEqual(['all', 'unread', 'groups']);
  expect(folders(room({ unread: 3, mine: { archived: true } }))).toEqual(['archive']);
});

test('of a muted room nothing is heard and counted, of another only what calls me', () => {
  const calls = say([{ user: 1, handle: 'ann' }]);
  const judge = (one: Room) => [isHeard(one, [say()], 1, 100), isHeard(one, [say(), calls], 1, 100), waiting(one, 100)];
  const unread = { unread: 3, unread_mentions: 1 };
  expect(judge(room(unread))).toEqual([true, true, 3]);
  expect(judge(room({ ...unread, mine: { notify: 'mentions' } }))).toEqual([false, true, 1]);
  expect(judge(room({ ...unread, mine: { notify: 'none' } }))).toEqual([false, false, 0]);
  expect(judge(room({ ...unread, mine: { muted_until: 101 } }))).toEqual([false, false, 0]);
  expect(judge(room({ ...unread, mine: { muted_until: 100 } }))).toEqual([true, true, 3]);
  expect(waiting(room({ mine: { marked_unread: true } }), 0)).toBe(1);
});

test('pinned rooms stand first, in the order in which they were pinned', () => {
  const pinned = (id: number, at?: number) => room({ id, mine: at === undefined ? undefined : { pinned_at: at } });
  expect([pinned(1), pinned(2, 9), pinned(3, 5), pinned(4)].sort(comparePins).map(({ id }) => id)).toEqual([3, 2, 1, 4]);
});

test('a message brings an archived room back, if it is not muted', () => {
  expect(broughtBack(room({ mine: { archived: true } }), 5).mine?.archived).toBe(false);
  expect(broughtBack(room({ mine: { archived: true, notify: 'none' } }), 5).mine?.archived).toBe(true);
  expect(broughtBack(room({ mine: { archived: true, muted_until: 6 } }), 5).mine?.archived).toBe(true);
});
