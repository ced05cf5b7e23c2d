// What people type, as others see it. If this fails, somebody's words are misread, lead elsewhere than they say, or hold up everybody's page.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { LAPTOP, looked, person, PHONE } from './harness/browser.js';
import { tooSmall, tooWide } from './harness/fit.js';
import { longestTasks } from './harness/heap.js';
import { adaAndFang } from './harness/house.js';
import { myId } from './harness/people.js';

/** The slow-down of a cheap phone; what a task takes here is told and not tested. */
const SLOW = 6;
const LONGEST = 8_000;

const CODE = `let stairs = floors.map((floor) => floor.name + ' is swept by ' + floor.people.join(' and ') + ' in week ' + week);`;
const ALL = [
  'The **water** is _off_ until ~~noon~~ **two**. See [the plan](https://example.org/plan) or 192.168.1.7, and call 138 1234 5678 before 2026-12-24.',
  '> Who has the *key*?',
  '1. Close the valve',
  '2. Open the `drain`',
  '   slowly',
  '- 请看**重要通知：**明天停水',
  '```js',
  CODE,
  '```',
  'Thanks! snake_case stays, 2*3*4 too.',
].join('\n');

const setUp = adaAndFang({ settings: '[limits]\nmessages_per_minute_per_user = 1000000' });
let box;
let browser;
let ada;
let fang;
let home;
let room;

before(async () => {
  ({ box, browser, ada, fang, home } = await setUp());
  await ada.goto(home);
  room = Number(/room\/(\d+)/.exec(home)[1]);
});

