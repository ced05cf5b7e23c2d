// Another box answers at the same address. If this fails, its people are offered what others typed for the box before, or
// say it in their own name.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Box } from './harness/box.js';
import { launch, LAPTOP, person } from './harness/browser.js';
import { claim, enterPassword, myId, said, say } from './harness/people.js';

let box;
let browser;
let page;

before(async () => {
  box = await Box.start();
  browser = await launch();
  page = await person(browser, LAPTOP);
  await claim(page, box, { name: 'Ada', boxName: 'Garden House' });
});

after(async () => {
  await browser?.close();
  await box?.remove();
});

const composer = () => page.getByPlaceholder('Message');
const everything = () => page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));

test('the open page begins afresh by itself, and says nothing to the new box', async () => {
  const room = page.url();
  const old = await myId(page);
  await say(page, 'hello, old box');
  await said(page, 'hello, old box').waitFor();
  await box.kill();
  await say(page, 'never sent');
  await composer().fill('never finished');
  assert.match(await everything(), /never sent.*never finished|never finished.*never sent/);
  await box.empty();
  await page.getByRole('heading', { name: 'Set up this box' }).waitFor();

  await claim(page, box, { name: 'Bea', boxName: 'Workshop' });
  // The new owner has the old one's number, and the room has the old room's: it is by these that things are kept.
  assert.deepEqual([await myId(page), page.url()], [old, room]);
  assert.equal(await composer().inputValue(), '');
  await say(page, 'hello, new box');
  await said(page, 'hello, new box').waitFor();
  assert.equal(await page.getByText('never sent').count(), 0);
  const log = await page.evaluate(async (id) => (await fetch(`/api/v1/rooms/${id}/events`)).text(), room.match(/\d+$/)[0]);
  assert.ok(!log.includes('never'), log);
});

test('a box that was reset is another one, and a half sentence of its old people is never shown', async () => {
  await composer().fill('for the old people');
  await page.goto(`${box.origin}/#/box/reset`);
  await page.getByLabel('Type “Workshop”').fill('Workshop');
  const all = page.getByRole('button', { name: 'Delete everything' });
  box.forgetOutput();
  await all.click();
  // Without a question the password was entered a moment ago.
  const asked = page.getByRole('dialog', { name: 'Is it really you?' });
  const fresh = page.getByRole('heading', { name: 'Set up this box' });
  await asked.or(fresh).waitFor();
  if (await asked.isVisible()) await enterPassword(page);
  await fresh.waitFor({ timeout: 30_000 });
  await claim(page, box, { name: 'Cai', boxName: 'Third House' });
  assert.equal(await composer().inputValue(), '');
  assert.deepEqual(page.problems, []);
});
