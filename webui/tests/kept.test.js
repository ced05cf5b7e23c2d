// How long messages are kept. If this fails, somebody loses what they were never told they would lose, or reads on a screen
// what the box has promised to forget.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join as path } from 'node:path';
import { before, test } from 'node:test';
import { looked, person, PHONE } from './harness/browser.js';
import { adaAndFang } from './harness/house.js';
import { enterPassword, said, say } from './harness/people.js';

let box;
let browser;
let ada;
let fang;
let home;

const house = adaAndFang();
before(async () => {
  ({ box, browser, ada, fang, home } = await house());
  await say(fang, 'of long ago');
  await said(fang, 'of long ago').waitFor();
  await box.kill();
  // What was said until now was said forty days ago.
  const older = 'import sqlite3, sys; db = sqlite3.connect(sys.argv[1]); db.execute("UPDATE events SET at = at - 40 * 86400000"); db.commit()';
  execFileSync('python3', ['-c', older, path(box.folder, 'data', 'imd.db')]);
  await box.run();
  await fang.getByText('No connection to the box').waitFor({ state: 'detached' });
  await say(fang, 'of today');
  await said(fang, 'of today').waitFor();
});

test('an admin is told what would be lost before it is', async () => {
  await ada.goto(`${box.origin}/#/box/storage`);
  await ada.getByLabel('Messages are kept for').selectOption({ label: '30 days' });
  await ada.getByRole('button', { name: 'Change how long' }).click();
  await enterPassword(ada);
  const sure = ada.getByRole('dialog', { name: /^Delete messages from before/ });
  await sure.getByText(/everyone loses \d messages and 0 files/).waitFor();
  await looked(ada, 'laptop/en-light/box-keep-sure');
  await sure.getByRole('button', { name: 'Cancel' }).click();
  await ada.reload();
  assert.equal(await ada.getByLabel('Messages are kept for').inputValue(), '0', 'nothing was set');
  await ada.getByLabel('Messages are kept for').selectOption({ label: '30 days' });
  await ada.getByRole('button', { name: 'Change how long' }).click();
  await sure.getByRole('button', { name: 'Delete them' }).click();
  await ada.getByText('Saved', { exact: true }).waitFor();
  await said(fang, 'of long ago').waitFor();
});

test('what was kept long enough goes from the box and from every screen', async () => {
  await box.kill();
  await box.run();
  await said(fang, 'of long ago').waitFor({ state: 'detached' });
  await said(fang, 'of today').waitFor();
  await say(fang, 'and on');
  await said(fang, 'and on').waitFor();
  await looked(fang, 'phone/en-light/room-kept');
  await ada.reload();
  await ada.getByText(/^On .* messages and 0 files were deleted\.$/).waitFor();
  await ada.getByLabel('Messages are kept for').scrollIntoViewIfNeeded();
  await looked(ada, 'laptop/en-light/box-keep');
});

test('everybody sees how long messages are kept, and a room may forget sooner', async () => {
  await fang.getByRole('link', { name: 'Details' }).or(fang.getByRole('button', { name: 'Details' })).first().click();
  await fang.getByText('Deleted after 30 days, with their files').waitFor();
  await ada.goto(`${home}/edit`);
  await ada.getByLabel('Messages are kept for').selectOption({ label: '7 days' });
  await ada.getByLabel('Messages are kept for').scrollIntoViewIfNeeded();
  const offered = await ada.getByLabel('Messages are kept for').locator('option').allTextContents();
  assert.deepEqual(offered, ['Same as the box: 30 days', '1 day', '7 days']);
  await looked(ada, 'laptop/en-light/room-keep');
  await ada.getByRole('button', { name: 'Change how long' }).click();
  await ada.getByText('Saved', { exact: true }).waitFor();
  // Without a reload.
  await fang.getByText('Deleted after 7 days, with their files').waitFor();
  await fang.getByText('Deleted after 7 days, with their files').scrollIntoViewIfNeeded();
  await looked(fang, 'phone/en-light/details-kept');
});

test('in Chinese and at night, too', async () => {
  const night = { locale: 'zh-CN', colorScheme: 'dark', storageState: await ada.context().storageState() };
  const wang = await person(browser, PHONE, night);
  await wang.goto(`${box.origin}/#/box/storage`);
  await wang.getByLabel('消息保留').selectOption({ label: '1 天' });
  await wang.getByLabel('消息保留').scrollIntoViewIfNeeded();
  await looked(wang, 'phone/zh-dark/box-keep');
  await wang.goto(`${home}/edit`);
  await wang.getByLabel('消息保留').scrollIntoViewIfNeeded();
  await looked(wang, 'phone/zh-dark/room-keep');
  await wang.goto(`${box.origin}/#/box/audit`);
  await wang.getByText('到期的消息已自动删除', { exact: false }).waitFor();
  await looked(wang, 'phone/zh-dark/box-audit-kept');
  await wang.context().close();
});

test('nothing went wrong in either page', () => {
  assert.deepEqual(ada.problems, []);
  assert.deepEqual(fang.problems, []);
});
