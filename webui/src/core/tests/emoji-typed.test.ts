// Emoji by their names. If this fails, a list opens over what somebody writes, or never.
import { expect, test } from 'vitest';
import { emojiTyped } from '../emoji-typed';

test.each([
  [':th', 0, 'th'],
  ['good :thumbs_up', 5, 'thumbs_up'],
  ['好:竖', 1, '竖'],
  ['(:+1', 1, '+1'],
  ['a :x', null, ''],
  ['at 10:30', null, ''],
  ['http://a', null, ''],
  ['note:this', null, ''],
  ['::th', null, ''],
  [':-)', null, ''],
  [': th', null, ''],
  [':th ', null, ''],
  [`:${'a'.repeat(40)}`, null, ''],
])('%s', (text, at, typed) => expect(emojiTyped(text, text.length)).toEqual(at === null ? null : { at, typed }));
