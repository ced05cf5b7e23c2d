// Every owner's password is lost, and somebody holds the box. If this fails, a household has to start all over.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join as path } from 'node:path';
import { before, test } from 'node:test';
import { promisify } from 'node:util';
import { BINARY } from './harness/box.js';
import { LAPTOP, looked, person, PHONE } from './harness/browser.js';
import { adaAndFang } from './harness/house.js';

let box;
let browser;
let ada;
let fang;

const house = adaAndFang({ name: 'Ada Lovelace', device: PHONE, as: { locale: 'zh-CN' } });
before(async () => {
  ({ box, browser, ada, fang } = await house());
});

/** At the box's own console. */
async function reopen() {
  const { stdout } = await promisify(execFile)(BINARY, ['admin', '--data', path(box.folder, 'data'), 'claim', 'reopen', '--json']);
  return JSON.parse(stdout).code;
}

test('an owner without a device gets in with the code from the box, and everyone is told', async () => {
  const phone = await person(browser, PHONE);
  await phone.goto(`${box.origin}/#/claim`);
  await phone.getByLabel('Claim code').fill('AAAA-AAAA');
  await phone.getByRole('button', { name: 'Next' }).click();
  await phone.getByText('The box is not open for this now').waitFor();
  const code = await reopen();
  await phone.goto(`${box.origin}/`);
  await phone.reload();
  await phone.getByRole('link', { name: 'I have the code from the box' }).click();
  await phone.getByLabel('Claim code').fill('AAAA-AAAA');
  await phone.getByRole('button', { name: 'Next' }).click();
  await phone.getByText('That is not the code').waitFor();
  await phone.getByLabel('Claim code').fill(code.toLowerCase());
  await looked(phone, 'phone/en-light/box-again-code');
  await phone.getByRole('button', { name: 'Next' }).click();
  await phone.getByRole('radio', { name: /^I am Ada Lovelace/ }).waitFor();
  await phone.getByLabel('New password', { exact: true }).fill('a new long password');
  await looked(phone, 'phone/en-light/box-again-who');
  await phone.getByRole('button', { name: 'Get in' }).click();
  await phone.getByRole('heading', { name: 'Chats' }).waitFor();
  assert.equal(await phone.evaluate(async () => (await (await fetch('/api/v1/me')).json()).user.role), 'owner');
  await fang.getByText('Ada Lovelace 凭盒子上的认领码成为所有者').waitFor();
  await fang.getByText('15 分钟内').waitFor();
  await looked(fang, 'phone/zh-light/room-told-of-owner');
  assert.deepEqual(phone.problems, []);
});

test('by the code that the screen shows, somebody becomes an owner beside her', async () => {
  const code = await reopen();
  const heir = await person(browser, LAPTOP, { locale: 'zh-CN', colorScheme: 'dark' });
  await heir.goto(`${box.origin}/#/claim/${code}`);
  await heir.getByRole('button', { name: '下一步' }).click();
  await heir.getByRole('radio', { name: /^我是别人/ }).check();
  await heir.getByLabel('你叫什么').fill('李雷');
  await heir.getByLabel('新密码', { exact: true }).fill('a new long password');
  await looked(heir, 'laptop/zh-dark/box-again-who');
  await heir.getByRole('button', { name: '进入', exact: true }).click();
  await heir.waitForFunction(async () => {
    const answer = await fetch('/api/v1/me');
    return answer.ok && (await answer.json()).user.role === 'owner';
  });
  assert.equal(await ada.evaluate(async () => (await (await fetch('/api/v1/me')).json()).user.role), 'owner');
  assert.deepEqual([...heir.problems, ...ada.problems, ...fang.problems], []);
});
