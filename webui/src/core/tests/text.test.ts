// What people typed as it is shown. If these fail, somebody's words are lost, misread, or make everybody's page stand still.
import { describe, expect, test } from 'vitest';
import { foldText } from '../fold';
import { bigEmoji } from '../emoji-only';
import { leavesOf, oneLine, plainParts, plainText, readText, type Block, type Inline } from '../text';

/** A text as a short sketch: `b(…)`, `i(…)`, `s(…)`, `code(…)`, `<href|words>`. */
function sketch(text: string): string {
  return readText(text).map(block).join(' ¶ ');
}

function block(one: Block): string {
  switch (one.is) {
    case 'words':
      return line(one.of);
    case 'list':
      return one.items.map(({ mark, level, of }) => `${'.'.repeat(level)}${mark}[${line(of)}]`).join('');
    case 'quote':
      return `>[${one.of.map(block).join(' ¶ ')}]`;
    case 'code':
      return `code:${one.language}[${one.lines.map(({ text }) => text).join('\n')}]`;
  }
}

function line(parts: readonly Inline[]): string {
  const names = { strong: 'b', em: 'i', strike: 's' } as const;
  return parts
    .map((part) => {
      if (!('of' in part)) return part.is === 'text' ? part.text : `code(${part.text})`;
      return part.is === 'link' ? `<${part.href}|${line(part.of)}>` : `${names[part.is]}(${line(part.of)})`;
    })
    .join('');
}

const same = (...texts: string[]) => texts.map((text) => [text, text] as [string, string]);

describe('emphasis', () => {
  test.each<[string, string]>([
    ['**bold** and *italic*, _italic_, ~~gone~~ and `code`', 'b(bold) and i(italic), i(italic), s(gone) and code(code)'],
    ['***both*** **bold *both***', 'i(b(both)) b(bold i(both))'],
    ['*italic **both***', 'i(italic b(both))'],
    ['(**in brackets**), “*quoted*”!', '(b(in brackets)), “i(quoted)”!'],
    ['请看**重要：**明天*不*开门', '请看b(重要：)明天i(不)开门'],
    ['**중요**는', 'b(중요)는'],
    ['~~原价100~~ 80', 's(原价100) 80'],
    ['`` a`b `` and ` ` and `*x*`', 'code(a`b) and code( ) and code(*x*)'],
    ['**a `**` b**', 'b(a code(**) b)'],
    ['_foo_bar_', 'i(foo_bar)'],
    ['a **b\nc** d', 'a **b\nc** d'],
    ['\\*no\\* \\_no\\_ \\`no\\` \\[no](http://a.b)', '*no* _no_ `no` [no](<http://a.b/|http://a.b>)'],
    ['*a* *b* **c** _d_', 'i(a) i(b) b(c) i(d)'],
    ...same('snake_case_name and _private', '2*3*4 = 24', '2 * 3 * 4', '5*x + 3*y', 'char *a, *b', 'f(*args, **kwargs)', '*.txt', '__init__.py'),
    ...same('a ** b ** c', '****', 'Name: ____', '好的~~明天见~~', '~5 min~', 'foo~bar~', '报告_最终_版.docx', '¯\\_(ツ)_/¯', '**', '``'),
    ...same('C:\\_temp\\*x', '\\\\server\\share\\_Archiv', 'D:\\[old]\\a', '/^\\d+\\.\\d*$/', 'a \\ b', 'unclosed **bold', 'unclosed `code'),
  ])('%s', (text, shown) => expect(sketch(text)).toBe(shown));
});

