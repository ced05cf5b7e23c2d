// Were these to fail, a heart would flicker, stay though the box refused it, or be another than the one that was wanted last.
import { describe, expect, test } from 'vitest';
import groups from 'virtual:emoji';
import { emojiGroups, spelled } from '../../../build/emoji';
import { findEmoji, noteEmoji, recentEmoji, setSkinTone, skinTone, toned } from '../emoji';
import { AT_HAND, Reactions } from '../reactions';
import { Rooms } from '../rooms';
import { memoryStore } from './memory-store';

function house() {
  const rooms = new Rooms();
  rooms.me = 7;
  rooms.log(1).reset({ events: [{ seq: 1, sender: 2, at: 0, kind: 'message', text: 'look' }], first_seq: 1, last_seq: 1 });
  const asked: string[] = [];
  const answers: ((error?: Error) => void)[] = [];
  const call = (what: string) => (_room: number, _seq: number, emoji: string) => {
    asked.push(`${what} ${emoji}`);
    return new Promise<void>((resolve, reject) => answers.push((error) => (error ? reject(error) : resolve())));
  };
  const failed: unknown[] = [];
  const mine = new Reactions({ react: call('+'), takeReactionBack: call('-') }, rooms, (thrown) => failed.push(thrown));
  const shown = () => {
    const row = rooms.log(1).at(1);
    return row?.kind === 'message' ? (row.reactions ?? []).map(({ emoji, count }) => `${emoji}${count}`).join(' ') : '';
  };
  return { mine, asked, answers, failed, shown };
}

describe('my reaction', () => {
  test('is shown at once and stays when the box takes it', async () => {
    const { mine, asked, answers, shown } = house();
    const done = mine.toggle(1, 1, '👍');
    expect([shown(), asked]).toEqual(['👍1', ['+ 👍']]);
    answers[0]!();
    await done;
    expect(shown()).toBe('👍1');
  });

  test('goes again when the box refuses it', async () => {
    const { mine, answers, failed, shown } = house();
    const done = mine.toggle(1, 1, '👍');
    answers[0]!(new Error('no'));
    await done;
    expect([shown(), failed.length]).toEqual(['', 1]);
  });

  test('is in the end what was wanted last, however fast it was pressed', async () => {
    const { mine, asked, answers, shown } = house();
    const done = mine.toggle(1, 1, '👍');
    await mine.toggle(1, 1, '👍');
    await mine.toggle(1, 1, '👍');
    await mine.toggle(1, 1, '👍');
    expect([shown(), asked]).toEqual(['', ['+ 👍']]);
    answers[0]!();
    while (asked.length < 2) await Promise.resolve();
    answers[1]!();
    await done;
    expect([shown(), asked]).toEqual(['', ['+ 👍', '- 👍']]);
  });
});

describe('the emoji there are', () => {
  const all = groups.flat();
  const best = (typed: string) => findEmoji(all, typed).slice(0, 5).map(([emoji]) => emoji);

  test('are all of the keyboard, each once, spelled as the box does', () => {
    expect(groups.length).toBe(9);
    expect(all.length).toBeGreaterThan(1_800);
    const each = all.flatMap(([emoji, , , tones]) => [emoji, ...(tones?.split(' ') ?? [])]);
    expect(new Set(each).size).toBe(each.length);
    for (const one of each) expect(spelled(one)).toBe(one);
    for (const one of AT_HAND) expect(each).toContain(one);
    expect(all.filter(([, en, zh]) => !en || !/\p{Script=Han}/u.test(zh)).map(([emoji]) => emoji)).toEqual([]);
    expect(emojiGroups()).toEqual(groups);
  });

  test.each([
    ['thumbs up', '👍'],
    ['Thumbs', '👍'],
    ['heart', '❤️'],
    ['fire', '🔥'],
    ['火', '🔥'],
    ['赞', '👍'],
    ['生日', '🎂'],
    ['中国', '🇨🇳'],
    ['cat face', '🐱'],
    ['红心', '❤️'],
  ])('%s finds %s', (typed, emoji) => {
    expect(best(typed)).toContain(emoji);
  });

  test('what is nothing finds nothing, and breaks nothing', () => {
    expect(best('')).toEqual([]);
    expect(best('   ')).toEqual([]);
    for (const typed of ['qqqq', '[a-', '((', '\\', '.*', '👍👍']) expect(best(typed)).toEqual([]);
    expect(best('👍')).toEqual(['👍']);
  });

  test('used last come first, and a skin is kept', () => {
    const store = memoryStore();
    for (const emoji of ['👍', '🎉', '👍']) noteEmoji(store, emoji);
    expect(recentEmoji(store)).toEqual(['👍', '🎉']);
    for (let n = 0; n < 40; n++) noteEmoji(store, String(n));
    expect(recentEmoji(store).length).toBe(24);
    store.set('emoji.recent', '{"not":"a list"}');
    expect(recentEmoji(store)).toEqual([]);
    const thumb = all.find(([emoji]) => emoji === '👍')!;
    expect([skinTone(store), toned(thumb, skinTone(store))]).toEqual([0, '👍']);
    setSkinTone(store, 3);
    expect(toned(thumb, skinTone(store))).toBe('👍🏽');
    expect(toned(all.find(([emoji]) => emoji === '🔥')!, 3)).toBe('🔥');
    store.set('emoji.tone', '99');
    expect(skinTone(store)).toBe(0);
  });
});
