// Changing what one has said. If this fails, a wrong time stays on the board, or what somebody was writing is lost to an edit.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { looked } from './harness/browser.js';
import { adaAndFang } from './harness/house.js';
import { hold, said, say } from './harness/people.js';

let ada;
let fang;
let box;
let home;

const house = adaAndFang();
before(async () => {
  ({ ada, fang, box, home } = await house());
  await ada.goto(home);
  await fang.goto(home);
  await ada.getByPlaceholder('Message').waitFor();
});

const field = (page) => page.getByPlaceholder('Message', { exact: true });

test('the last own message is edited from the keyboard, seen by both at once and after a reload', async () => {
  await say(ada, 'The plumber comes at nine');
  await said(fang, 'at nine').waitFor();
  await say(fang, 'Thank you');
  await said(ada, 'Thank you').waitFor();
  await field(ada).focus();
  await ada.keyboard.press('ArrowUp');
  await ada.getByRole('button', { name: "Don't edit" }).waitFor();
  assert.equal(await field(ada).inputValue(), 'The plumber comes at nine');
  await looked(ada, 'laptop/en-light/editing');
  await field(ada).fill('The plumber comes at eleven');
  await ada.keyboard.press('Enter');
  for (const page of [ada, fang]) {
    await said(page, 'at eleven').getByText('edited', { exact: true }).waitFor();
    assert.equal(await said(page, 'at nine').count(), 0);
  }
  assert.equal(await field(ada).inputValue(), '');
  await fang.reload();
  await said(fang, 'at eleven').getByText('edited', { exact: true }).waitFor();
  await fang.goto(`${box.origin}/#/`);
  await fang.goto(home);
});

test('what was being written is there again, and Escape changes nothing', async () => {
  await field(fang).fill('half a thought');
  await hold(fang, said(fang, 'Thank you'));
  await looked(fang, 'phone/en-light/edit-menu');
  await fang.getByRole('menuitem', { name: 'Edit', exact: true }).click();
  assert.equal(await field(fang).inputValue(), 'Thank you');
  await field(fang).fill('Thanks');
  await fang.keyboard.press('Escape');
  assert.equal(await field(fang).inputValue(), 'half a thought');
  await said(fang, 'Thank you').waitFor();
  await hold(fang, said(fang, 'Thank you'));
  await fang.getByRole('menuitem', { name: 'Edit', exact: true }).click();
  await field(fang).fill('');
  assert.equal(await fang.getByRole('button', { name: 'Save' }).isDisabled(), true, 'nothing is no message');
  await field(fang).fill('Many thanks');
  await fang.getByRole('button', { name: 'Save' }).click();
  await said(ada, 'Many thanks').waitFor();
  assert.equal(await field(fang).inputValue(), 'half a thought');
});

test('nobody edits what others have said, and those who run the room see what it was', async () => {
  await said(ada, 'Many thanks').hover();
  await said(ada, 'Many thanks').getByRole('button', { name: 'Message options' }).click();
  assert.equal(await ada.getByRole('menuitem', { name: 'Edit', exact: true }).count(), 0);
  await ada.getByRole('menuitem', { name: 'Earlier versions' }).click();
  const earlier = ada.getByRole('dialog', { name: 'Earlier versions' });
  await earlier.getByText('Thank you').waitFor();
  assert.equal(await earlier.locator('.earlier-one').count(), 2);
  await looked(ada, 'laptop/en-light/earlier');
  await ada.keyboard.press('Escape');
  await hold(fang, said(fang, 'at eleven'));
  assert.equal(await fang.getByRole('menuitem', { name: 'Earlier versions' }).count(), 0);
  await fang.keyboard.press('Escape');
});

test('an admin sets how long', async () => {
  await ada.goto(`${box.origin}/#/box/security`);
  await ada.getByLabel('Editing own messages').selectOption({ label: 'Not allowed' });
  await ada.getByText('Saved').waitFor();
  await ada.goto(home);
  await field(ada).focus();
  await ada.keyboard.press('ArrowUp');
  await say(ada, 'stays');
  await said(ada, 'stays').hover();
  await said(ada, 'stays').getByRole('button', { name: 'Message options' }).click();
  await ada.getByRole('menuitem', { name: 'Copy text' }).waitFor();
  assert.equal(await ada.getByRole('menuitem', { name: 'Edit', exact: true }).count(), 0);
});

test('nothing went wrong in either page', () => {
  assert.deepEqual(ada.problems, []);
  assert.deepEqual(fang.problems, []);
});
