// Whoever is called must see so, and nobody else may be shown as called.
import { describe, expect, test } from 'vitest';
import { callsMe, mentionTyped, mentionWritten, splitMentions } from '../mentions';
import { Rooms } from '../rooms';
import type { Mention, Room, RoomEvent } from '../wire';

const ME = 1;
const FANG: Mention = { user: 7, handle: 'wang-fang' };
const ANNA: Mention = { user: 8, handle: 'anna' };
const ALL: Mention = { handle: 'all' };

describe('mentions in a text', () => {
  const found = (text: string, before = '') =>
    splitMentions(text, [FANG, ANNA, ALL], before)
      .filter(({ mention }) => mention)
      .map(({ text: said, mention }) => [said, mention!.handle]);

  test.each([
    ['Hi @Wang-Fang, hi (@anna)!', [['@Wang-Fang', 'wang-fang'], ['@anna', 'anna']]],
    ['@anna...', [['@anna', 'anna']]],
    ['@anna_', [['@anna', 'anna']]],
    ['请问@wang-fang你好', [['@wang-fang', 'wang-fang']]],
    ['@all @marta @anna', [['@all', 'all'], ['@anna', 'anna']]],
  ])('are found in %s', (text, mentions) => {
    expect(found(text)).toEqual(mentions);
    expect(splitMentions(text, [FANG, ANNA, ALL]).map((piece) => piece.text).join('')).toBe(text);
  });

  test.each(['anna@anna', '@@anna', '@anna@anna', 'x/@anna', '@annaé', '@anna-b', '@ anna', ''])('are not in %s', (text) => {
    expect(found(text)).toEqual([]);
  });

  test('are none behind a piece of a word', () => {
    expect(found('@anna', 'mail')).toEqual([]);
    expect(found('@anna', 'mail ')).toHaveLength(1);
  });
});

describe('a mention that is typed', () => {
  test.each([
    ['@', { at: 0, typed: '' }],
    ['so @wa', { at: 3, typed: 'wa' }],
    ['请问@王', { at: 2, typed: '王' }],
    ['(@a.b-', { at: 1, typed: 'a.b-' }],
  ])('is seen in %s', (text, typed) => expect(mentionTyped(text, text.length)).toEqual(typed));

  test.each(['anna@', 'a @b c', '@a,', 'x/@a', '@@a'])('is not in %s', (text) => expect(mentionTyped(text, text.length)).toBeNull());

  test('is written out where it stands', () => {
    const write = (text: string, caret: number) => mentionWritten(text, mentionTyped(text, caret)!, 'wang-fang');
    expect(write('so @wa', 6)).toEqual({ text: 'so @wang-fang ', caret: 14 });
    expect(write('so @wa there', 6)).toEqual({ text: 'so @wang-fang there', caret: 14 });
    expect(write('@wa,', 3)).toEqual({ text: '@wang-fang,', caret: 10 });
  });
});

describe('the mark of a room', () => {
  const say = (seq: number, mentions: Mention[] = [], sender = 2): RoomEvent => ({ seq, sender, at: seq, kind: 'message', text: 'x', mentions });
  const me: Mention = { user: ME, handle: 'me' };
  const set = (change: Partial<Room> = {}) => {
    const rooms = new Rooms();
    rooms.me = ME;
    const room = { id: 5, kind: 'group', is_default: true, role: 'member', write: 'everyone', last_seq: 10, read_seq: 10, first_seq: 1, unread: 0 };
    rooms.replace([{ ...room, ...change } as Room]);
    return rooms;
  };

  test('counts what others say to me, by name or as one of all', () => {
    const rooms = set();
    rooms.live(5, [say(11), say(12, [me]), say(13, [ALL]), say(14, [FANG]), say(15, [ALL], ME), say(16, [me, ALL])], ME);
    expect(rooms.get(5)).toMatchObject({ unread: 5, unread_mentions: 3, first_unread_mention: 12 });
    expect(rooms.calling.value).toBe(1);
    rooms.live(5, [say(12, [me])], ME);
    expect(rooms.get(5)!.unread_mentions, 'an event that comes twice').toBe(3);
  });

  test('is not in a conversation of two', () => {
    const rooms = set({ kind: 'direct' });
    rooms.live(5, [say(11, [me])], ME);
    expect(rooms.calling.value).toBe(0);
  });

  test('goes as far as it is read', () => {
    const rooms = set();
    rooms.log(5).reset({ events: [say(10)], first_seq: 1, last_seq: 10 });
    rooms.live(5, [say(11, [me]), say(12), say(13, [me])], ME);
    rooms.read(5, 11);
    expect(rooms.get(5)).toMatchObject({ unread: 2, unread_mentions: 1, first_unread_mention: 13 });
    rooms.read(5, 13);
    expect(rooms.get(5)).toMatchObject({ unread_mentions: 0, first_unread_mention: null });
  });

  test('is only of what was said to me', () => {
    expect(callsMe(say(1, [me]), ME)).toBe(true);
    expect(callsMe(say(1, [me], ME), ME)).toBe(false);
    expect(callsMe({ seq: 1, sender: 2, at: 1, kind: 'deleted', by: 2 }, ME)).toBe(false);
  });
});
