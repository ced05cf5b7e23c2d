// The admin keeps the house in order. If this fails, somebody who should be out is in, or somebody's words are lost unasked.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { LAPTOP, looked, person, PHONE } from './harness/browser.js';
import { adaAndFang } from './harness/house.js';
import { join, myId, said, say } from './harness/people.js';

let box;
let browser;
let ada;
let fang;
let marta;
let link;

const house = adaAndFang({ name: 'Ada Lovelace', device: PHONE });
before(async () => {
  ({ box, browser, ada, fang, link } = await house());
  marta = await person(browser, LAPTOP);
  await join(marta, link, 'Marta');
});

const open = async (page, path) => page.goto(`${box.origin}/#/box${path}`);
const press = (page, name) => page.getByRole('button', { name, exact: true }).click();
const agree = (page, name) => page.getByRole('dialog').getByRole('button', { name, exact: true }).click();

test('somebody is found, made an admin, and sees the box’s tab at once', async () => {
  await open(ada, '/people');
  await ada.getByLabel('Search people').fill('王');
  await ada.getByRole('link', { name: /王芳/ }).click();
  await ada.getByRole('radio', { name: /^Admin/ }).click();
  await ada.getByText('Saved').waitFor();
  await fang.goto(`${box.origin}/#/`);
  await fang.getByRole('link', { name: /^Box/ }).waitFor();
  await ada.getByRole('radio', { name: /^Member/ }).click();
  await fang.getByRole('link', { name: /^Box/ }).waitFor({ state: 'detached' });
});

test('the last owner can’t give the box away by mistake', async () => {
  await open(ada, `/people/${await myId(ada)}`);
  await ada.getByText('This is you.').waitFor();
  assert.equal(await ada.getByRole('button', { name: 'Remove' }).count(), 0);
});

test('a lost phone is signed out, and the person comes back by a code', async () => {
  const id = await myId(fang);
  await open(ada, `/people/${id}`);
  await ada.getByRole('button', { name: 'Sign out', exact: true }).click();
  await looked(ada, 'phone/en-light/box-sign-out');
  await agree(ada, 'Sign out');
  await ada.getByText('None.').waitFor();
  await fang.getByText('This device was signed out.').waitFor();
  await press(ada, 'Sign-in code');
  const link = await ada.locator('.share-link').textContent();
  await looked(ada, 'phone/en-light/box-sign-in-code');
  await ada.getByRole('button', { name: 'Close' }).click();
  await fang.goto(`${box.origin}/${link.slice(link.indexOf('#'))}`);
  await fang.getByPlaceholder('Message').waitFor();
  assert.equal(await myId(fang), id);
});

test('a device that nobody knows is found among everybody’s, and signed out', async () => {
  const old = await person(browser, PHONE);
  await join(old, link, 'Otto');
  await open(ada, '/security');
  await ada.getByRole('link', { name: /Everybody’s devices/ }).click();
  await ada.getByRole('link', { name: 'Marta', exact: true }).waitFor();
  await looked(ada, 'phone/en-light/box-sessions');
  const night = { locale: 'zh-CN', colorScheme: 'dark' };
  const wang = await person(browser, LAPTOP, { ...night, storageState: await ada.context().storageState() });
  await wang.goto(`${box.origin}/#/box/sessions`);
  await wang.getByRole('link', { name: 'Otto', exact: true }).waitFor();
  await looked(wang, 'laptop/zh-dark/box-sessions');
  await wang.context().close();
  await ada.getByLabel('Search people').fill('ott');
  await ada.getByRole('link', { name: 'Marta', exact: true }).waitFor({ state: 'detached' });
  await press(ada, 'Sign out');
  await agree(ada, 'Sign out');
  await ada.getByText('No device found.').waitFor();
  await old.getByText('This device was signed out.').waitFor();
  await old.context().close();
});

test('who is suspended is out until they are let back', async () => {
  await open(ada, `/people/${await myId(fang)}`);
  await press(ada, 'Suspend');
  await agree(ada, 'Suspend');
  await fang.getByRole('heading', { name: 'You are suspended' }).waitFor();
  await press(ada, 'Let back in');
  await ada.getByRole('button', { name: 'Suspend', exact: true }).waitFor();
  await fang.getByRole('button', { name: 'Try again' }).click();
  await fang.getByRole('link', { name: /^Garden House/ }).click();
  await fang.getByPlaceholder('Message').waitFor();
});

test('who is removed is asked about, and their words stay if that is wanted', async () => {
  await say(marta, 'The ladder is in the cellar');
  await said(fang, 'The ladder').waitFor();
  await open(ada, `/people/${await myId(marta)}`);
  await press(ada, 'Remove');
  await ada.getByText('They are signed out everywhere and leave all rooms for good.', { exact: false }).waitFor();
  await looked(ada, 'phone/en-light/box-remove');
  await agree(ada, 'Remove');
  await ada.getByText('Marta has been removed.').waitFor();
  await marta.getByLabel('What should people call you?').waitFor();
  await said(fang, 'The ladder').waitFor();
  await ada.getByRole('radio', { name: 'Removed' }).check();
  await ada.getByRole('main').getByRole('link', { name: /Marta/ }).waitFor();
});

test('many people come from a table, each line with its answer', async () => {
  await open(ada, '/import');
  const picker = ada.locator('input[type=file]');
  await picker.setInputFiles({ name: 'people.xlsx', mimeType: 'text/csv', buffer: Buffer.from('PK\x03\x04\x00\x00') });
  await ada.locator('.field-error').waitFor();
  const csv = 'name,handle,role\n李雷,li-lei,member\nBob,,king\nKim,kim,guest\n';
  await picker.setInputFiles({ name: 'people.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
  await ada.getByText('2 people can be added').waitFor();
  await ada.getByText('There is no such role.', { exact: false }).waitFor();
  await looked(ada, 'phone/en-light/box-import-checked');
  await press(ada, 'Add 2 people');
  await ada.getByText('2 people were added').waitFor();
  await open(ada, '/people');
  await ada.getByRole('link', { name: /李雷/ }).waitFor();
});

test('a room is archived, opened again, given away and deleted, with what is lost said first', async () => {
  await ada.goto(`${box.origin}/#/new`);
  await ada.getByLabel('Name', { exact: true }).fill('Saturday bakers');
  await ada.locator('.picker .row', { hasText: '王芳' }).click();
  await press(ada, 'Create');
  await ada.getByPlaceholder('Message').waitFor();
  await say(ada, 'Bread at nine');
  await said(ada, 'Bread').waitFor();
  await open(ada, '/rooms');
  await ada.getByRole('link', { name: /Saturday bakers/ }).click();
  await press(ada, 'Archive');
  await agree(ada, 'Archive');
  await ada.getByText('This room is archived').waitFor();
  await press(ada, 'Reopen');
  await ada.getByText('This room is archived').waitFor({ state: 'detached' });
  await press(ada, 'Hand over to…');
  await ada.getByRole('dialog').getByRole('button', { name: /王芳/ }).click();
  await ada.locator('.fact', { hasText: 'Owned by' }).getByText('王芳').waitFor();
  await press(ada, 'Delete');
  await ada.getByText(/Everything in it is lost/).waitFor();
  await looked(ada, 'phone/en-light/box-room-delete');
  await agree(ada, 'Delete');
  await ada.getByText('Saturday bakers has been deleted.').waitFor();
  assert.equal(await ada.getByRole('link', { name: /Saturday bakers/ }).count(), 0);
});

test('nothing went wrong in any page', () => {
  for (const page of [ada, fang, marta]) assert.deepEqual(page.problems, []);
});
