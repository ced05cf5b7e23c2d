// Starring messages for oneself. If this fails, somebody does not find again what they marked.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { looked, shot } from './harness/browser.js';
import { tooSmall } from './harness/fit.js';
import { adaAndFang } from './harness/house.js';
import { hold, said, say } from './harness/people.js';

const open = adaAndFang();
let house;
before(async () => (house = await open()));

test('a message is starred by its menu, shown so on all of one’s pages and on nobody else’s', async () => {
  const { ada, fang, box } = house;
  await ada.goto(`${box.origin}/#/room/1`);
  await say(ada, 'The code of the gate is on the back of the plan.');
  await say(ada, 'Bread is in the kitchen.');
  const other = await fang.context().newPage();
  await other.goto(`${box.origin}/#/room/1`);
  await fang.goto(`${box.origin}/#/room/1`);
  const message = said(fang, 'code of the gate');
  await message.waitFor();
  await said(other, 'code of the gate').waitFor();
  await hold(fang, message);
  await shot(fang, 'stars/menu-phone');
  await fang.getByRole('menuitem', { name: 'Star', exact: true }).click();
  await message.locator('.bubble-star').waitFor();
  await said(other, 'code of the gate').locator('.bubble-star').waitFor();
  await looked(fang, 'stars/room-phone');
  assert.equal(await ada.locator('.bubble-star').count(), 0);
  await other.close();
});

test('what is starred is found under Me, leads to the message, and goes when the star is taken away', async () => {
  const { fang, box } = house;
  await fang.goto(`${box.origin}/#/me`);
  await fang.getByRole('link', { name: 'Starred' }).click();
  await fang.locator('.hit', { hasText: 'code of the gate' }).waitFor();
  assert.equal(await fang.locator('.hit').count(), 1);
  await looked(fang, 'stars/list-phone');
  await fang.locator('.hit').click();
  const message = fang.locator('li[data-found]', { hasText: 'code of the gate' });
  await message.waitFor();
  await hold(fang, said(fang, 'code of the gate'));
  await fang.getByRole('menuitem', { name: 'Remove star' }).click();
  await fang.locator('.bubble-star').waitFor({ state: 'detached' });
  await fang.getByRole('link', { name: 'Back' }).click();
  await fang.getByText('Nothing starred yet').waitFor();
  assert.deepEqual(await tooSmall(fang), []);
  await looked(fang, 'stars/none-phone');
});

test('it is there again after the page was closed', async () => {
  const { ada, fang, box } = house;
  await ada.locator('li.message[data-seq]', { hasText: 'Bread' }).hover();
  await said(ada, 'Bread').getByRole('button', { name: 'Message options' }).click();
  await ada.getByRole('menuitem', { name: 'Star', exact: true }).click();
  await said(ada, 'Bread').locator('.bubble-star').waitFor();
  await ada.reload();
  await said(ada, 'Bread').locator('.bubble-star').waitFor();
  await ada.goto(`${box.origin}/#/starred`);
  await ada.locator('.hit', { hasText: 'Bread' }).waitFor();
  await looked(ada, 'stars/list-laptop');
  assert.deepEqual([...ada.problems, ...fang.problems], []);
});
