// Two people of one name in one house. If this fails, somebody writes to the wrong one.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { axe, LAPTOP, looked, person, PHONE, settled, shot } from './harness/browser.js';
import { tooWide } from './harness/fit.js';
import { freshBox } from './harness/house.js';
import { claim, invite, join, myId, said, say } from './harness/people.js';

/** As long as a name may be: the end of a line must not be the end of the difference. */
const LONG = 'Maximiliane Wilhelmine von und zu Hohenlohe-Langenburg-Schwarzen';

let box;
let browser;
let ada;
let first;
let second;
let link;

const house = freshBox();
before(async () => {
  ({ box, browser } = await house());
  ada = await person(browser, LAPTOP);
  await claim(ada, box, { name: 'Ada', boxName: 'Garden House' });
  link = await invite(ada, box);
  first = await person(browser, PHONE);
  await join(first, link, 'Борис Орлов');
});

test('who has a name alone is called by it alone', async () => {
  await say(first, 'Alone so far');
  await ada.goto(`${box.origin}/#/`);
  await ada.locator('.row', { hasText: 'Garden House' }).first().click();
  await said(ada, 'Alone so far').waitFor();
  assert.equal(await said(ada, 'Alone so far').locator('.bubble-name').textContent(), 'Борис Орлов');
});

test('from the moment another comes by it both are told apart, in what was said before as well', async () => {
  second = await person(browser, PHONE);
  await join(second, link, 'Борис Орлов');
  await say(second, 'I am the other one');
  await said(ada, 'I am the other one').waitFor();
  const nameOver = (text) => said(ada, text).locator('.bubble-name').textContent();
  await said(ada, 'Alone so far').locator('.bubble-name', { hasText: '@' }).waitFor();
  const names = [await nameOver('Alone so far'), await nameOver('I am the other one')];
  assert.match(names[0], /^Борис Орлов \(@[a-z0-9-]+\)$/);
  assert.match(names[1], /^Борис Орлов \(@[a-z0-9-]+\)$/);
  assert.notEqual(names[0], names[1]);
  await looked(ada, 'namesakes-room-laptop');
  await said(first, 'I am the other one').waitFor();
  await looked(first, 'namesakes-room-phone');
});

test('so they are among the members, in the list of rooms, and where one writes to one of them', async () => {
  const other = await myId(second);
  for (const device of [ada, first]) {
    await device.goto(`${box.origin}/#/people/${other}`);
    await device.getByRole('button', { name: 'Write a message' }).click();
    await device.getByPlaceholder('Message').waitFor();
    await say(device, 'Which of you are you?');
    await device.locator('.room-name .called-beside', { hasText: '@' }).waitFor();
  }
  await first.goto(`${box.origin}/#/`);
  await first.locator('.rooms .row .called-beside', { hasText: '@' }).waitFor();
  await looked(first, 'namesakes-list-phone');
  await looked(ada, 'namesakes-direct-laptop');
  await ada.goto(`${box.origin}/#/room/1/details`);
  const beside = ada.locator('.card .row-note', { hasText: '@' });
  await beside.nth(1).waitFor();
  const marks = await beside.allTextContents();
  assert.equal(new Set(marks).size, 2, String(marks));
  await looked(ada, 'namesakes-members-laptop');
});

test('in both languages, and where the name fills the line', async () => {
  for (const name of [LONG, LONG]) await join(await person(browser, PHONE), link, name);
  const phone = await person(browser, PHONE, { locale: 'zh-CN', storageState: await first.context().storageState() });
  await phone.goto(`${box.origin}/#/room/1/details`);
  const beside = phone.locator('.card .row-note', { hasText: '@' });
  await beside.nth(3).waitFor();
  await settled(phone);
  for (const mark of await beside.all()) {
    const seen = await mark.evaluate((element) => {
      const box = element.getBoundingClientRect();
      return { left: box.left, right: box.right, width: box.width, screen: innerWidth };
    });
    assert.ok(seen.width > 40 && seen.left >= 0 && seen.right <= seen.screen, JSON.stringify(seen));
  }
  assert.deepEqual(await tooWide(phone), []);
  await shot(phone, 'namesakes-members-phone-zh');
  assert.deepEqual(await axe(phone), []);
  await phone.goto(`${box.origin}/#/people`);
  await phone.locator('.row', { hasText: LONG }).filter({ hasText: '@' }).nth(1).waitFor();
  await phone.goto(`${box.origin}/#/room/1`);
  const name = said(phone, 'I am the other one').locator('.bubble-name');
  await name.waitFor();
  assert.match(await name.textContent(), /^Борис Орлов（@[a-z0-9-]+）$/);
  await settled(phone);
  await shot(phone, 'namesakes-room-phone-zh');
});

test('nothing went wrong in any of these pages', () => {
  for (const page of [ada, first, second]) assert.deepEqual(page.problems, []);
});
