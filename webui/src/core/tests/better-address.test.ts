// A phone that is offered a name which does not lead here, or to a neighbour's box, loses the conversation.
import { expect, test } from 'vitest';
import { findBetter } from '../better-address';
import type { BoxInfo } from '../wire';

const box = (change: Partial<BoxInfo> = {}): BoxInfo => ({
  id: 'aa',
  name: 'House',
  version: '1',
  state: 'claimed',
  join_mode: 'invite',
  addresses: [
    { url: 'http://192.168.1.7', is_name: false },
    { url: 'http://imbox.local', is_name: true },
    { url: 'http://imbox-7a.local', is_name: true },
  ],
  max_file_bytes: 1,
  password_min_length: 8,
  edit_minutes: 0,
  probe: 'w',
  me: null,
  claim_reopened: false,
  in_app_browser: false,
  ...change,
});
const byIp = { protocol: 'http:', hostname: '192.168.1.7' };

/** Answers by host: a status, or silence. */
function network(hosts: Record<string, number | 'silent'>) {
  const asked: string[] = [];
  const fetch = (url: string, init: RequestInit) => {
    asked.push(url);
    const answer = hosts[new URL(url).host];
    if (typeof answer === 'number') return Promise.resolve({ status: answer } as Response);
    if (answer === undefined) return Promise.reject(new TypeError('no such name'));
    return new Promise<Response>((_, reject) => (init.signal!.onabort = () => reject(new Error('stopped'))));
  };
  return { asked, fetch };
}
const soon = (run: () => void) => setImmediate(run);

test('the first name that leads to the same box is found', async () => {
  const { fetch, asked } = network({ 'imbox.local': 204, 'imbox-7a.local': 204 });
  expect((await findBetter(box(), byIp, fetch, soon))?.url).toBe('http://imbox.local');
  expect(asked).toEqual(['http://imbox.local/api/v1/probe/w']);
});

test('a neighbour’s box, a name that is unknown and one that never answers are passed over', async () => {
  const { fetch } = network({ 'imbox.local': 404, 'imbox-7a.local': 204 });
  expect((await findBetter(box(), byIp, fetch, soon))?.url).toBe('http://imbox-7a.local');
  expect(await findBetter(box(), byIp, network({}).fetch, soon)).toBe(null);
  expect(await findBetter(box(), byIp, network({ 'imbox.local': 'silent', 'imbox-7a.local': 'silent' }).fetch, soon)).toBe(null);
});

test.each([
  [box(), { protocol: 'http:', hostname: 'imbox.local' }],
  [box(), { protocol: 'https:', hostname: '192.168.1.7' }],
  [box({ in_app_browser: true }), byIp],
])('nobody is asked where it would be of no use', async (info, here) => {
  const { fetch, asked } = network({ 'imbox.local': 204 });
  expect([await findBetter(info, here, fetch, soon), asked]).toEqual([null, []]);
});
