// Two people in one house. If this fails, somebody loses a message, a photo, or the way in.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { LAPTOP, person, PHONE } from './harness/browser.js';
import { freshBox } from './harness/house.js';
import { allSaid, claim, invite, join, picture, said, say } from './harness/people.js';

let box;
let browser;
let ada;
let fang;

const house = freshBox();
before(async () => {
  ({ box, browser } = await house());
  ada = await person(browser, LAPTOP);
  fang = await person(browser, PHONE);
});

test('the owner claims the box with the code from its console', async () => {
  await claim(ada, box, { name: 'Ada', boxName: 'Garden House' });
  assert.equal(await ada.evaluate(() => window.isSecureContext), false, 'the page must prove itself without a secure context');
  await ada.getByRole('heading', { name: 'Chats' }).waitFor();
});

test('a second person comes in by the link of an invite', async () => {
  await join(fang, await invite(ada, box), '王芳');
  assert.equal(await fang.evaluate(() => window.isSecureContext), false);
  await ada.goto(`${box.origin}/#/people`);
  await ada.getByRole('link', { name: '王芳' }).waitFor();
});

test('they talk both ways', async () => {
  await openHome(ada);
  await say(ada, 'Hello 王芳');
  await said(fang, 'Hello 王芳').waitFor();
  await say(fang, '你好！');
  await said(ada, '你好！').waitFor();
});

test('what arrives while another room is open is counted, and read when it is opened', async () => {
  await fang.goto(`${box.origin}/#/`);
  await say(ada, 'Are you there?');
  await fang.locator('.rooms .badge', { hasText: '1' }).waitFor();
  await openHome(fang);
  await said(fang, 'Are you there?').waitFor();
  await said(ada, 'Are you there?').locator('.receipt-read').waitFor();
});

test('photos arrive as thumbnails and open in full', async () => {
  await fang.locator('input[type=file][multiple]').setInputFiles([picture('red.png', [200, 40, 40], 900), picture('blue.png', [40, 40, 200])]);
  await say(fang, 'two photos');
  const photos = said(ada, 'two photos').locator('.photo img');
  await photos.nth(1).waitFor();
  await ada.waitForFunction(() => [...document.querySelectorAll('.photo img')].every((image) => image.complete && image.naturalWidth > 0));
  await photos.first().click();
  await ada.locator('.viewer-photo:not(.viewer-loading)').waitFor();
  assert.equal(await ada.locator('.viewer-photo').evaluate((image) => image.naturalWidth), 900);
  await ada.keyboard.press('ArrowRight');
  await ada.locator('.viewer-photo[alt="blue.png"]').waitFor();
  await ada.keyboard.press('Escape');
  await ada.locator('.viewer').waitFor({ state: 'detached' });
});

test('a file arrives with its name and its bytes', async () => {
  await ada.locator('input[type=file][multiple]').setInputFiles([{ name: '说明 1.txt', mimeType: 'text/plain', buffer: Buffer.from('line one') }]);
  await ada.getByRole('button', { name: 'Send' }).click();
  const row = fang.locator('.file', { hasText: '说明 1.txt' });
  await row.waitFor();
  const bytes = await fang.evaluate(async (href) => (await fetch(href)).text(), await row.getAttribute('href'));
  assert.equal(bytes, 'line one');
});

test('the plug is pulled in the middle: what was typed meanwhile is sent later, nothing is missing or twice', async () => {
  await say(ada, 'before the cut');
  await said(fang, 'before the cut').waitFor();
  await box.kill();
  await ada.getByText('No connection to the box').waitFor();
  await say(ada, 'typed in the dark 1');
  await say(ada, 'typed in the dark 2');
  await fang.getByPlaceholder('Message').fill('half a thought');
  await fang.reload().catch(() => undefined);
  await box.run(['127.0.0.1']);
  await ada.getByText('No connection to the box').waitFor({ state: 'detached' });
  await said(ada, 'typed in the dark 2').waitFor();
  await fang.goto(box.origin);
  await openHome(fang);
  await said(fang, 'typed in the dark 2').waitFor();
  assert.equal(await fang.getByPlaceholder('Message').inputValue(), 'half a thought', 'the draft is still there');
  const expected = ['Hello 王芳', '你好！', 'Are you there?', 'two photos', 'before the cut', 'typed in the dark 1', 'typed in the dark 2'];
  assert.deepEqual(await allSaid(fang), expected);
  assert.deepEqual(await allSaid(ada), expected);
});

test('after closing the laptop everything is still there', async () => {
  await ada.goto('about:blank');
  await ada.goto(box.origin);
  await openHome(ada);
  await said(ada, 'typed in the dark 2').waitFor();
  assert.equal((await allSaid(ada)).length, 7);
});

test('two tabs of one person say everything once and agree on what was read', async () => {
  const tab = await ada.context().newPage();
  await tab.goto(box.origin);
  await tab.locator('.rooms a', { hasText: 'Garden House' }).click();
  await said(tab, 'typed in the dark 2').waitFor();
  await box.kill();
  await tab.getByText('No connection to the box').waitFor();
  await say(ada, 'from one tab');
  await say(tab, 'from the other tab');
  await box.run(['127.0.0.1']);
  for (const page of [ada, tab, fang]) for (const text of ['from one tab', 'from the other tab']) await said(page, text).waitFor();
  await say(fang, 'who is there?');
  await tab.goto(`${box.origin}/#/people`);
  await said(ada, 'who is there?').waitFor();
  await tab.close();
  assert.equal((await allSaid(fang)).filter((text) => text.startsWith('from ')).length, 2);
  assert.deepEqual(await allSaid(ada), await allSaid(fang));
});

test('a message that is deleted is gone for both', async () => {
  await said(ada, 'typed in the dark 1').hover();
  await said(ada, 'typed in the dark 1').getByRole('button', { name: 'Message options' }).click();
  await ada.getByRole('menuitem', { name: 'Delete' }).click();
  await ada.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await said(fang, 'Message deleted').waitFor();
  assert.equal(await said(fang, 'typed in the dark 1').count(), 0);
});

test('nothing went wrong in either page', () => {
  assert.deepEqual(ada.problems, []);
  assert.deepEqual(fang.problems, []);
});

async function openHome(page) {
  await page.goto(`${box.origin}/#/`);
  await page.locator('.rooms a', { hasText: 'Garden House' }).click();
  await page.getByPlaceholder('Message').waitFor();
}