/** Says something as any program would, line ends and all, and answers its seq. */
async function tell(page, text, more = {}) {
  return page.evaluate(
    async ({ room, text, more }) => {
      const body = JSON.stringify({ client_id: crypto.getRandomValues(new Uint32Array(4)).join('-'), text, ...more });
      const answer = await fetch(`/api/v1/rooms/${room}/messages`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
      if (!answer.ok) throw new Error(await answer.text());
      return (await answer.json()).seq;
    },
    { room, text, more },
  );
}

const bySeq = (page, seq) => page.locator(`li.message[data-seq="${seq}"]`);

test('what stands out in a text is shown, and its markers are not', async () => {
  const message = bySeq(ada, await tell(fang, ALL));
  await message.waitFor();
  const words = (selector) => message.locator(selector).allTextContents();
  assert.deepEqual(await words('strong'), ['water', 'two', '重要通知：']);
  assert.deepEqual(await words('em'), ['off', 'key']);
  assert.deepEqual(await words('del'), ['noon']);
  assert.deepEqual(await words('.text-mono'), ['drain']);
  assert.deepEqual(await words('blockquote'), ['Who has the key?']);
  assert.deepEqual(await words('.text-mark'), ['1.', '2.', '•']);
  assert.deepEqual(await words('.text-said'), ['Close the valve', 'Open the drain\nslowly', '请看重要通知：明天停水']);
  assert.deepEqual(await words('.bubble-blocks > .text-words'), [
    'The water is off until noon two. See the plan (example.org) or 192.168.1.7, and call 138 1234 5678 before 2026-12-24.',
    'Thanks! snake_case stays, 2*3*4 too.',
  ]);
  assert.deepEqual(await message.locator('a').evaluateAll((links) => links.map((link) => [link.href, link.target, link.rel])), [
    ['https://example.org/plan', '_blank', 'noopener noreferrer nofollow'],
    ['http://192.168.1.7/', '_blank', 'noopener noreferrer nofollow'],
  ]);
  assert.match(await message.getAttribute('aria-label'), /The water is off/);
});

test('lists, quotes and what is read out have no markers either', async () => {
  const first = await tell(fang, '**Fire** in the `cellar`!');
  await bySeq(ada, first).waitFor();
  await ada.locator('.rooms .row-note', { hasText: '王芳: Fire in the cellar!' }).waitFor();
  await ada.locator('[aria-live=polite]', { hasText: '王芳: Fire in the cellar!' }).waitFor({ state: 'attached' });
  const answer = await tell(ada, 'On my way', { reply_to: first });
  assert.equal(await bySeq(fang, answer).locator('.quote-text').textContent(), 'Fire in the cellar!');
  await ada.goto(`${box.origin}/#/search`);
  await ada.getByLabel('Search messages and files').fill('cellar');
  const hit = ada.locator('.hit-text').first();
  await hit.waitFor();
  assert.equal(await hit.textContent(), 'Fire in the cellar!');
  assert.deepEqual(await hit.locator('mark').allTextContents(), ['cellar']);
  await ada.goto(home);
});

test('code is copied by a press, and its long lines are scrolled by keys', async () => {
  const message = bySeq(ada, await tell(fang, `\`\`\`js\n${CODE}\n\tindented *as is*\n\`\`\``));
  await message.getByRole('button', { name: 'Copy code' }).click();
  await ada.getByText('Copied').waitFor();
  await ada.getByPlaceholder('Message', { exact: true }).click();
  await ada.keyboard.press('Control+V');
  assert.equal(await ada.getByPlaceholder('Message', { exact: true }).inputValue(), `${CODE}\n\tindented *as is*`);
  await ada.getByPlaceholder('Message', { exact: true }).fill('');
  const lines = message.getByRole('group', { name: 'js' });
  assert.ok(await lines.evaluate((pre) => pre.scrollWidth > pre.clientWidth), 'the line is longer than the bubble');
  await lines.focus();
  await ada.keyboard.press('ArrowRight');
  await ada.waitForFunction((pre) => pre.scrollLeft > 0, await lines.elementHandle());
  assert.deepEqual(await tooWide(fang), []);
});

test('each line goes in its own direction, and nothing is turned round by a trick', async () => {
  const message = bySeq(ada, await tell(fang, 'שלום לכולם\nHello there\nhttp://imbox.local/שלום'));
  await message.waitFor();
  const edges = await message.locator('.bubble-text').evaluate((text) => {
    const box = text.getBoundingClientRect();
    const at = (from, to) => {
      const range = document.createRange();
      range.setStart(text.firstChild, from);
      range.setEnd(text.firstChild, to);
      const { left, right } = range.getBoundingClientRect();
      return { fromLeft: left - box.left, fromRight: box.right - right };
    };
    return { hebrew: at(0, 10), english: at(11, 22) };
  });
  assert.ok(edges.hebrew.fromRight < 1 && edges.hebrew.fromLeft > 1, 'Hebrew begins at the right');
  assert.ok(edges.english.fromLeft < 1, 'English begins at the left');
  const trick = bySeq(ada, await tell(fang, 'look at \u202egpj.exe now'));
  await trick.waitFor();
  assert.equal(await trick.locator('.bubble-text').textContent(), 'look at gpj.exe now');
});

test('a few emoji alone are large', async () => {
  const size = async (text) => {
    const message = bySeq(ada, await tell(fang, text));
    return message.locator('.bubble-text').evaluate((one) => parseFloat(getComputedStyle(one).fontSize));
  };
  const [plain, one, three, five, six] = [await size('hm 😀'), await size('👍🏽'), await size('👩‍🔧🇨🇳❤️'), await size('😀'.repeat(5)), await size('😀'.repeat(6))];
  assert.ok(one > three && three > five && five > plain && six === plain, `${one} ${three} ${five} ${six} ${plain}`);
});

test('a long message is folded, opens without moving what is read, and is open for who is led to it', async () => {
  const text = Array.from({ length: 400 }, (_, index) => `line ${index} of the minutes`).join('\n').slice(0, LONGEST);
  const seq = await tell(fang, text);
  const message = bySeq(ada, seq);
  const fold = message.getByRole('button', { name: 'Show all' });
  await fold.waitFor();
  assert.equal(await message.getByText('line 15 of the minutes').count(), 1);
  assert.ok(!(await message.textContent()).includes('line 16 of the minutes'));
  const top = () => message.evaluate((row) => Math.round(row.getBoundingClientRect().top));
  await fold.scrollIntoViewIfNeeded();
  const before = await top();
  await fold.click();
  await message.getByText('line 200 of the minutes').waitFor();
  assert.ok(Math.abs((await top()) - before) <= 1, 'what is read stays where it is');
  await message.getByRole('button', { name: 'Show less' }).click();
  await fold.waitFor();
  await ada.waitForFunction((row) => row.getBoundingClientRect().bottom > 0, await message.elementHandle());
  await ada.evaluate((to) => (location.hash = to), `#/room/${room}/at/${seq}`);
  await message.getByText('line 200 of the minutes').waitFor();
  await ada.goto(home);
});

test('texts made to be slow hold up nobody', async (t) => {
  const pieces = ['*a ', '**a', '_a ', '*a* ', '`a` ', '[a](http://b.c) ', '[a](', '> > ', '- a\n', '`', 'http://a.b ', '\\*', 'https://', '10.0.0.1 ', '~~a~~ ', '> ', '```\n', '(', '1. ', '😀'];
  const worst = (piece) => piece.repeat(LONGEST).slice(0, LONGEST);
  // By characters as the box counts them.
  const texts = pieces.map((piece) => (piece === '😀' ? '😀'.repeat(LONGEST) : worst(piece)));
  const open = async () => {
    await bySeq(ada, await tell(fang, 'that was all')).waitFor();
    await ada.goto('about:blank');
    return longestTasks(browser, ada, async () => {
      await ada.goto(home);
      await ada.locator('.talk-view li.message').nth(50).waitFor();
    });
  };
  for (let index = 0; index < 100; index++) await tell(fang, `an ordinary message, number ${index}, of some length as people write them`);
  const ordinary = await open();
  for (let round = 0; round < 5; round++) for (const text of texts) await tell(fang, text);
  const opening = await open();
  const elements = await ada.evaluate(() => document.querySelectorAll('.talk-view li.message *').length / document.querySelectorAll('.talk-view li.message').length);
  assert.ok(elements < 100, `${elements} elements for each message`);
  const coming = await longestTasks(browser, ada, async () => {
    for (const text of texts) await bySeq(ada, await tell(fang, text)).waitFor();
  });
  const told = (tasks) => tasks.slice(0, 3).map((ms) => (ms * SLOW).toFixed(0)).join(', ');
  t.diagnostic(`longest tasks of a processor ${SLOW} times slower: opening a room of ordinary messages ${told(ordinary)} ms, of these ${told(opening)} ms; ${texts.length} more coming ${told(coming)} ms; ${elements.toFixed(0)} elements for each message`);
});

test('what is far too long is never laid out, and sent as a file when that is wanted', async (t) => {
  const field = ada.getByPlaceholder('Message', { exact: true });
  await field.fill('typed before');
  const megabyte = 'ten chars\n'.repeat(105_000);
  const tasks = await longestTasks(browser, ada, async () => {
    await field.evaluate((area, text) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData('text/plain', text);
      area.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
    }, megabyte);
    await ada.getByText('That is 1,050,000 characters; a message holds 8,000.').waitFor();
  });
  t.diagnostic(`pasting a megabyte: longest task of a processor ${SLOW} times slower ${(tasks[0] * SLOW).toFixed(0)} ms`);
  assert.equal(await field.inputValue(), 'typed before');
  await looked(ada, 'laptop/en-light/text-too-long');
  await ada.getByRole('button', { name: 'Send as file' }).click();
  await ada.getByRole('button', { name: 'Send', exact: true }).click();
  const file = fang.locator('li.message[data-seq]', { hasText: 'typed before' }).locator('.file');
  await file.getByText('1.1 MB').waitFor();

  await field.fill(`${'很'.repeat(7_999)}😀`);
  await ada.getByText('0 characters left').waitFor();
  assert.ok(await ada.getByRole('button', { name: 'Send', exact: true }).isEnabled());
  await field.fill(`${'很'.repeat(8_000)}😀`);
  await ada.getByText('1 character too many').waitFor();
  assert.ok(await ada.getByRole('button', { name: 'Send', exact: true }).isDisabled());
  await field.press('Enter');
  assert.equal((await field.inputValue()).length, 8_002, 'what was typed is still there');
  await ada.getByRole('button', { name: 'Send as file' }).click();
  assert.equal(await field.inputValue(), '');
  await ada.locator('.staged-file').getByRole('button').click();
});

