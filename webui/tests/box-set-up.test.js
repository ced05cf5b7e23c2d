// A fresh box finds its owner. If this fails, somebody unpacks a box and can't begin, or begins and loses what they typed.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { Box } from './harness/box.js';
import { axe, launch, LAPTOP, looked, person, PHONE, settled, shot } from './harness/browser.js';
import { OWNERS_PASSWORD } from './harness/people.js';

let box;
let browser;

before(async () => {
  browser = await launch();
});

afterEach(async () => {
  await box?.remove();
  box = null;
});

after(async () => {
  await browser?.close();
});

const press = (page, name) => page.getByRole('button', { name, exact: true }).click();
const title = (page, name) => page.getByRole('heading', { name }).waitFor();

test('a phone is led from the language to a poster, and in', async () => {
  box = await Box.start();
  const page = await person(browser, PHONE, { locale: 'zh-CN' });
  const began = Date.now();
  await page.goto(box.origin);
  await title(page, '设置这个盒子');
  await page.getByText('English', { exact: true }).last().click();
  await title(page, 'Set up this box');
  await press(page, 'Next');

  await title(page, 'Is it your box?');
  await page.getByLabel('Claim code', { exact: true }).fill('WRONGONE');
  await press(page, 'Next');
  // The box says no at once, before anybody has typed a password.
  await page.getByRole('alert').waitFor();
  await title(page, 'Is it your box?');
  assert.deepEqual(await axe(page), []);
  await page.getByLabel('Claim code', { exact: true }).fill((await box.claimCode()).toLowerCase());
  await press(page, 'Next');
  await title(page, 'Who are you?');
  await page.getByText('This connection is not encrypted').waitFor();
  await page.getByLabel('What should people call you?').fill('Ada');

  // A reload loses nothing but the password, which is kept nowhere.
  await page.reload();
  await title(page, 'Who are you?');
  assert.equal(await page.getByLabel('What should people call you?').inputValue(), 'Ada');
  assert.ok(!(await page.evaluate((secret) => JSON.stringify({ ...localStorage, ...sessionStorage }).includes(secret), OWNERS_PASSWORD)));
  await page.getByLabel('Password').fill(OWNERS_PASSWORD);
  await press(page, 'Next');

  await title(page, 'What is it called?');
  await page.getByRole('link', { name: 'Back' }).click();
  await title(page, 'Who are you?');
  await page.getByLabel('What should people call you?').fill('Ada Lovelace');
  await press(page, 'Next');
  await title(page, 'What is it called?');
  await page.getByLabel('Name of this box').fill('Garden House');
  await press(page, 'Next');

  await title(page, 'Who can join?');
  await page.reload();
  await page.getByText('Ask first').click();
  await looked(page, 'phone/en-light/box-set-up-door');
  await press(page, 'Next');

  await title(page, 'Invite people');
  const qr = page.locator('.poster img');
  await qr.waitFor();
  const first = await qr.getAttribute('src');
  await page.goBack();
  await title(page, 'Who can join?');
  assert.ok(await page.getByRole('radio', { name: /Ask first/ }).isChecked());
  await press(page, 'Next');
  await qr.waitFor();
  await page.reload();
  await qr.waitFor();
  assert.equal(await qr.getAttribute('src'), first, 'one poster, not one for each look at it');
  await looked(page, 'phone/en-light/box-set-up-poster');
  await press(page, 'Start');
  await page.getByPlaceholder('Message').waitFor();
  assert.ok(Date.now() - began < 120_000, 'under two minutes');

  await page.goto(`${box.origin}/#/`);
  await page.getByRole('link', { name: /^Garden House/ }).waitFor();
  const now = await page.evaluate(async () => (await fetch('/api/v1/box')).json());
  assert.equal(now.join_mode, 'approval');
  assert.equal(now.me.user.name, 'Ada Lovelace');
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test('the printed QR code brings its code along, and the keyboard alone is enough', async () => {
  box = await Box.start();
  const page = await person(browser, LAPTOP);
  await page.goto(`${box.origin}/#/claim/${await box.claimCode()}`);
  await title(page, 'Set up this box');
  await page.keyboard.press('Tab');
  await page.getByRole('button', { name: 'Next', exact: true }).focus();
  await page.keyboard.press('Enter');
  await title(page, 'Is it your box?');
  await page.keyboard.press('Enter');
  await title(page, 'Who are you?');
  await page.keyboard.type('Ada');
  await page.keyboard.press('Tab');
  await page.keyboard.type(OWNERS_PASSWORD);
  await page.keyboard.press('Enter');
  await title(page, 'What is it called?');
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('Workshop');
  await page.keyboard.press('Enter');
  await title(page, 'Who can join?');
  await settled(page);
  await shot(page, 'laptop/en-light/box-set-up-door');
  await page.getByRole('button', { name: 'Next', exact: true }).press('Enter');
  await page.locator('.poster img').waitFor();
  await settled(page);
  await shot(page, 'laptop/en-light/box-set-up-poster');
  await page.getByRole('button', { name: 'Start', exact: true }).press('Enter');
  await page.getByPlaceholder('Message').waitFor();
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test('whoever wrote the card chose the language of the first steps, and a person may choose another', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'imbox-card-'));
  try {
    await writeFile(join(folder, 'imbox.toml'), 'language = "zh"\n');
    box = await Box.start({ settings: `[claim]\npreset = "${join(folder, 'imbox.toml')}"` });
    const page = await person(browser, PHONE);
    await page.goto(box.origin);
    await title(page, '设置这个盒子');
    await page.getByText('English', { exact: true }).last().click();
    await title(page, 'Set up this box');
    await page.reload();
    await title(page, 'Set up this box');
    assert.deepEqual(page.problems, []);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
