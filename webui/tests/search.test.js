// Finding what was said. If this fails, somebody does not find a message that is there, or does not see it when they get to it.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { axe, launch, LAPTOP, looked, person, PHONE, settled, shot } from './harness/browser.js';
import { squeezed, tooSmall, tooWide } from './harness/fit.js';
import { adaAndFang } from './harness/house.js';
import { picture, said, say } from './harness/people.js';

const settings = '[limits]\nmessages_per_minute_per_user = 1000000\nhttp_requests_per_minute_per_address = 1000000';
const open = adaAndFang({ settings });
let house;
before(async () => (house = await open()));

const WORDS = '三楼会议室的钥匙在前台，the spare key is in the Café';

/** Sends without the page: enough that the first is out of what a room loads. */
async function fill(page, count) {
  await page.evaluate(async (count) => {
    const rooms = await (await fetch('/api/v1/rooms')).json();
    const room = rooms.find((room) => room.is_default).id;
    for (let n = 0; n < count; n++) {
      const body = JSON.stringify({ client_id: `fill-${n}`, text: `line ${n}` });
      const answer = await fetch(`/api/v1/rooms/${room}/messages`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
      if (!answer.ok) throw new Error(await answer.text());
    }
  }, count);
}

const field = (page) => page.getByRole('searchbox', { name: 'Search messages and files' });
const hits = (page) => page.locator('.hit');

test('a word is found from anywhere, marked, and a press leads to it far up in the room and back', async () => {
  const { ada, fang, box } = house;
  await ada.goto(`${box.origin}/#/room/1`);
  await say(ada, WORDS);
  await said(ada, 'spare key').waitFor();
  await fill(ada, 460);
  await fang.goto(`${box.origin}/#/`);
  await fang.getByRole('link', { name: 'Search', exact: true }).click();
  await field(fang).fill('cafe KEY');
  await hits(fang).waitFor();
  assert.deepEqual(await hits(fang).locator('mark').allTextContents(), ['key', 'Café']);
  await looked(fang, 'search-phone');
  await hits(fang).click();
  await fang.locator('li[data-found]', { hasText: 'spare key' }).waitFor();
  assert.ok(await said(fang, 'spare key').isVisible());
  await shot(fang, 'search-there-phone');
  await fang.getByRole('link', { name: 'Back' }).click();
  await hits(fang).waitFor();
  assert.equal(await field(fang).inputValue(), 'cafe KEY');
});

test('Chinese is found down to one character, on a laptop beside the room', async () => {
  const { ada, box } = house;
  await ada.goto(`${box.origin}/#/search`);
  await field(ada).fill('匙');
  await hits(ada).waitFor();
  assert.deepEqual(await hits(ada).locator('mark').allTextContents(), ['匙']);
  await field(ada).fill('会议室');
  await ada.locator('.hit mark', { hasText: '会议室' }).waitFor();
  await hits(ada).click();
  await ada.locator('li[data-found]', { hasText: '会议室' }).waitFor();
  assert.equal(await hits(ada).getAttribute('aria-current'), 'page');
  await looked(ada, 'search-laptop');
  // Back at the end of the room in one press, and the list of chats by another.
  await ada.getByText('To the newest').or(ada.locator('.talk-down')).first().click();
  await said(ada, 'line 459').waitFor();
  await ada.locator('.side').getByRole('link', { name: 'Back' }).click();
  await ada.locator('.rooms .row', { hasText: 'Garden House' }).first().waitFor();
  assert.equal(await hits(ada).count(), 0);
});

test('filters are typed or pressed, shown as chips, and taken away again', async () => {
  const { ada, fang, box } = house;
  await fang.goto(`${box.origin}/#/room/1`);
  await fang.locator('input[type=file]').first().setInputFiles(picture('Lift plan.png', [200, 80, 40]));
  await fang.getByRole('button', { name: 'Send' }).click();
  await fang.locator('.bubble img').waitFor();
  await ada.goto(`${box.origin}/#/room/1`);
  await ada.getByRole('link', { name: 'Search in this conversation' }).click();
  await ada.locator('.chip', { hasText: 'In Garden House' }).waitFor();
  await field(ada).fill('has:photo ');
  await ada.locator('.chip', { hasText: 'Photos' }).waitFor();
  await ada.locator('.hit', { hasText: 'Lift plan.png' }).waitFor();
  await field(ada).fill('plan from:王');
  await ada.locator('button.row', { hasText: '王芳' }).click();
  await ada.locator('.chip', { hasText: 'From 王芳' }).waitFor();
  await ada.locator('.hit', { hasText: 'Lift plan.png' }).waitFor();
  await looked(ada, 'search-chips-laptop');
  await ada.getByRole('button', { name: 'When' }).click();
  await ada.getByLabel('First day').fill('2001-02-03');
  await ada.getByLabel('Last day').fill('2001-02-02');
  await ada.getByRole('button', { name: 'Apply' }).click();
  await ada.getByText('The last day is before the first.').waitFor();
  await ada.getByLabel('Last day').fill('2001-02-04');
  await looked(ada, 'search-when-laptop');
  await ada.getByRole('button', { name: 'Apply' }).click();
  await ada.getByText('Nothing found').waitFor();
  await ada.getByRole('button', { name: 'Search without filters' }).click();
  await ada.locator('.hit', { hasText: 'Lift plan.png' }).waitFor();
  assert.equal(await ada.locator('.chip:not(.chip-add)').count(), 0);
});

test('what is deleted is found no more, and older hits come when asked for', async () => {
  const { ada, box } = house;
  await ada.goto(`${box.origin}/#/room/1`);
  await say(ada, 'a mistake about wombats');
  await ada.goto(`${box.origin}/#/search`);
  await field(ada).fill('wombats');
  await hits(ada).waitFor();
  const seq = await ada.evaluate(async () => (await (await fetch('/api/v1/search?q=wombats')).json()).hits[0].seq);
  await ada.evaluate((seq) => fetch(`/api/v1/rooms/1/events/${seq}`, { method: 'DELETE' }), seq);
  await field(ada).fill('wombat');
  await ada.getByText('Nothing found').waitFor();
  await field(ada).fill('line');
  await hits(ada).nth(19).waitFor();
  assert.equal(await hits(ada).count(), 20);
  await ada.getByRole('button', { name: 'Show more' }).click();
  await hits(ada).nth(39).waitFor();
});

test('in Chinese, in the dark, narrow and with large text', async (t) => {
  const { fang, browser, box } = house;
  const storageState = await fang.context().storageState();
  const large = await launch(undefined, ['--blink-settings=defaultFontSize=32']);
  t.after(() => large.close());
  const phone = await person(large, { ...PHONE, viewport: { width: 320, height: 640 } }, { locale: 'zh-CN', colorScheme: 'dark', storageState });
  await phone.goto(`${box.origin}/#/search`);
  await phone.getByRole('searchbox', { name: '搜索消息和文件' }).fill('会议室');
  await hits(phone).waitFor();
  await settled(phone);
  await shot(phone, 'search-phone-zh-dark-200');
  assert.deepEqual(await tooWide(phone), []);
  const laptop = await person(browser, LAPTOP, { locale: 'zh-CN', storageState });
  await laptop.goto(`${box.origin}/#/search/1`);
  await laptop.getByRole('searchbox', { name: '搜索消息和文件' }).fill('plan');
  await hits(laptop).waitFor();
  await looked(laptop, 'search-laptop-zh');
  assert.deepEqual(await tooSmall(phone), []);
  assert.deepEqual(await squeezed(phone), []);
  assert.deepEqual(await axe(phone), []);
});

test('a link to a message leads there, at whatever address of the box it was copied', async () => {
  const { ada, fang, box } = house;
  const seq = await ada.evaluate(async () => (await (await fetch('/api/v1/search?q=spare')).json()).hits[0].seq);
  const row = `li[data-found][data-seq="${seq}"]`;
  await ada.goto(`${box.origin}/#/room/1/at/${seq}`);
  await ada.locator(row).waitFor();
  await said(ada, 'spare key').hover();
  await said(ada, 'spare key').getByRole('button', { name: 'Message options' }).click();
  await ada.getByRole('menuitem', { name: 'Copy link' }).click();
  await ada.getByText('Copied').waitFor();
  // As somebody does who pastes it.
  const words = ada.getByPlaceholder('Message', { exact: true });
  await words.focus();
  await ada.keyboard.press('Control+V');
  assert.equal(await words.inputValue(), `${box.origin}/#/room/1/at/${seq}`);
  await ada.getByRole('button', { name: 'Send' }).click();
  await fang.goto(`${box.origin}/#/room/1`);
  await fang.locator('.bubble a', { hasText: `/at/${seq}` }).click();
  await fang.locator(row).waitFor();
  assert.equal(fang.context().pages().length, 1);
});

test('nothing went wrong in any of these pages', () => {
  for (const page of [house.ada, house.fang]) assert.deepEqual(page.problems, []);
});