test('marks are put by key and from a menu, and taken away again', async () => {
  const field = ada.getByPlaceholder('Message', { exact: true });
  const handle = await field.elementHandle();
  await field.fill('water is off');
  /** The marks are loaded when they are wanted first. */
  const becomes = (value) => ada.waitForFunction(([area, value]) => area.value === value, [handle, value]);
  const choose = (from, to) => field.evaluate((area, [from, to]) => area.setSelectionRange(from, to), [from, to]);
  await choose(0, 5);
  await field.press('Control+b');
  await becomes('**water** is off');
  await field.press('Control+i');
  await becomes('***water*** is off');
  await field.press('Control+b');
  await field.press('Control+i');
  await becomes('water is off');
  await field.press('Control+z');
  await becomes('*water* is off');
  await field.fill('water is off');
  await choose(9, 12);
  await ada.getByRole('button', { name: 'Formatting' }).click();
  await looked(ada, 'laptop/en-light/formats');
  await ada.getByRole('menuitem', { name: 'Strikethrough' }).click();
  await becomes('water is ~~off~~');
  assert.ok(await field.evaluate((area) => document.activeElement === area));
  await field.press('Enter');
  await fang.locator('li.message[data-seq] del', { hasText: 'off' }).waitFor();
  await fang.getByPlaceholder('Message', { exact: true }).fill('hm');
  await fang.getByRole('button', { name: 'Formatting' }).tap();
  await looked(fang, 'phone/en-light/formats');
  await fang.keyboard.press('Escape');
  await fang.getByPlaceholder('Message', { exact: true }).fill('');
});

