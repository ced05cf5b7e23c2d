// Whoever is meant most often has to be first: nobody reads a list of five thousand.
import { expect, test } from 'vitest';
import { likely, type Known } from '../mention-candidates';
import type { User } from '../wire';

const user = (id: number, name: string, handle: string, change: Partial<User> = {}): User =>
  ({ id, name, handle, role: 'member', status: 'active', avatar: null, online: false, ...change }) as User;
const fang = user(2, '王芳', 'wang-fang');
const marta = user(3, 'Marta Kowalska', 'marta-kowalska');
const alan = user(4, 'Alan', 'alan', { online: true });
const me = user(1, 'Me', 'me');
const gone = user(5, 'Alba', '.removed-5', { status: 'removed' });

const names = (known: Partial<Known>) =>
  likely({ typed: '', me: 1, speakers: [], members: [marta, alan, me, fang, gone], found: [], all: null, most: 20, ...known }).map(({ handle }) => handle);

test('those who spoke last come first, then those who are here', () => {
  expect(names({ speakers: [fang, me] })).toEqual(['wang-fang', 'alan', 'marta-kowalska']);
});

test('by the beginning of a name, a handle, or initials, before the middle of one', () => {
  expect(names({ typed: 'al' })).toEqual(['alan', 'marta-kowalska']);
  expect(names({ typed: 'kow' })).toEqual(['marta-kowalska']);
  expect(names({ typed: 'MÁR' })).toEqual(['marta-kowalska']);
  expect(names({ typed: 'wf' })).toEqual(['wang-fang']);
  expect(names({ typed: '芳' })).toEqual(['wang-fang']);
  expect(names({ typed: 'xx' })).toEqual([]);
});

test('what the box found counts, by whatever rule', () => {
  const flower = user(6, '花', 'flower');
  expect(names({ typed: 'hua', found: [flower] })).toEqual(['flower']);
});

test('everybody is offered where it is allowed: last, or by name', () => {
  const all = ['所有人', '在线的人'] as const;
  expect(names({ all }).slice(-2)).toEqual(['all', 'here']);
  expect(names({ all, typed: 'al' })).toEqual(['alan', 'all', 'marta-kowalska']);
  expect(names({ all, typed: '所有' })).toEqual(['all']);
  expect(names({ typed: 'all' })).toEqual([]);
});

test('never more people than can be looked through', () => {
  expect(names({ most: 1 })).toHaveLength(1);
});
