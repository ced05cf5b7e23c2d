// Calling each other by name. If this fails, somebody is called and does not see it, or calls somebody else.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { looked, PHONE, person, shot } from './harness/browser.js';
import { tooSmall, tooWide } from './harness/fit.js';
import { adaAndFang } from './harness/house.js';
import { join, said, say } from './harness/people.js';

const settings = '[limits]\nmessages_per_minute_per_user = 1000000\nhttp_requests_per_minute_per_address = 1000000';
const open = adaAndFang({ settings });
let house;
let marta;
before(async () => {
  house = await open();
  marta = await person(house.browser, PHONE, { locale: 'zh-CN' });
  const door = await person(house.browser, PHONE);
  await join(door, house.link, 'Marta Kowalska');
  await marta.context().addCookies((await door.context().storageState()).cookies);
  await door.context().close();
});

const composer = (page) => page.locator('.composer-text');
const options = (page) => page.getByRole('listbox').getByRole('option');
const names = (page) => options(page).locator('.option-name').allTextContents();
const at = (page, room) => page.goto(`${house.box.origin}/#/${room}`);

async function type(page, text) {
  await composer(page).focus();
  await page.keyboard.type(text);
}

/** Says many things without the page. */
async function fill(page, room, count) {
  await page.evaluate(
    async ([room, count]) => {
      for (let n = 0; n < count; n++) {
        const body = JSON.stringify({ client_id: `fill-${room}-${n}-${Math.random()}`, text: `line ${n}` });
        await fetch(`/api/v1/rooms/${room}/messages`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
      }
    },
    [room, count],
  );
}

test('who is meant is chosen by the first letters, by the keyboard alone', async () => {
  const { ada } = house;
  await at(ada, 'room/1');
  await type(ada, 'Look @wf');
  await options(ada).filter({ hasText: '王芳' }).waitFor();
  assert.deepEqual(await names(ada), ['王芳']);
  assert.equal(await composer(ada).getAttribute('aria-activedescendant'), await options(ada).first().getAttribute('id'));
  await ada.keyboard.press('Enter');
  assert.equal(await composer(ada).inputValue(), 'Look @wang-fang ');
  await ada.getByRole('listbox').waitFor({ state: 'detached' });
  await type(ada, 'here');
  await ada.keyboard.press('Enter');
  await said(ada, 'Look @王芳 here').waitFor();
});

test('arrows go through the names, Escape leaves what was typed, Tab takes one', async () => {
  const { ada } = house;
  await type(ada, 'Thanks @');
  await options(ada).nth(3).waitFor();
  assert.deepEqual((await names(ada)).slice(-2), ['Everyone in this room', 'Everyone who is online'], 'the owner may call everybody');
  await looked(ada, 'mentions/typing-laptop');
  await ada.keyboard.press('ArrowUp');
  assert.equal(await options(ada).last().getAttribute('aria-selected'), 'true');
  await ada.keyboard.press('ArrowDown');
  assert.equal(await options(ada).first().getAttribute('aria-selected'), 'true');
  await ada.keyboard.press('Escape');
  await ada.getByRole('listbox').waitFor({ state: 'detached' });
  assert.equal(await composer(ada).inputValue(), 'Thanks @');
  await type(ada, 'm');
  assert.equal(await ada.getByRole('listbox').count(), 0, 'it stays away from this one');
  await ada.keyboard.press('Enter');
  await said(ada, 'Thanks @m').waitFor();
  await type(ada, '@kow');
  await options(ada).first().waitFor();
  await ada.keyboard.press('Tab');
  assert.equal(await composer(ada).inputValue(), '@marta-kowalska ');
  assert.ok(await composer(ada).evaluate((area) => area === document.activeElement));
  await composer(ada).fill('');
});

test('who is called sees so in the list of rooms, in the message, and in a list of its own', async () => {
  const { ada, fang } = house;
  await at(fang, '');
  await say(ada, 'nothing for anybody');
  await say(ada, '@wang-fang, please bring the ladder. Ask @marta-kowalska for the key; mail a@wang-fang.org');
  await fang.locator('.badge-at').waitFor();
  await looked(fang, 'mentions/rooms-phone');
  await fang.getByRole('link', { name: /Garden House/ }).click();
  const message = said(fang, 'bring the ladder');
  await message.waitFor();
  assert.deepEqual(await message.locator('.mention').allTextContents(), ['@王芳', '@Marta Kowalska']);
  assert.equal(await message.locator('.mention-mine').textContent(), '@王芳');
  assert.ok(await message.evaluate((row) => row.classList.contains('message-calls')));
  await looked(fang, 'mentions/message-phone');
  await fang.getByRole('link', { name: 'Back' }).click();
  await fang.locator('.rooms .row').first().waitFor();
  await fang.locator('.badge-at').waitFor({ state: 'detached' });
  await fang.getByRole('link', { name: 'Mentions' }).click();
  const hits = fang.locator('.hit');
  await hits.nth(1).waitFor();
  assert.deepEqual(await hits.locator('mark').allTextContents(), ['@王芳', '@王芳']);
  assert.match(await hits.first().textContent(), /@Marta Kowalska/);
  await looked(fang, 'mentions/list-phone');
  await hits.first().click();
  await fang.locator('li[data-found]', { hasText: 'bring the ladder' }).waitFor();
  await fang.getByRole('link', { name: 'Back' }).click();
  await hits.first().waitFor();
});

test('a name follows whoever bears it, and leads to them', async () => {
  const { ada, fang } = house;
  // By another device of hers.
  await fang.evaluate(() => fetch('/api/v1/me', { method: 'PATCH', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ name: '王小芳', handle: 'fangfang' }) }));
  const name = said(ada, 'bring the ladder').locator('.mention').first();
  await ada.waitForFunction(() => document.querySelector('.mention')?.textContent === '@王小芳');
  await name.click();
  await ada.getByRole('heading', { name: '王小芳' }).first().waitFor();
});