test('a room of its own for what is looked at: the texts made to be slow would be looked through each time', async () => {
  room = await ada.evaluate(async (fang) => {
    const body = JSON.stringify({ kind: 'group', name: 'Stairs', topic: '', members: [fang] });
    return (await (await fetch('/api/v1/rooms', { method: 'POST', headers: { 'content-type': 'application/json' }, body })).json()).id;
  }, await myId(fang));
  home = `${box.origin}/#/room/${room}`;
});

test('an emoji is found by its name, in any of the languages', async () => {
  const field = ada.getByPlaceholder('Message', { exact: true });
  await field.fill('');
  await field.pressSequentially('well done :thumbs_u');
  await ada.getByRole('option', { name: /thumbs up/ }).waitFor();
  await looked(ada, 'laptop/en-light/emoji-list');
  await field.press('Enter');
  assert.equal(await field.inputValue(), 'well done 👍');
  await field.pressSequentially(' :蛋糕');
  await ada.getByRole('option').first().waitFor();
  await field.press('Tab');
  assert.match(await field.inputValue(), /^well done 👍 [🎂🍰🧁]/u);
  await field.fill('');
  await field.pressSequentially('at 10:30 :x :zzzz');
  assert.equal(await ada.getByRole('option').count(), 0);
  await field.fill('');
});

for (const [name, locale, colorScheme] of [['en-light', 'en', 'light'], ['zh-dark', 'zh-CN', 'dark']]) {
  test(`looks well in ${name}`, async () => {
    for (const [device, how] of [['phone', PHONE], ['laptop', LAPTOP], ['narrow', { ...PHONE, viewport: { width: 320, height: 640 } }]]) {
      const page = await person(browser, how, { locale, colorScheme, storageState: await ada.context().storageState() });
      const seq = await tell(fang, ALL);
      await page.goto(home);
      await bySeq(page, seq).locator('.text-code').waitFor();
      await looked(page, `${device}/${name}/text`);
      const long = await tell(fang, `**Minutes of the house meeting**\n\n${'What was said about the stairs, the cellar and the yard. '.repeat(60)}`);
      await tell(fang, '👍🏽🎉');
      await tell(fang, 'שלום לכולם, הפגישה ב-18:00\nsee you there');
      await bySeq(page, long).locator('.bubble-fold').waitFor();
      await looked(page, `${device}/${name}/text-folded`);
      assert.deepEqual(await tooSmall(page), []);
      assert.deepEqual(await tooWide(page), []);
      assert.deepEqual(page.problems, []);
      await page.context().close();
    }
  });
}

test('nothing went wrong in the pages', () => {
  assert.deepEqual([...ada.problems, ...fang.problems], []);
});
