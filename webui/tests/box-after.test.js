// What happened to the box while nobody looked: an update that was put back, a card that was mended. If this fails, an admin
// wonders why the box is as it was, or trusts a card that is about to die.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Box } from './harness/box.js';
import { launch, LAPTOP, looked, person, PHONE } from './harness/browser.js';
import { claim } from './harness/people.js';

let box;
let browser;
let ada;

before(async () => {
  box = await Box.start();
  browser = await launch();
  ada = await person(browser, PHONE);
  await claim(ada, box, { name: 'Ada Lovelace', boxName: 'Garden House' });
});

after(async () => {
  await browser?.close();
  await box?.remove();
});

const open = (page, path) => page.goto(`${box.origin}/#/box${path}`);
const press = (page, name) => page.getByRole('button', { name, exact: true }).click();
/** The same page on a laptop, in Chinese and dark. */
const inChinese = async (path, ready, name) => {
  const options = { locale: 'zh-CN', colorScheme: 'dark', storageState: await ada.context().storageState() };
  const page = await person(browser, LAPTOP, options);
  await open(page, path);
  await page.getByText(ready).first().waitFor();
  await looked(page, `laptop/zh-dark/${name}`);
  assert.deepEqual(page.problems, []);
  await page.context().close();
};

test('an update that was put back is said to be, with its reason, until it was read', async () => {
  await open(ada, '/updates');
  const file = { name: 'broken-network.raucb', mimeType: 'application/octet-stream', buffer: Buffer.alloc(100_000, 1) };
  await ada.locator('input[type=file]').setInputFiles(file);
  await press(ada, 'Install');
  await ada.getByText('Version 9.9.9 is installed').waitFor({ timeout: 60_000 });
  await press(ada, 'Restart the box');
  await ada.getByText('The box is restarting').waitFor();
  await open(ada, '/power');
  await open(ada, '/updates');
  await ada.getByText('Version 9.9.9 was undone').waitFor();
  await ada.getByText('could not be reached at any address that worked before').waitFor();
  await looked(ada, 'phone/en-light/box-update-put-back');
  await inChinese('/updates', '之前能用的地址上都连不上', 'box-update-put-back');

  await open(ada, '');
  await press(ada, 'Check now');
  const note = ada.locator('.callout', { hasText: 'Version 9.9.9 was undone' });
  await note.getByText('could not be reached').waitFor();
  await looked(ada, 'phone/en-light/box-home-put-back');
  await note.getByRole('button', { name: 'I have read it' }).click();
  await note.waitFor({ state: 'detached' });
  await press(ada, 'Check now');
  await ada.getByText('There is no backup yet').waitFor();
  assert.equal(await note.count(), 0);
});

test('a card that was mended is said to be, until it was read', async () => {
  await ada.evaluate(() =>
    fetch('/api/v1/admin/power', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"order":"shut_down"}' }),
  );
  await open(ada, '');
  await press(ada, 'Check now');
  const note = ada.locator('.callout', { hasText: 'The card was damaged and has been repaired' });
  await note.getByText('Nothing is known to be lost').waitFor();
  await looked(ada, 'phone/en-light/box-home-mended');
  await inChinese('', '存储卡损坏过', 'box-home-mended');
  await note.getByRole('button', { name: 'I have read it' }).click();
  await note.waitFor({ state: 'detached' });
  assert.deepEqual(ada.problems, []);
});
