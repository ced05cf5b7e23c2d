// What people feel about what was said. If this fails, a heart that was given is not seen, stays when it was taken back, or a room that
// many have liked opens with nothing in it.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { LAPTOP, looked, person, PHONE } from './harness/browser.js';
import { adaAndFang } from './harness/house.js';
import { tooSmall, tooWide } from './harness/fit.js';
import { hold, said, say } from './harness/people.js';

let box;
let browser;
let ada;
let fang;
let home;

const house = adaAndFang({ settings: '[limits]\nmessages_per_minute_per_user = 100000\nhttp_requests_per_minute_per_address = 100000' });
before(async () => {
  ({ box, browser, ada, fang, home } = await house());
  await ada.goto(home);
  await fang.goto(home);
  await ada.getByPlaceholder('Message').waitFor();
});

const chip = (page, text, emoji) => said(page, text).locator('.reaction', { hasText: emoji });
const count = (page, text, emoji, n) => chip(page, text, emoji).locator('.reaction-count', { hasText: new RegExp(`^${n}$`) });

async function menuOf(page, text) {
  await said(page, text).hover();
  await said(page, text).getByRole('button', { name: 'Message options' }).click();
  return page.getByRole('menu');
}

test('one of six at hand is seen by both at once, and a press on it is one more', async () => {
  await say(ada, 'The lift works again.');
  await said(fang, 'The lift works again.').waitFor();
  await hold(fang, said(fang, 'The lift works again.'));
  await looked(fang, 'phone/en-light/reactions-menu');
  await fang.getByRole('menuitemcheckbox', { name: '❤️' }).click();
  await count(fang, 'The lift works again.', '❤️', 1).waitFor();
  await count(ada, 'The lift works again.', '❤️', 1).waitFor();
  assert.equal(await chip(fang, 'The lift', '❤️').getAttribute('aria-pressed'), 'true');
  assert.equal(await chip(ada, 'The lift', '❤️').getAttribute('aria-pressed'), 'false');
  await chip(ada, 'The lift', '❤️').click();
  for (const page of [ada, fang]) await count(page, 'The lift', '❤️', 2).waitFor();
  // And a press again takes it back.
  await chip(fang, 'The lift', '❤️').tap();
  for (const page of [ada, fang]) await count(page, 'The lift', '❤️', 1).waitFor();
  await ada.reload();
  await count(ada, 'The lift', '❤️', 1).waitFor();
  assert.equal(await chip(ada, 'The lift', '❤️').getAttribute('aria-pressed'), 'true');
});

test('any other is found by a word of either language, by keyboard alone, and is at hand the next time', async () => {
  await said(ada, 'The lift').focus();
  await ada.keyboard.press('Enter');
  await ada.getByRole('menu').waitFor();
  await ada.keyboard.press('ArrowUp');
  assert.equal(await ada.evaluate(() => document.activeElement.getAttribute('aria-label')), 'More emoji');
  await ada.keyboard.press('Enter');
  const search = ada.getByRole('searchbox', { name: 'Search emoji' });
  await search.waitFor();
  await looked(ada, 'laptop/en-light/emoji');
  await ada.keyboard.type('rocket');
  await ada.getByRole('button', { name: 'rocket', exact: true }).waitFor();
  await ada.keyboard.press('Enter');
  await count(ada, 'The lift', '🚀', 1).waitFor();
  await count(fang, 'The lift', '🚀', 1).waitFor();
  assert.equal(await ada.evaluate(() => document.activeElement.closest('li.message')?.textContent.includes('The lift')), true, 'the keyboard is back where it was');

  await ada.keyboard.press('Enter');
  await ada.keyboard.press('ArrowUp');
  await ada.keyboard.press('Enter');
  await ada.getByRole('group', { name: 'Recently used' }).getByRole('button', { name: 'rocket' }).waitFor();
  await search.fill('庆祝');
  const found = ada.locator('.emoji-one');
  await found.filter({ hasText: '🎉' }).waitFor();
  await search.press('ArrowDown');
  await ada.keyboard.press('ArrowRight');
  await ada.keyboard.press('ArrowLeft');
  assert.equal(await found.first().evaluate((one) => one === document.activeElement), true);
  await ada.keyboard.press('ArrowUp');
  await ada.keyboard.type('没有这个表情');
  await ada.getByText('No emoji found').waitFor();
  await ada.keyboard.press('Escape');
  await ada.getByRole('dialog').waitFor({ state: 'detached' });
});

test('who it was is told, by holding a reaction or from the menu', async () => {
  const menu = await menuOf(ada, 'The lift');
  await menu.getByRole('menuitem', { name: 'Who reacted' }).click();
  const who = ada.getByRole('dialog', { name: 'Reactions' });
  await who.getByText('Ada (you)').first().waitFor();
  assert.equal(await who.locator('.row').count(), 1);
  await who.locator('.row', { hasText: '❤️ 🚀' }).waitFor();
  await looked(ada, 'laptop/en-light/who-reacted');
  await ada.keyboard.press('Escape');
  const { x, y, width, height } = await chip(fang, 'The lift', '🚀').boundingBox();
  const touch = await fang.context().newCDPSession(fang);
  await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [{ x: x + width / 2, y: y + height / 2 }] });
  const held = fang.getByRole('dialog', { name: 'Reactions' });
  await held.locator('.row').first().waitFor();
  await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  await held.getByText('Ada').first().waitFor();
  assert.equal(await fang.getByRole('menu').count(), 0, 'the message itself is not meant');
  await looked(fang, 'phone/en-light/who-reacted');
  await held.getByRole('button', { name: 'Close' }).click();
  await count(fang, 'The lift', '🚀', 1).waitFor();
});

