// The list of conversations as each person has arranged it. If this fails, somebody does not find a conversation, or is called away for nothing.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { LAPTOP, looked, person } from './harness/browser.js';
import { tooSmall, tooWide } from './harness/fit.js';
import { adaAndFang } from './harness/house.js';
import { myId } from './harness/people.js';

const setUp = adaAndFang({ settings: '[limits]\nrooms_per_minute_per_user = 1000' });
const NAMES = ['Garden', 'Kitchen', 'Cellar', 'Stairs', '电梯维修'];
let box;
let browser;
let ada;
let fang;
let rooms;

before(async () => {
  ({ box, browser, ada, fang } = await setUp());
  const fangId = await myId(fang);
  rooms = await ada.evaluate(
    async ([names, fangId]) => {
      const post = async (path, body) => (await fetch(`/api/v1/${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })).json();
      const made = [];
      for (const name of names) made.push((await post('rooms', { kind: 'group', name, topic: '', members: [fangId] })).id);
      made.push((await post('direct', { user: fangId })).id);
      return made;
    },
    [NAMES, fangId],
  );
  await ada.goto(`${box.origin}/#/me`);
  await ada.goto(`${box.origin}/#/`);
  await row(ada, 'Garden').waitFor();
});

const row = (page, name) => page.locator('.rooms .row', { hasText: name }).filter({ hasNotText: 'Garden House' });
const names = (page) => page.locator('.rooms .row-title').allTextContents();

async function tell(page, room, text) {
  await page.evaluate(
    async ([room, text]) => {
      const body = JSON.stringify({ client_id: crypto.getRandomValues(new Uint32Array(4)).join('-'), text });
      const answer = await fetch(`/api/v1/rooms/${room}/messages`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
      if (!answer.ok) throw new Error(await answer.text());
    },
    [room, text],
  );
}

async function choose(page, name, item) {
  await row(page, name).click({ button: 'right' });
  await page.getByRole('menuitem', { name: item }).click();
  await page.getByRole('menu').waitFor({ state: 'detached' });
}

test('a pinned conversation stands first, here and on another device, and comes down again', async () => {
  const other = await person(browser, LAPTOP, { storageState: await ada.context().storageState() });
  await other.goto(`${box.origin}/#/`);
  await row(other, 'Kitchen').waitFor();
  await choose(ada, 'Cellar', 'Pin');
  await choose(ada, 'Kitchen', 'Pin');
  assert.deepEqual((await names(ada)).slice(0, 2), ['Cellar', 'Kitchen']);
  await other.waitForFunction(() => [...document.querySelectorAll('.rooms .row-title')].slice(0, 2).map((one) => one.textContent).join() === 'Cellar,Kitchen');
  await tell(fang, rooms[0], 'newer');
  await row(ada, 'newer').waitFor();
  assert.deepEqual((await names(ada)).slice(0, 3), ['Cellar', 'Kitchen', 'Garden'], 'what is new stands below what is pinned');
  await choose(other, 'Kitchen', 'Unpin');
  await ada.waitForFunction(() => document.querySelectorAll('.rooms .row-title')[1].textContent === 'Garden');
  await other.context().close();
});

test('what is marked as unread is in its folder until it is opened', async () => {
  await choose(ada, 'Stairs', 'Mark as unread');
  await row(ada, 'Stairs').getByText('Marked as unread').waitFor({ state: 'attached' });
  await ada.getByRole('button', { name: 'Unread', exact: true }).click();
  assert.deepEqual(await names(ada), ['Garden', 'Stairs']);
  await choose(ada, 'Garden', 'Mark as read');
  await row(ada, 'Garden').waitFor({ state: 'detached' });
  await row(ada, 'Stairs').click();
  await row(ada, 'Stairs').waitFor({ state: 'detached' });
  await ada.getByText('Nothing here').waitFor();
  await ada.getByRole('button', { name: 'People', exact: true }).click();
  assert.deepEqual(await names(ada), ['王芳']);
  await ada.getByRole('button', { name: 'All', exact: true }).click();
  await ada.goto(`${box.origin}/#/`);
});

test('what is archived is out of the way until a message comes', async () => {
  await choose(ada, 'Kitchen', 'Archive');
  await row(ada, 'Kitchen').waitFor({ state: 'detached' });
  await ada.getByRole('button', { name: 'Archive', exact: true }).click();
  assert.deepEqual(await names(ada), ['Kitchen']);
  await tell(fang, rooms[1], 'dinner is ready');
  await ada.getByText('Nothing here').waitFor();
  await ada.getByRole('button', { name: 'All', exact: true }).click();
  await row(ada, 'dinner is ready').waitFor();
});

test('of a muted conversation nothing is heard and counted, and it stays in the archive', async () => {
  await ada.locator('.elsewhere').getByRole('button', { name: 'Close' }).click();
  await choose(ada, 'Kitchen', 'Mark as read');
  await choose(ada, 'Kitchen', 'Archive');
  await ada.getByRole('button', { name: 'Archive', exact: true }).click();
  await row(ada, 'Kitchen').click({ button: 'right' });
  await ada.getByRole('menuitem', { name: 'Mute…' }).click();
  await ada.getByRole('menuitem', { name: 'Always' }).click();
  await row(ada, 'Kitchen').getByText('Muted').waitFor({ state: 'attached' });
  // Rooms that were never looked into count as well.
  const waits = () => ada.locator('.tab[aria-current] .badge > [aria-hidden]').allTextContents();
  const before = await waits();
  await tell(fang, rooms[1], 'dessert');
  await row(ada, 'dessert').locator('.badge', { hasText: '1' }).waitFor();
  assert.deepEqual(await waits(), before, 'nothing more that waits');
  assert.equal(await ada.locator('.elsewhere').count(), 0);
  await choose(ada, 'Kitchen', 'Unmute');
  // Something was said since, and is to be heard now.
  await row(ada, 'Kitchen').waitFor({ state: 'detached' });
  await ada.getByRole('button', { name: 'All', exact: true }).click();
  await row(ada, 'dessert').waitFor();
  assert.equal(Number(await waits()), Number(before) + 1);
});

test('a few letters lead to any conversation or person, by keyboard alone', async () => {
  await ada.keyboard.press('Control+k');
  const field = ada.getByPlaceholder('Find a conversation or a person');
  await field.waitFor();
  await field.fill('电梯');
  await ada.getByRole('option').filter({ hasText: '电梯维修' }).waitFor();
  await ada.keyboard.press('Enter');
  await ada.getByRole('heading', { name: '电梯维修' }).waitFor();
  await ada.keyboard.press('Control+k');
  await field.fill('wf');
  await ada.getByRole('option').filter({ hasText: '王芳' }).waitFor();
  await looked(ada, 'laptop/en-light/switcher');
  await ada.keyboard.press('Enter');
  await ada.getByRole('heading', { name: '王芳' }).waitFor();
  await ada.keyboard.press('Control+k');
  await field.waitFor();
  await ada.keyboard.press('ArrowDown');
  await ada.keyboard.press('Escape');
  await field.waitFor({ state: 'detached' });
  await ada.goto(`${box.origin}/#/`);
});

test('a row is drawn aside by a finger, and held for its menu', async () => {
  await fang.goto(`${box.origin}/#/`);
  await row(fang, 'Garden').waitFor();
  const touch = await fang.context().newCDPSession(fang);
  const draw = async (name, by) => {
    const { x, y, width, height } = await row(fang, name).boundingBox();
    const at = (part) => [{ x: x + width / 2 + by * part, y: y + height / 2 }];
    await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: at(0) });
    for (let step = 1; step <= 5; step++) await touch.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: at(step / 5) });
    await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  };
  await draw('Garden', 120);
  await row(fang, 'Garden').getByText('Marked as unread').waitFor({ state: 'attached' });
  await draw('Garden', -40);
  await draw('Garden', -120);
  await row(fang, 'Garden').waitFor({ state: 'detached' });
  assert.match(fang.url(), /#\/$/, 'nothing was opened');
  await fang.getByRole('button', { name: 'Archive', exact: true }).click();
  await draw('Garden', -120);
  await fang.getByText('Nothing here').waitFor();
  await fang.getByRole('button', { name: 'All', exact: true }).click();
  const { x, y } = await row(fang, 'Garden').boundingBox();
  await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [{ x: x + 40, y: y + 20 }] });
  await fang.getByRole('menuitem', { name: 'Pin' }).waitFor();
  await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  await looked(fang, 'phone/en-light/room-menu');
  await fang.getByRole('menuitem', { name: 'Pin' }).tap();
  await row(fang, 'Garden').getByText('Pinned').waitFor({ state: 'attached' });
});

