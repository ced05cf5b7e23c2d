// Small things that everybody sees all the time.
import { beforeEach, describe, expect, test } from 'vitest';
import { language } from '../i18n';
import { randomId } from '../ids';
import { colourOf, initials } from '../initials';
import { messageLink, ownPart } from '../links';
import { formatRoute, parseRoute, type Route } from '../router';
import { makeRows } from '../rows';
import { formatBytes } from '../sizes';
import type { RoomEvent } from '../wire';

beforeEach(() => {
  language.value = 'en';
});

describe('links', () => {
  test('to a message of this box stay in the page, and no other does', () => {
    const ours = ['http://imbox.local', 'http://192.168.1.7:8080'];
    expect(ownPart(messageLink('http://192.168.1.7:8080', 5, 12), ours)).toBe('#/room/5/at/12');
    for (const other of ['http://imbox.local.evil/#/room/5/at/12', 'https://imbox.local/#/room/5/at/12', 'http://imbox.local/x#/room/5/at/12', 'http://imbox.local/#/me/password'])
      expect(ownPart(other, ours)).toBeNull();
  });
});

describe('addresses in the app', () => {
  test('lead back to where they came from', () => {
    const routes: Route[] = [
      { at: 'chats' },
      { at: 'room', room: 12, pane: 'talk' },
      { at: 'room', room: 12, pane: 'talk', message: 7 },
      { at: 'search' },
      { at: 'search', room: 12 },
      { at: 'room', room: 12, pane: 'add' },
      { at: 'room', room: 12, pane: 'talk', photo: 99 },
      { at: 'person', user: 4 },
      { at: 'new-group' },
      { at: 'me', page: 'devices' },
      { at: 'invite', invite: 3, pane: 'poster' },
      { at: 'join', code: 'AB/C D' },
      { at: 'ticket', code: '' },
      { at: 'box', page: 'home' },
      { at: 'box', page: 'address', id: 1 },
      { at: 'setup', step: 'door' },
      { at: 'network', code: 'a-b_c' },
    ];
    for (const route of routes) expect(parseRoute(formatRoute(route))).toEqual(route);
  });

  test('that make no sense lead to the chats', () => {
    for (const hash of ['', '#', '#/', '#/room/abc', '#/room/-1', '#/nowhere', '#/%E0%A4%A'])
      expect(parseRoute(hash)).toEqual({ at: 'chats' });
  });
});

describe('rows', () => {
  const minute = 60_000;
  const noon = new Date(2026, 4, 5, 12).getTime();
  const say = (seq: number, at: number, sender = 2): RoomEvent => ({ seq, sender, at, kind: 'message', text: '' });

  test('group one person’s messages, and part them by time, day and other people', () => {
    const rows = makeRows(
      [say(1, noon), say(2, noon + minute), say(3, noon + 20 * minute), say(4, noon + 21 * minute, 3), say(5, noon + 24 * 60 * minute, 3)],
      null,
      1,
      'group',
    );
    expect(rows.map((row) => (row.kind === 'message' ? `${row.first ? '[' : ''}${row.event.seq}${row.last ? ']' : ''}` : row.kind))).toEqual([
      'day',
      '[1',
      '2]',
      '[3]',
      '[4]',
      'day',
      '[5]',
    ]);
  });

  test('draw the unread line once, before the first message of somebody else', () => {
    const rows = makeRows([say(1, noon), say(2, noon, 1), say(3, noon), say(4, noon)], 1, 1, 'group');
    expect(rows.map((row) => row.key)).toEqual(['day-1', 'm-1', 'm-2', 'unread', 'm-3', 'm-4']);
  });

  test('leave out what goes without saying', () => {
    const made: RoomEvent[] = [
      { seq: 1, sender: 1, at: noon, kind: 'room_created' },
      { seq: 2, sender: 1, at: noon, kind: 'joined', user: 1 },
      { seq: 3, sender: 2, at: noon, kind: 'joined', user: 2 },
    ];
    expect(makeRows(made, null, 1, 'group').map((row) => row.key)).toEqual(['day-1', 'n-1', 'n-3']);
    expect(makeRows(made, null, 1, 'direct')).toEqual([]);
  });

  test('do not show that something was deleted twice', () => {
    expect(makeRows([{ seq: 1, sender: 1, at: noon, kind: 'message_deleted', target: 1 }], null, 1, 'group')).toEqual([]);
    const lost = [1, 2, 3].map((seq) => ({ seq, sender: 0, at: noon, kind: 'lost' as const }));
    expect(makeRows(lost, null, 1, 'group').map((row) => row.kind)).toEqual(['day', 'notice']);
  });
});

describe('faces', () => {
  test('show what people call each other', () => {
    expect(initials('王芳')).toBe('芳');
    expect(initials('欧阳娜娜')).toBe('欧');
    expect(initials('Ada Lovelace')).toBe('AL');
    expect(initials('  bob ')).toBe('B');
    expect(initials('👩‍🔧')).not.toBe('');
    expect(initials('')).toBe('·');
  });

  test('keep their colour', () => {
    expect(colourOf('王芳')).toBe(colourOf('王芳'));
    expect(new Set(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map(colourOf)).size).toBeGreaterThan(3);
  });
});

describe('sizes', () => {
  test('read as phones show them', () => {
    expect(formatBytes(1)).toBe('1 byte');
    expect(formatBytes(830_000)).toBe('830 kB');
    expect(formatBytes(1_240_000)).toBe('1.2 MB');
    expect(formatBytes(999_999)).toBe('1 MB');
  });
});

describe('random ids', () => {
  test('use every bit they are given and no more letters than the box takes', () => {
    const id = randomId(40, (bytes) => bytes.map((_, index) => index * 7));
    expect(id).toMatch(/^[0-9a-v]{40}$/);
    expect(new Set(id).size).toBeGreaterThan(20);
  });
});
