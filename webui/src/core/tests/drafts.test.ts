// Half a sentence must wait for who typed it, and be seen by nobody else.
import { expect, test } from 'vitest';
import { Drafts } from '../drafts';
import { memoryStore } from './memory-store';

function setUp() {
  const kept = new Map<string, string>();
  const store = memoryStore(kept);
  return { drafts: new Drafts(store), kept };
}

test('a draft survives being signed out by somebody else, and only its writer sees it', () => {
  const { drafts } = setUp();
  drafts.use(7);
  drafts.set(3, 'half a sent');
  drafts.rest();
  expect(drafts.get(3)).toBe('');
  drafts.use(8);
  expect(drafts.get(3)).toBe('');
  drafts.use(7);
  expect(drafts.get(3)).toBe('half a sent');
});

test('who signs out themselves leaves no draft behind, and takes nobody else’s along', () => {
  const { drafts, kept } = setUp();
  drafts.use(7);
  drafts.set(3, 'mine');
  drafts.use(71);
  drafts.set(3, 'theirs');
  drafts.use(7);
  drafts.forget();
  expect([...kept.values()]).toEqual(['theirs']);
});
