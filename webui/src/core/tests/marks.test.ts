// Marks by key or menu. If these fail, somebody's words are mangled when they only wanted them bold.
import { describe, expect, test } from 'vitest';
import { markChange, type Mark } from '../marks';
import { countChars } from '../message-length';
import { readText } from '../text';

/** What is chosen stands between `‹` and `›`. */
function put(mark: Mark, text: string): string {
  const start = text.indexOf('‹');
  const end = text.indexOf('›') - 1;
  const plain = text.replace(/[‹›]/g, '');
  const change = markChange(mark, plain, start, end);
  const after = plain.slice(0, change.from) + change.insert + plain.slice(change.to);
  return `${after.slice(0, change.start)}‹${after.slice(change.start, change.end)}›${after.slice(change.end)}`;
}

test.each<[Mark, string, string]>([
  ['bold', 'a ‹b› c', 'a **‹b›** c'],
  ['bold', 'a **‹b›** c', 'a ‹b› c'],
  ['bold', 'a‹ b ›c', 'a **‹b›** c'],
  ['bold', '‹›', '**‹›**'],
  ['italic', '**‹b›**', '***‹b›***'],
  ['italic', '***‹b›***', '**‹b›**'],
  ['bold', '***‹b›***', '*‹b›*'],
  ['bold', '*‹b›*', '***‹b›***'],
  ['strike', '‹gone›', '~~‹gone›~~'],
  ['code', '‹a›b', '`‹a›`b'],
  ['code', '`‹a›`', '‹a›'],
  ['quote', 'a\nb‹›c\nd', 'a\n> bc‹›\nd'],
  ['quote', '‹a\nb›', '‹> a\n> b›'],
  ['quote', '‹> a\n> b›', '‹a\nb›'],
  ['list', 'x‹›', '- x‹›'],
  ['code_block', 'see ‹let a›', 'see \n```\n‹let a›\n```'],
  ['code_block', '‹a\nb›\nc', '```\n‹a\nb›\n```\nc'],
])('%s of %j', (mark, text, after) => expect(put(mark, text)).toBe(after));

test('what is marked is shown so', () => {
  for (const [mark, is] of [['bold', 'strong'], ['italic', 'em'], ['strike', 'strike'], ['code', 'code']] as const) {
    const [block] = readText(put(mark, 'a ‹words here› b').replace(/[‹›]/g, ''));
    expect(block?.is === 'words' && block.of.map((part) => part.is)).toEqual(['text', is, 'text']);
  }
});

describe('characters', () => {
  test('are counted as the box counts them', () => {
    for (const text of ['', 'abc', '中文', '😀😀', '\ud83d', '\ude00', 'a\ude00\ud83d', '👨‍👩‍👧']) expect(countChars(text)).toBe([...text].length);
  });
});