test('the menu opens and closes by keyboard, and the focus is back where it was', async () => {
  await row(ada, 'Cellar').focus();
  await ada.keyboard.press('Shift+F10');
  await ada.getByRole('menu', { name: 'Conversation options' }).waitFor();
  await looked(ada, 'laptop/en-light/room-menu');
  await ada.keyboard.press('Escape');
  assert.match(await ada.evaluate(() => document.activeElement.textContent), /Cellar/);
});

for (const [name, locale, colorScheme] of [['zh-dark', 'zh-CN', 'dark'], ['en-light', 'en', 'light']]) {
  test(`looks well in ${name}`, async () => {
    for (const [device, width] of [['phone', 390], ['narrow', 320]]) {
      const page = await person(browser, { ...LAPTOP, viewport: { width, height: 720 } }, { locale, colorScheme, storageState: await ada.context().storageState() });
      await page.goto(`${box.origin}/#/`);
      await row(page, 'Cellar').waitFor();
      await looked(page, `${device}/${name}/rooms-list`);
      assert.deepEqual(await tooSmall(page), []);
      assert.deepEqual(await tooWide(page), []);
      await page.context().close();
    }
  });
}

test('nothing went wrong in the pages', () => {
  assert.deepEqual([...ada.problems, ...fang.problems], []);
});
