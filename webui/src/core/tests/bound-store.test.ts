// Whoever comes to a box must never be offered what others typed for the box that was there before.
import { expect, test } from 'vitest';
import { boundStore } from '../bound-store';
import { Drafts } from '../drafts';
import { memoryStore } from './memory-store';

function browser() {
  const kept = new Map<string, string>();
  const store = memoryStore(kept);
  /** The page, opened while this box answers. */
  const at = (box: string) => {
    const bound = boundStore(store);
    bound.bind(box);
    return bound;
  };
  return { store, kept, at };
}

test('the same person’s number on another box finds nothing, and the box that comes back finds it again', () => {
  const { at } = browser();
  const drafts = new Drafts(at('aa'));
  drafts.use(1);
  drafts.set(3, 'half a sentence');
  const others = new Drafts(at('bb'));
  others.use(1);
  expect(others.get(3)).toBe('');
  expect(others.any()).toBe(false);
  others.set(3, 'theirs');
  others.forget();
  const back = new Drafts(at('aa'));
  back.use(1);
  expect(back.get(3)).toBe('half a sentence');
});

test('one box’s id at the beginning of another’s is another box all the same', () => {
  const { at } = browser();
  at('aa').set('x', 'kept');
  expect(at('a').keys('')).toEqual([]);
  expect(at('aaa').get('x')).toBeNull();
});

test('nothing is there before the box has said which one it is', () => {
  const { store, kept } = browser();
  const early = boundStore(store);
  early.set('x', 'too early');
  early.remove('x');
  expect([early.get('x'), early.keys(''), [...kept.keys()]]).toEqual([null, [], []]);
});

test('what was kept for the three last boxes stays, and for the fourth goes', () => {
  const { at, kept } = browser();
  for (const box of ['aa', 'bb', 'cc']) at(box).set('x', box);
  expect(at('aa').get('x')).toBe('aa');
  at('dd');
  expect([...kept.keys()].filter((key) => key.endsWith('.x')).sort()).toEqual(['at.aa.x', 'at.cc.x']);
});

test('what belongs to the browser stays whichever box answers', () => {
  const { store, at } = browser();
  store.set('theme', 'dark');
  for (const box of ['aa', 'bb', 'cc', 'dd', 'ee']) at(box);
  expect(store.get('theme')).toBe('dark');
});

test('a list of boxes that cannot be read costs nothing that is this box’s', () => {
  const { store, at } = browser();
  at('aa').set('x', 'kept');
  store.set('boxes', '{');
  expect(at('aa').get('x')).toBe('kept');
});
