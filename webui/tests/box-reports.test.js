// A message is reported. If this fails, somebody who is pestered has nobody to turn to.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { LAPTOP, looked as lookedAt, person, PHONE } from './harness/browser.js';
import { tooSmall } from './harness/fit.js';
import { adaAndFang } from './harness/house.js';
import { hold, join, myId, picture, said, say } from './harness/people.js';

let box;
let browser;
let ada;
let fang;
let bo;

const house = adaAndFang({ as: { locale: 'zh-CN', colorScheme: 'dark' } });
before(async () => {
  const made = await house();
  ({ box, browser, ada, fang } = made);
  bo = await person(browser, PHONE);
  await join(bo, made.link, 'Bo');
});

const looked = async (page, name) => {
  await lookedAt(page, name);
  assert.deepEqual(await tooSmall(page), []);
};

test('whoever reports is told what the admins will see', async () => {
  await say(bo, 'you are all fools');
  await said(bo, 'you are all fools').waitFor();
  const message = said(fang, 'you are all fools');
  await message.waitFor();
  await hold(fang, message);
  await fang.getByRole('menuitem', { name: '举报' }).click();
  await fang.getByText('这个聊天室里的其他内容他们看不到').waitFor();
  await fang.getByText('Bo 不会被告知').waitFor();
  await fang.getByLabel('哪里不妥').fill('总是这样');
  await looked(fang, 'phone/zh-dark/report');
  await fang.getByRole('dialog').getByRole('button', { name: '举报' }).click();
  await fang.getByText('谢谢').waitFor();
});

test('an admin finds it, warns, deletes, and sees what was done', async () => {
  await ada.goto(`${box.origin}/#/box`);
  await ada.getByRole('link', { name: 'Box 1 thing needs attention' }).waitFor();
  await ada.goto(`${box.origin}/#/box/security`);
  await ada.getByRole('link', { name: /Reported messages/ }).click();
  await ada.getByText('you are all fools', { exact: true }).waitFor();
  await looked(ada, 'laptop/en-light/box-reports');
  await ada.getByRole('button', { name: 'Warn' }).click();
  await looked(ada, 'laptop/en-light/box-reports-warn');
  await ada.getByRole('dialog').getByRole('button', { name: 'Send' }).click();
  await ada.getByText('Nothing to look at').waitFor();
  await ada.getByText('warned', { exact: true }).waitFor();
  await ada.goto(`${box.origin}/#/box`);
  await ada.getByRole('link', { name: 'Box', exact: true }).waitFor();
  await bo.goto(`${box.origin}/#/`);
  await bo.locator('.rooms').getByRole('link', { name: /^Ada/ }).click();
  await said(bo, 'Please keep it friendly here.').waitFor();

  await bo.getByPlaceholder('Message').fill('and you most of all');
  await bo.getByRole('button', { name: 'Send' }).click();
  await said(bo, 'and you most of all').waitFor();
  await ada.goto(`${box.origin}/#/`);
  await ada.locator('.rooms a.row', { hasText: 'and you most of all' }).click();
  const message = said(ada, 'and you most of all');
  await message.waitFor();
  await message.getByRole('button', { name: 'Message options' }).click();
  await ada.getByRole('menuitem', { name: 'Report' }).click();
  await ada.getByText('Only the two of you know this message', { exact: false }).waitFor();
  await looked(ada, 'laptop/en-light/report-direct');
  await ada.getByRole('dialog').getByRole('button', { name: 'Report' }).click();
  await ada.getByText('Thank you.', { exact: false }).waitFor();
  await ada.goto(`${box.origin}/#/box/reports`);
  await ada.getByText('Bo can guess who reported it', { exact: false }).waitFor();
  await looked(ada, 'laptop/en-light/box-reports-direct');
  await ada.getByRole('button', { name: 'Delete the message' }).click();
  await ada.getByRole('dialog').getByRole('button', { name: 'Delete the message' }).click();
  await ada.getByText('Nothing to look at').waitFor();
  await bo.getByText('and you most of all').waitFor({ state: 'detached' });
  await ada.setViewportSize(PHONE.viewport);
  await looked(ada, 'phone/en-light/box-reports-answered');
  const night = await person(browser, PHONE, { locale: 'zh-CN', colorScheme: 'dark', storageState: await ada.context().storageState() });
  await night.goto(`${box.origin}/#/box/reports`);
  await night.getByText('已处理').first().waitFor();
  await looked(night, 'phone/zh-dark/box-reports-answered');
  await night.context().close();
});

test('what was sent with it is looked at, and who reported it leaves the answer to somebody else', async () => {
  for (const page of [bo, fang]) {
    await page.goto(`${box.origin}/#/`);
    await page.locator('.rooms a', { hasText: 'Garden House' }).click();
  }
  const note = { name: 'what I think of you.txt', mimeType: 'text/plain', buffer: Buffer.from('rude bytes') };
  await bo.locator('input[type=file][multiple]').setInputFiles([picture('one.png', [186, 120, 74], 600), picture('two.png', [70, 104, 150], 600), note]);
  await say(bo, 'look at this');
  const message = said(fang, 'look at this');
  await message.waitFor();
  await hold(fang, message);
  await fang.getByRole('menuitem', { name: '举报' }).click();
  await fang.getByRole('dialog').getByRole('button', { name: '举报' }).click();
  await fang.getByText('谢谢').waitFor();
  const status = await ada.evaluate(async (id) => {
    const body = JSON.stringify({ role: 'admin' });
    return (await fetch(`/api/v1/users/${id}`, { method: 'PATCH', headers: { 'Content-Type': 'application/json' }, body })).status;
  }, await myId(fang));
  assert.equal(status, 200);

  await ada.setViewportSize(LAPTOP.viewport);
  await ada.goto(`${box.origin}/#/box/security`);
  await ada.getByRole('link', { name: /Reported messages/ }).click();
  await ada.getByText('look at this', { exact: true }).waitFor();
  await ada.waitForFunction(() => [...document.querySelectorAll('.report-photos img')].filter((image) => image.naturalWidth > 0).length === 2);
  const saved = ada.locator('.report-said a.file');
  assert.equal(await ada.evaluate(async (url) => (await fetch(url)).text(), await saved.getAttribute('href')), 'rude bytes');
  await looked(ada, 'laptop/en-light/box-reports-files');
  await fang.goto(`${box.origin}/#/box/reports`);
  await fang.getByText('由其他管理这个盒子的人处理', { exact: false }).waitFor();
  assert.equal(await fang.getByRole('button', { name: '删除消息' }).count(), 0);
  await fang.waitForFunction(() => [...document.querySelectorAll('.report-photos img')].every((image) => image.naturalWidth > 0));
  await looked(fang, 'phone/zh-dark/box-reports-files');

  await ada.getByRole('button', { name: 'Delete the message' }).click();
  await ada.getByRole('dialog').getByRole('button', { name: 'Delete the message' }).click();
  await ada.getByText('Files: one.png, two.png, what I think of you.txt').waitFor();
  assert.equal(await ada.locator('.report-photos').count(), 0);
  for (const page of [ada, fang, bo]) assert.deepEqual(page.problems, []);
});