test('what the box refuses is taken back, and said why', async () => {
  await say(ada, 'a popular message');
  await said(fang, 'a popular message').waitFor();
  await react(ada, 'a popular message', ['😀', '😁', '😂', '😃', '😄']);
  for (const emoji of ['😀', '😄']) await chip(fang, 'a popular message', emoji).waitFor();
  const menu = await menuOf(ada, 'a popular message');
  await menu.getByRole('menuitemcheckbox', { name: '🙏' }).click();
  await ada.getByText('room for 20 different emoji').waitFor();
  await chip(ada, 'a popular message', '🙏').waitFor({ state: 'detached' });
});

test('a reaction does not bring a room up, is not unread, and says nothing in the list', async () => {
  await fang.goto(`${box.origin}/#/`);
  const row = fang.locator('.rooms a', { hasText: 'Garden House' });
  await row.getByText('a popular message').waitFor();
  await react(ada, 'The lift', ['🎉']);
  await say(ada, 'and a word');
  await row.locator('.badge [aria-hidden]', { hasText: /^1$/ }).waitFor();
  await row.getByText('and a word').waitFor();
  await react(ada, 'and a word', ['🎉']);
  await fang.reload();
  await row.getByText('and a word').waitFor();
  assert.equal(await row.locator('.badge [aria-hidden]').textContent(), '1');
});

test('a room that was liked five hundred times opens with what was said, and goes on', async () => {
  await react(ada, 'and a word', Array.from({ length: 250 }, () => ['👍', null]).flat());
  await fang.goto(home);
  await said(fang, 'and a word').waitFor();
  await said(fang, 'The lift').waitFor();
  await say(ada, 'after the flood');
  await said(fang, 'after the flood').waitFor();
  await say(fang, 'heard');
  await said(ada, 'heard').waitFor();
  await ada.reload();
  await said(ada, 'The lift').waitFor();
  await said(ada, 'heard').waitFor();
  // The same from the other side: they come while nobody looks, and are then too many to be told one by one.
  await fang.goto('about:blank');
  await react(ada, 'heard', Array.from({ length: 150 }, () => ['👍', null]).flat());
  await react(ada, 'heard', ['🔥']);
  await fang.goto(home);
  await count(fang, 'heard', '🔥', 1).waitFor();
});

test('a deleted message has none, and other languages, dark ground and large text show them as well', async () => {
  const menu = await menuOf(ada, 'a popular message');
  await menu.getByRole('menuitem', { name: 'Delete' }).click();
  await ada.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await said(fang, 'Message deleted').waitFor();
  assert.equal(await said(fang, 'Message deleted').locator('.reaction').count(), 0);
  await react(ada, 'The lift', ['👏', '👩🏽‍❤️‍💋‍👨🏿']);
  for (const [name, device, look] of [
    ['phone/zh-dark', PHONE, { locale: 'zh-CN', colorScheme: 'dark' }],
    ['laptop/zh-dark', LAPTOP, { locale: 'zh-CN', colorScheme: 'dark' }],
    ['phone/narrow', { ...PHONE, viewport: { width: 320, height: 700 } }, {}],
  ]) {
    const page = await person(browser, device, { ...look, storageState: await ada.context().storageState() });
    await page.goto(home);
    await chip(page, 'The lift', '🚀').waitFor();
    await looked(page, `${name}/reactions`);
    assert.deepEqual([...(await tooSmall(page)), ...(await tooWide(page))], []);
    await said(page, 'The lift').focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await page.locator('.emoji-one').first().waitFor();
    await looked(page, `${name}/emoji`);
    assert.deepEqual(await tooSmall(page), []);
    await page.context().close();
  }
});

test('every emoji there is to choose is one that the box takes', async () => {
  await ada.goto(home);
  const menu = await menuOf(ada, 'The lift');
  await menu.getByRole('menuitem', { name: 'More emoji' }).click();
  await ada.locator('.emoji-one').first().waitFor();
  const groups = await ada.locator('.emoji-group').count();
  assert.equal(groups, 10);
  const seen = [];
  for (let n = 1; n < groups; n++) {
    await ada.locator('.emoji-group').nth(n).click();
    seen.push(...(await ada.locator('.emoji-one > span').allTextContents()));
  }
  assert.ok(seen.length > 1_800, String(seen.length));
  const refused = await ada.evaluate(async (emoji) => {
    const room = /room\/(\d+)/.exec(location.hash)[1];
    const failed = [];
    for (const one of emoji) {
      // Asking who reacted with it refuses what is none, as reacting does.
      const { status } = await fetch(`/api/v1/rooms/${room}/messages/1/reactions?emoji=${encodeURIComponent(one)}`);
      if (status !== 200) failed.push(one);
    }
    return failed;
  }, seen);
  assert.deepEqual(refused, []);
});

test('nothing went wrong in either page', () => {
  assert.deepEqual(ada.problems, []);
  assert.deepEqual(fang.problems, []);
});

/** Reacts as the page's person does, one after the other; `null` takes the one before back. */
async function react(page, text, emoji) {
  const seq = Number(await said(page, text).first().getAttribute('data-seq'));
  const failed = await page.evaluate(
    async ({ seq, emoji }) => {
      const room = /room\/(\d+)/.exec(location.hash)[1];
      let before = '';
      for (const one of emoji) {
        const path = `/api/v1/rooms/${room}/messages/${seq}/reactions/${encodeURIComponent(one ?? before)}`;
        const { status } = await fetch(path, { method: one === null ? 'DELETE' : 'PUT' });
        if (status !== 204) return status;
        if (one !== null) before = one;
      }
      return null;
    },
    { seq, emoji },
  );
  assert.equal(failed, null);
}
