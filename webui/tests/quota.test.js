// How much one person may store. If this fails, one person fills the box, or sends a file again and again and is not told why
// it never comes.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { looked, person, PHONE } from './harness/browser.js';
import { adaAndFang } from './harness/house.js';
import { myId, said, say } from './harness/people.js';

const file = (name, bytes) => ({ name, mimeType: 'application/octet-stream', buffer: Buffer.alloc(bytes, 7) });

let box;
let browser;
let ada;
let fang;

const house = adaAndFang();
before(async () => {
  ({ box, browser, ada, fang } = await house());
});

test('an admin says how much one person may store', async () => {
  await ada.goto(`${box.origin}/#/box/storage`);
  await ada.getByLabel('Files per person').selectOption({ label: 'At most 100 MB' });
  await ada.getByLabel('Kept free for chat').selectOption({ label: '500 MB' });
  await ada.getByRole('button', { name: 'Save', exact: true }).click();
  await ada.getByText('Saved', { exact: true }).waitFor();
  await ada.reload();
  await ada.getByText('When less than 500 MB is free', { exact: false }).waitFor();
  await ada.getByLabel('Files per person').scrollIntoViewIfNeeded();
  await looked(ada, 'laptop/en-light/box-storage-limits');
});

test('who has stored that much is told so, and their words go through', async () => {
  await limit(1 << 20);
  await send('small.bin', 900_000, 'it fits');
  await said(fang, 'it fits').waitFor();
  await send('film.bin', 6 << 20, 'the whole film');
  await fang.getByText('You have stored as much as one person may', { exact: false }).waitFor();
  await looked(fang, 'phone/en-light/room-quota');
  await say(fang, 'then words');
  await said(fang, 'then words').waitFor();
  await limit(100_000_000);
  await fang.getByRole('button', { name: 'Try again' }).click();
  await said(fang, 'the whole film').waitFor();
});

test('everybody sees what they have stored, and the admin what each has', async () => {
  const id = await myId(fang);
  await fang.goto(`${box.origin}/#/me`);
  await fang.getByText('7.2 MB of 100 MB').waitFor();
  await looked(fang, 'phone/en-light/me-files');
  await ada.goto(`${box.origin}/#/box/people/${id}`);
  await ada.getByText('7.2 MB of 100 MB').waitFor();
  await looked(ada, 'laptop/en-light/box-person-files');
  const night = { locale: 'zh-CN', colorScheme: 'dark' };
  const wang = await person(browser, PHONE, { ...night, storageState: await ada.context().storageState() });
  await wang.goto(`${box.origin}/#/box/storage`);
  await wang.getByLabel('每个人的文件').scrollIntoViewIfNeeded();
  await looked(wang, 'phone/zh-dark/box-storage-limits');
  await wang.goto(`${box.origin}/#/me`);
  await wang.getByText('我的文件').waitFor();
  await looked(wang, 'phone/zh-dark/me-files');
  await wang.context().close();
});

test('an admin lets one person store more than everybody', async () => {
  const id = await myId(fang);
  await ada.goto(`${box.origin}/#/box/people/${id}`);
  await ada.getByLabel('Storage limit').selectOption({ label: 'At most 500 MB' });
  await ada.getByText('7.2 MB of 500 MB').waitFor();
  await looked(ada, 'laptop/en-light/box-person-quota');
  const night = { locale: 'zh-CN', colorScheme: 'dark' };
  const wang = await person(browser, PHONE, { ...night, storageState: await ada.context().storageState() });
  await wang.goto(`${box.origin}/#/box/people/${id}`);
  await wang.getByLabel('可存储的文件').scrollIntoViewIfNeeded();
  await looked(wang, 'phone/zh-dark/box-person-quota');
  await wang.context().close();
  await fang.reload();
  await fang.getByText('7.2 MB of 500 MB').waitFor();
  await ada.getByLabel('Storage limit').selectOption({ label: 'Same as everybody' });
  await ada.getByText('7.2 MB of 100 MB').waitFor();
});

test('nothing went wrong in either page', () => {
  assert.deepEqual(ada.problems, []);
  assert.deepEqual(fang.problems, []);
});

async function send(name, bytes, words) {
  await fang.locator('input[type=file][multiple]').setInputFiles([file(name, bytes)]);
  await say(fang, words);
}

/** Less than the page offers: a test has no time for more. */
async function limit(quota) {
  const status = await ada.evaluate(async (quota_bytes) => {
    const { limits } = await (await fetch('/api/v1/admin/storage')).json();
    const body = JSON.stringify({ ...limits, quota_bytes });
    return (await fetch('/api/v1/admin/storage/limits', { method: 'PUT', headers: { 'Content-Type': 'application/json' }, body })).status;
  }, quota);
  assert.equal(status, 200);
}