describe('links', () => {
  const href = (text: string) => [...sketch(text).matchAll(/<([^|<]*)\|/g)].map((match) => match[1]);
  test.each<[string, string]>([
    ['look (http://a.b/c_(d)).', 'http://a.b/c_(d)'],
    ['在 http://192.168.1.7/x，看看', 'http://192.168.1.7/x'],
    ['打开http://192.168.1.7看看', 'http://192.168.1.7/'],
    ['https://zh.wikipedia.org/wiki/中国', 'https://zh.wikipedia.org/wiki/%E4%B8%AD%E5%9B%BD'],
    ['看https://例子.cn/路径，好吗', 'https://xn--fsqu00a.cn/%E8%B7%AF%E5%BE%84'],
    ['（http://a.b/c）', 'http://a.b/c'],
    ['www.example.org!', 'http://www.example.org/'],
    ['**http://a.b/c_d_e**', 'http://a.b/c_d_e'],
    ['_http://a.b_', 'http://a.b/'],
    ['<https://a.b/c>', 'https://a.b/c'],
    ['imbox.local:8080/#/me.', 'http://imbox.local:8080/#/me'],
    ['nas.lan', 'http://nas.lan/'],
    ['github.com/a/b?c=d#e,', 'http://github.com/a/b?c=d#e'],
    ['看baidu.cn的', 'http://baidu.cn/'],
    ['192.168.1.7', 'http://192.168.1.7/'],
    ['10.0.0.1:631/printers', 'http://10.0.0.1:631/printers'],
    ['8.8.8.8:53', 'http://8.8.8.8:53/'],
    ['[fe80::1]:8080/x', 'http://[fe80::1]:8080/x'],
    ['[::1]', 'http://[::1]/'],
    ['http://[::1]/a', 'http://[::1]/a'],
    ['write to a.b+c_d@mail.example.de.', 'mailto:a.b+c_d@mail.example.de'],
    ['[the plan](https://a.b/c_(d))', 'https://a.b/c_(d)'],
    ['[**bold** words](mailto:a@b.c)', 'mailto:a@b.c'],
    ['http://a.b😀', 'http://a.b/'],
    ['HTTP://A.B/C', 'http://a.b/C'],
  ])('%s', (text, to) => expect(href(text)).toEqual([to]));

  test.each([
    ...['138 1234 5678', '138.1234.5678', '010.123.45.67', '+49 30 901820', '06.12.34.56.78', '555-1234', '2026-11-30', '12.10.2026', '30.11.26', '12:30'],
    ...['1.2.3', 'v1.2.3.4', '1.2.3.4.5', '22.33.44.55', '256.1.1.1', '10.0.0.0/8', 'a[1::2]', '[12:30]', '[ ]', 'main.rs', 'readme.md', 'archive.zip', 'Node.js'],
    ...['Safari.app', 'config.local.json', 'end.Next', 'e.g. this', 'etc.', 'a@b', '@li-na', 'http://', 'https://.', 'javascript:alert(1)', 'data:text/html,x'],
    ...['[x](javascript:alert(1))', '[x](data:text/html,x)', '[x](file:///etc/passwd)', '[x]()', '[](http://)', 'http://bank.com@evil.com/', '[x](mailto:a@b.c?body=y)'],
  ])('none in %s', (text) => expect(sketch(text)).toBe(text));

  test('stand in no other link', () => {
    expect(sketch('[http://good.com](http://evil.com)')).toBe('<http://evil.com/|http://good.com>');
    expect(sketch('[a [b](http://c.d) e](http://f.g)')).toBe('[a <http://c.d/|b> e](<http://f.g/|http://f.g>)');
  });
});

describe('blocks', () => {
  test.each<[string, string]>([
    ['```\na  *b*\n\nc\n```', 'code:[a  *b*\n\nc]'],
    ['see\n```js\nlet a;\n```\nthere', 'see ¶ code:js[let a;] ¶ there'],
    ['```python\nprint()```', 'code:python[print()]'],
    ['```hello there\nyou```', 'code:[hello there\nyou]'],
    ['```\nnever closed', 'code:[never closed]'],
    ['````\n```\n````', 'code:[```]'],
    ['```inline```', 'code(inline)'],
    ['> quoted\n> more\nanswer', '>[quoted\nmore] ¶ answer'],
    ['> > deep\n> *not*', '>[>[deep] ¶ i(not)]'],
    ['> - a\n> - b', '>[•[a]•[b]]'],
    ['>> twice', '>[>[twice]]'],
    ['- milk\n- **eggs**\n  from the farm\n  - brown', '•[milk]•[b(eggs)\nfrom the farm].•[brown]'],
    ['7. seven\n9) nine', '7.[seven]9)[nine]'],
    ['* a\n* b', '•[a]•[b]'],
    ['one\n\ntwo', 'one\n\ntwo'],
    ['a\n\n- b\n\nc', 'a ¶ •[b] ¶ c'],
    ...same('>_<', '>:(', '>5', '-5 degrees', '-', '- ', '2026. ', '1.5 kg', '```', '```\n```', '---', '#1', '# a', '  indented'),
  ])('%s', (text, shown) => expect(sketch(text)).toBe(shown));

  test('read aloud and in one line they have no markers', () => {
    expect(plainText('**Hi** `x`\n> [a](http://b.c)\n- d\n```\ne\n```')).toBe('Hi x\na\n• d\ne');
  });
});

function depthOf(parts: readonly (Block | Inline)[]): number {
  return Math.max(0, ...parts.map((part) => ('of' in part ? 1 + depthOf(part.of) : 'items' in part ? 1 + Math.max(...part.items.map((item) => depthOf(item.of))) : 0)));
}

