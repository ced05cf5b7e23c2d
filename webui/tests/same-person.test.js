// One person, many addresses and devices. If this fails, somebody is a stranger in their own house.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Box, NAME } from './harness/box.js';
import { launch, LAPTOP, person, PHONE } from './harness/browser.js';
import { claim, enterPassword, invite, join, myId, myName, said, say } from './harness/people.js';

const OLD = '127.0.0.1';
const NEW = '127.0.0.2';

let box;
let browser;
let ada;
let fang;
let fangId;

const at = (host) => `http://${host}:${box.port}`;

before(async () => {
  box = await Box.start({ addresses: [OLD, NEW] });
  browser = await launch(NEW);
  ada = await person(browser, LAPTOP);
  fang = await person(browser, PHONE);
  await claim(ada, box, { name: 'Ada', boxName: 'Garden House' });
  const link = await invite(ada, box);
  await join(fang, link.replace(box.origin, at(OLD)), '王芳');
  await say(fang, 'I came by the IP address');
  await said(fang, 'I came by the IP address').waitFor();
  fangId = await myId(fang);
});

after(async () => {
  await browser?.close();
  await box?.remove();
});

test('moving to the name keeps the person and the device', async () => {
  await fang.goto(`${at(OLD)}/#/me/addresses`);
  await fang.locator('.row', { hasText: NAME }).getByRole('button', { name: 'Open there' }).click();
  await fang.waitForURL((url) => url.hostname === NAME && !url.hash.includes('ticket'));
  await fang.getByPlaceholder('Message').waitFor();
  assert.equal(await myId(fang), fangId);
  await fang.goto(`${box.origin}/#/me/devices`);
  await fang.getByText('This device').waitFor();
  assert.equal(await fang.locator('.card .row').count(), 1);
});

test('after the box changed its IP an admin says "same person", and they are', async () => {
  await box.kill();
  await box.run([NEW]);
  const phone = await person(browser, PHONE);
  await phone.goto(at(NEW));
  await phone.getByRole('link', { name: 'I was here before' }).click();
  await phone.getByLabel('The name you used then').fill('王芳');
  await phone.getByRole('button', { name: 'Ask to join' }).click();
  await phone.getByRole('heading', { name: 'Hello 王芳' }).waitFor();

  await ada.goto(`${box.origin}/#/people`);
  await ada.getByRole('link', { name: 'Waiting to join' }).click();
  await ada.getByText('I was here before').waitFor();
  await ada.getByRole('button', { name: 'The same person as…' }).click();
  await ada.getByRole('dialog').getByRole('button', { name: /王芳/ }).click();
  // The box was restarted since it was entered: whoever says this gives somebody's rooms away.
  await enterPassword(ada);

  await phone.getByRole('link', { name: /^Garden House/ }).click();
  await said(phone, 'I came by the IP address').locator('xpath=self::*[contains(@class, "message-mine")]').waitFor();
  assert.equal(await myId(phone), fangId);
  await phone.context().close();
});

test('a second device signs in by the code of the first, once the first says yes', async () => {
  await fang.goto(`${box.origin}/#/me/ticket`);
  const link = await fang.locator('.share-link').textContent();
  const laptop = await person(browser, LAPTOP);
  await laptop.goto(link);
  await laptop.getByText('Confirm on your other device').waitFor();
  await fang.getByRole('button', { name: "Yes, that's me" }).click();
  await laptop.getByRole('heading', { name: 'Chats' }).waitFor();
  assert.equal(await myId(laptop), fangId);

  await fang.goto(`${box.origin}/#/me/devices`);
  const others = fang.locator('.card .row', { has: fang.getByRole('button', { name: 'Sign out' }) });
  await others.first().waitFor();
  for (let left = await others.count(); left > 0; left--) {
    await others.first().getByRole('button', { name: 'Sign out' }).click();
    await fang.getByRole('dialog').getByRole('button', { name: 'Sign out' }).click();
    await fang.waitForFunction((n) => document.querySelectorAll('.card .row').length === n, left);
  }
  await laptop.getByText('This device was signed out.').waitFor();
  await laptop.context().close();
});

test('a sign-in that the first device refuses is told so', async () => {
  await fang.goto(`${box.origin}/#/me/ticket`);
  const link = await fang.locator('.share-link').textContent();
  const stranger = await person(browser, LAPTOP);
  await stranger.goto(link);
  await fang.getByRole('dialog').getByRole('button', { name: 'No', exact: true }).click();
  await stranger.getByText('Your other device declined.').waitFor();
  await stranger.context().close();
});

test('an admin hands a sign-in code to somebody who lost everything', async () => {
  await ada.goto(`${box.origin}/#/people/${fangId}`);
  await ada.getByRole('button', { name: 'Sign-in code' }).click();
  const link = await ada.locator('.share-link').textContent();
  const phone = await person(browser, PHONE);
  await phone.goto(link);
  await phone.getByPlaceholder('Message').waitFor();
  assert.equal(await myId(phone), fangId);
  await phone.context().close();
});

test('a password brings back who has one', async () => {
  await fang.goto(`${box.origin}/#/me/password`);
  await fang.getByLabel('New password').fill('correct horse battery');
  await fang.getByRole('button', { name: 'Save' }).click();
  await fang.getByText('Saved').waitFor();
  const phone = await person(browser, PHONE);
  await phone.goto(`${box.origin}/#/returning`);
  await phone.getByLabel('Name or username').fill('王芳');
  await phone.getByLabel('Password', { exact: true }).fill('wrong horse');
  await phone.getByRole('button', { name: 'Sign in' }).click();
  await phone.getByText('Name and password do not match.').waitFor();
  await phone.getByLabel('Password', { exact: true }).fill('correct horse battery');
  await phone.getByRole('button', { name: 'Sign in' }).click();
  await phone.getByPlaceholder('Message').waitFor();
  assert.equal(await myName(phone), '王芳');
  await phone.context().close();
});

test('who types the address asks, and comes in when an admin lets them', async () => {
  const tom = await person(browser, PHONE);
  await tom.goto(box.origin);
  await tom.getByLabel('What should people call you?').fill('Tom');
  await tom.getByRole('button', { name: 'Ask to join' }).click();
  await tom.getByRole('heading', { name: 'Hello Tom' }).waitFor();
  await ada.goto(`${box.origin}/#/requests`);
  await ada.getByRole('button', { name: 'Let in' }).click();
  await tom.getByRole('link', { name: /^Garden House/ }).waitFor();
  await tom.context().close();
});

test('an in-app browser makes no account, and keeps the invite in its link', async () => {
  const link = await invite(ada, box);
  const wechat = await person(browser, PHONE, {
    userAgent: 'Mozilla/5.0 (Linux; Android 12) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/107.0 Mobile Safari/537.36 MicroMessenger/8.0.40',
  });
  await wechat.goto(link);
  await wechat.getByRole('heading', { name: 'Open this in your browser' }).waitFor();
  assert.equal(await wechat.locator('.frame-link').textContent(), link);
  assert.equal(await wechat.getByRole('textbox').count(), 0);
  await wechat.context().close();
});