test('everybody is offered only to whom the room lets', async () => {
  const { ada, fang } = house;
  await at(fang, 'room/1');
  await type(fang, '@all');
  // The list is there and knows nobody; what is typed is a word.
  await fang.waitForFunction(() => document.querySelector('.composer [role=status]'));
  assert.equal(await options(fang).count(), 0);
  await composer(fang).fill('');
  await at(fang, '');
  await at(ada, 'room/1');
  await say(ada, '@all the water is off at six');
  await fang.locator('.badge-at').waitFor();
  await at(ada, 'room/1/edit');
  await ada.getByRole('group', { name: 'Who may call everyone (@all)' }).getByLabel('All members').check();
  await at(fang, 'room/1');
  await said(fang, 'water is off').waitFor();
  await type(fang, '@al');
  await options(fang).filter({ hasText: 'Everyone in this room' }).waitFor();
  await looked(fang, 'mentions/typing-phone');
  await options(fang).first().click();
  assert.equal(await composer(fang).inputValue(), '@all ');
  await composer(fang).fill('');
});

test('a press leads to what was said to me among much else', async () => {
  const { ada, fang } = house;
  await at(fang, 'room/1');
  await said(fang, 'water is off').waitFor();
  await fill(ada, 1, 60);
  await said(fang, 'line 59').waitFor();
  await at(fang, '');
  await fill(ada, 1, 60);
  await at(ada, 'room/1');
  await say(ada, '@fangfang deep inside');
  await said(ada, 'deep inside').waitFor();
  await fill(ada, 1, 60);
  await fang.locator('.badge-at').waitFor();
  // Opened at what is new: what calls her is further down.
  await fang.getByRole('link', { name: /Garden House/ }).click();
  const jump = fang.getByRole('button', { name: 'To the next mention' });
  await jump.waitFor();
  await looked(fang, 'mentions/jump-phone');
  await jump.click();
  await fang.locator('li[data-found]', { hasText: 'deep inside' }).waitFor();
  await jump.waitFor({ state: 'detached' });
});

test('in Chinese, on a narrow screen, nothing is lost', async () => {
  const { box, fang, ada } = house;
  await say(ada, '请@marta-kowalska看一下，谢谢');
  await marta.setViewportSize({ width: 320, height: 640 });
  await marta.goto(`${box.origin}/#/room/1`);
  // Much is unread: the room opens where reading stopped.
  await marta.locator('.talk-down').click();
  const message = said(marta, '看一下');
  await message.waitFor();
  assert.equal(await message.locator('.mention-mine').textContent(), '@Marta Kowalska');
  await type(marta, '@');
  await options(marta).nth(1).waitFor();
  assert.deepEqual([await tooWide(marta), await tooSmall(marta)], [[], []]);
  await shot(marta, 'mentions/zh-320');
  await marta.keyboard.press('Escape');
  await marta.goto(`${box.origin}/#/mentions`);
  await marta.locator('.hit').first().waitFor();
  await looked(marta, 'mentions/list-zh-320');
  assert.deepEqual([...ada.problems, ...fang.problems, ...marta.problems], []);
});
