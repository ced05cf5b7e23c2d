// What was typed would be taken for words, or words for filters: somebody would not find what is there.
import { describe, expect, it } from 'vitest';
import { asked, beginning, dayAfter, dayFrom, dayText, NOTHING_ASKED, takeFilters, withoutBeginning } from '../search-question';

const typed = (text: string) => takeFilters({ ...NOTHING_ASKED, typed: text });

describe('typed filters', () => {
  it.each([
    ['has:photo lift', { has: 'photo', typed: 'lift' }],
    ['lift HAS:Link ', { has: 'link', typed: 'lift ' }],
    ['含：图片 电梯', { has: 'photo', typed: '电梯' }],
    ['before:2026-11-05 ', { before: new Date(2026, 10, 5).getTime(), typed: '' }],
    ['after:2026-11-1 x', { after: new Date(2026, 10, 1).getTime(), typed: 'x' }],
    // Not finished, not a filter, not a day.
    ['has:photo', { has: null, typed: 'has:photo' }],
    ['has:money ', { has: null, typed: 'has:money ' }],
    ['before:2026-02-30 ', { before: null, typed: 'before:2026-02-30 ' }],
    ['http://imbox.local ', { has: null, typed: 'http://imbox.local ' }],
  ])('%s', (text, expected) => expect(typed(text)).toMatchObject(expected));

  it('names a person or a room at the end', () => {
    expect(beginning('lift from:an')).toEqual({ filter: 'from', name: 'an' });
    expect(beginning('在:大')).toEqual({ filter: 'in', name: '大' });
    expect(beginning('from:an ')).toBeNull();
    expect(withoutBeginning('lift from:an')).toBe('lift ');
  });
});

describe('what is asked', () => {
  const of = (question: Partial<typeof NOTHING_ASKED>) => asked({ ...NOTHING_ASKED, ...question });
  it('needs a word, a sign or a filter', () => {
    for (const nothing of ['', '  ', '?!', '“”']) expect(of({ typed: nothing })).toBeNull();
    expect(of({ room: 5 })).toBeNull();
    expect(of({ typed: '会' })).toEqual({ q: '会' });
    expect(of({ typed: '🎉' })).toEqual({ q: '🎉' });
    expect(of({ from: 7 })).toEqual({ from: 7 });
    expect(of({ typed: 'lift from:an', room: 5 })).toEqual({ q: 'lift', room: 5 });
  });
});

describe('days', () => {
  it('begin and end where they do here', () => {
    const first = dayFrom('2026-10-25')!;
    expect(dayText(first)).toBe('2026-10-25');
    expect(dayText(dayAfter(first))).toBe('2026-10-26');
    expect(dayText(dayAfter(dayFrom('2026-12-31')!))).toBe('2027-01-01');
    expect(dayFrom('2026-13-01')).toBeNull();
  });
});
