// Whoever unpacks a box may close the page in the middle: what they typed must be there again, and nothing secret.
import { describe, expect, test } from 'vitest';
import { SetUp } from '../set-up';
import { memoryStore } from './memory-store';

function memory() {
  const all = new Map<string, string>();
  return { ...memoryStore(all), all };
}

describe('the set-up', () => {
  test('goes on after a reload where it was', () => {
    const store = memory();
    new SetUp(store).change({ code: 'ABCD-EFGH', name: 'Ada' });
    const again = new SetUp(store);
    expect(again.draft.value).toEqual({ code: 'ABCD-EFGH', name: 'Ada', claimed: false, invite: null });
    again.change({ claimed: true, invite: 7 });
    expect(new SetUp(store).draft.value).toEqual({ code: 'ABCD-EFGH', name: 'Ada', claimed: true, invite: 7 });
  });

  test('begins anew when what was kept makes no sense', () => {
    for (const kept of ['', 'x', 'null', '{}', '{"code":1,"name":"","claimed":true,"invite":null}']) {
      const store = memory();
      store.set('set-up', kept);
      expect(new SetUp(store).draft.value.claimed).toBe(false);
    }
  });

  test('leaves nothing behind when it is done', () => {
    const store = memory();
    const setUp = new SetUp(store);
    setUp.change({ code: 'ABCD-EFGH', claimed: true });
    setUp.end();
    expect(store.all.size).toBe(0);
    expect(setUp.draft.value.claimed).toBe(false);
  });
});