const MARKERS = /^(?:[*_~`\\>[\]\s•-]|\d{1,3}[.)]|\(https?:[^\s)]*\)|```\w+)*$/;
/** Steps that a character may cost, whatever surrounds it. */
const STEPS = 16;

function check(text: string): void {
  const effort = { most: 400, steps: 0 };
  const blocks = readText(text, effort);
  let at = 0;
  for (const leaf of leavesOf(blocks)) {
    const left = text.slice(at, leaf.from);
    if (leaf.from < at || text.slice(leaf.from, leaf.from + leaf.text.length) !== leaf.text || !MARKERS.test(left))
      throw new Error(`lost ${JSON.stringify(left)} of ${JSON.stringify(text.slice(0, 200))}`);
    at = leaf.from + leaf.text.length;
  }
  if (!MARKERS.test(text.slice(at))) throw new Error(`lost the end of ${JSON.stringify(text.slice(0, 200))}: ${JSON.stringify(text.slice(at))}`);
  expect(effort.steps).toBeLessThanOrEqual(STEPS * (text.length + 10));
  expect(effort.most).toBeGreaterThanOrEqual(0);
  expect(depthOf(blocks)).toBeLessThanOrEqual(32);
}

describe('in lists', () => {
  test('a line shows no markers, and nothing written backwards', () => {
    expect(oneLine('**Hi**\n\n> there  `you`')).toBe('Hi there you');
    expect(oneLine('photo\u202egnp.exe')).toBe('photognp.exe');
    expect(oneLine('a '.repeat(8_000)).length).toBeLessThanOrEqual(400);
  });

  test('what was found stays marked without its markers', () => {
    const parts = (...texts: string[]) => texts.map((text, at) => ({ text, hit: at % 2 === 1 }));
    expect(plainParts(parts('the **wa', 'ter', '** is off\n> ', 'lift', ''))).toEqual([
      { text: 'the ', hit: false },
      { text: 'wa', hit: false },
      { text: 'ter', hit: true },
      { text: ' is off', hit: false },
      { text: '\n', hit: false },
      { text: 'lift', hit: true },
    ]);
    expect(plainParts([])).toEqual([]);
  });
});

describe('whatever is typed', () => {
  // Steps are counted, and no time: a busy machine takes longer than the five seconds that a test has.
  test('nothing but markers is left out, and each character costs a few steps', { timeout: 60_000 }, () => {
    const pieces = ['*', '**', '***', '_', '~~', '~', '`', '```', '\n', '\n\n', ' ', 'a', 'word', '中', '字', '[', ']', '(', ')', '](http://a.b)', 'http://a.b/c', '\\', '> ', '- ', '1. ', '  ', '.', ':', '10.0.0.1', 'a.com', '@', '😀', '🇨🇳', 'א', '\t', '```js\n'];
    let seed = 7;
    const random = (below: number) => ((seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648), Math.floor((seed / 2_147_483_648) * below));
    for (let run = 0; run < 20_000; run++) check(Array.from({ length: 1 + random(24) }, () => pieces[random(pieces.length)]).join(''));
    for (let run = 0; run < 100; run++) check(Array.from({ length: 3_000 }, () => pieces[random(pieces.length)]).join(''));
  });

  test.each([
    ...['*', '_', '~~', '`', '[', ']', '(', '\\', '>', '- ', '> ', '\n', '>\n', '> \n', '-\n', ' ', '\t', '#', '@', '.', ':', '/', '1.', '1. ', '```', '```\n', 'a', '中', '😀'],
    ...['*a ', '*a* ', 'a*', '**a', '_a ', '*a _b ~~c ', '*a **b ', '***', '* ', '`a', '`` ` ', '[a', '[a](', '[a](b', '[a](b ', '[a](http://', '[a](http://b', '[](', '](', '[[', '[a]', '[a](http://b)'],
    ...['http://', 'http://[', 'http://a ', 'http://a.b', 'http://)', 'www.', 'a.', 'a.com', 'a-', 'a@', 'a@b.', '1.1.1.1', '1.1.1.1 ', '[::', '[::1] ', '\\*', '\\a', '\\a ', '\\\\', '> > ', '- a\n  ', '- a\n', '>>> a\n', '- ```\n', '\u202e'],
  ])('8,000 characters of %j', (piece) => {
    const text = piece.repeat(Math.ceil(8_000 / piece.length)).slice(0, 8_000);
    for (const one of [text, `${text}\n`.repeat(2), `${'`'.repeat(3)}\n${text}`, `**${text}**`, `[${text}](http://a.b)`, `> ${text}`]) check(one);
  });

  test('runs of backticks of all lengths cost no more', () => {
    check(Array.from({ length: 120 }, (_, index) => '`'.repeat(index + 1)).join(' '));
  });
});

describe('a long text', () => {
  test('is folded between two lines, and never where little is left', () => {
    const lines = (n: number) => Array.from({ length: n }, (_, index) => `line ${index}`).join('\n');
    expect(foldText(lines(24))).toBeNull();
    expect(foldText(lines(25))).toBe(lines(16));
    expect(foldText('a'.repeat(1_500))).toBeNull();
    expect(foldText('a'.repeat(1_501))).toBe('a'.repeat(1_000));
    expect(foldText(`${'word '.repeat(400)}`)).toMatch(/word$/);
    expect(foldText(`${'😀'.repeat(1_000)}`)).toMatch(/^(😀)+$/u);
  });
});

describe('emoji alone', () => {
  test.each<[string, number]>([['😀', 1], ['❤️', 1], ['👍🏽👍🏿', 2], ['👨‍👩‍👧‍👦 🇨🇳 🏴󠁧󠁢󠁥󠁮󠁧󠁿', 3], ['1️⃣', 1], ['😀😀😀😀😀', 5], ['😀😀😀😀😀😀', 0]])('%s are %i', (text, n) => expect(bigEmoji(text)).toBe(n));
  test.each(['', ' ', '1', '123', '#', '©', 'a😀', '😀!', '好', '🇨'])('none in %j', (text) => expect(bigEmoji(text)).toBe(0));
});
