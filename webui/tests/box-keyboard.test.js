// The box is run with the keyboard alone: no mouse, no finger. If this fails, somebody can't run their box, or does not see
// where they are.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Box } from './harness/box.js';
import { launch, LAPTOP, person } from './harness/browser.js';
import { claim, OWNERS_PASSWORD } from './harness/people.js';

const WRONG_ADDRESS = '192.168.77.61';
/** More keys than any page has things to stop at. */
const MOST = 90;

let box;
let browser;
let ada;

before(async () => {
  box = await Box.start();
  browser = await launch('127.0.0.1', [], { [WRONG_ADDRESS]: '127.0.0.1:9' });
  ada = await person(browser, LAPTOP);
  await claim(ada, box, { name: 'Ada Lovelace', boxName: 'Garden House' });
});

after(async () => {
  await browser?.close();
  await box?.remove();
});

/** Goes on with Tab until `there` has the focus, and it is to be seen that it has. */
async function tabTo(there) {
  await there.waitFor();
  for (let keys = 0; keys < MOST; keys++) {
    if (await there.evaluate((element) => element === document.activeElement || element.contains(document.activeElement))) {
      const seen = await ada.evaluate(() => {
        const at = document.activeElement;
        const marks = (element) => {
          const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
          return (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none';
        };
        // A hidden radio or switch shows it on what stands for it.
        return at.matches(':focus-visible') && [at, at.parentElement, at.nextElementSibling, at.closest('label')].some((element) => element && marks(element));
      });
      assert.ok(seen, `it is not to be seen that ${there} has the focus`);
      return;
    }
    await ada.keyboard.press('Tab');
  }
  assert.fail(`no way to ${there} by Tab`);
}

const press = async (there, key = 'Enter') => {
  await tabTo(there);
  await ada.keyboard.press(key);
};
const button = (name) => ada.getByRole('button', { name, exact: true });
/** From the list of pages, as somebody who looks for it. */
const open = async (name) => {
  await ada.goto(`${box.origin}/#/box`);
  // The pages are one list: Tab leads into it, arrows through it.
  const page = ada.locator('.box-menu').getByRole('link', { name, exact: true });
  await tabTo(ada.locator('.box-menu .row').first());
  for (let keys = 0; keys < MOST && !(await page.evaluate((row) => row === document.activeElement)); keys++) await ada.keyboard.press('ArrowDown');
  await press(page);
  await ada.getByRole('heading', { name, level: 1 }).waitFor();
};
const retype = async (label, text) => {
  await tabTo(ada.getByLabel(label));
  await ada.keyboard.press('Control+A');
  await ada.keyboard.type(text);
};

test('the name', async () => {
  await open('Name');
  await retype('Name of this box', 'Rose Court');
  await press(button('Save'));
  await ada.waitForFunction(async () => (await (await fetch('/api/v1/box')).json()).name === 'Rose Court');
});

test('the clock', async () => {
  await open('Clock');
  await tabTo(ada.getByLabel('Location'));
  await ada.keyboard.type('Berlin');
  const zone = () => ada.evaluate(async () => (await (await fetch('/api/v1/admin/clock')).json()).zone);
  if ((await zone()) !== 'Europe/Berlin') {
    // A list whose lines begin with the continent.
    await ada.keyboard.type('Europe/Berlin');
    await ada.waitForFunction(async () => (await (await fetch('/api/v1/admin/clock')).json()).zone === 'Europe/Berlin');
  }
  await press(ada.getByRole('switch', { name: /Use time servers/ }), 'Space');
  await press(button('Set from this device'));
  await ada.getByText('The clock is set.').waitFor();
});

test('the network: tried, and taken back', async () => {
  await open('Network');
  await press(ada.getByRole('link', { name: /eth0/ }));
  const ways = ada.getByRole('group', { name: 'Address (IPv4)' });
  await tabTo(ways);
  const fixed = ways.getByRole('radio', { name: 'Always the same' });
  for (let keys = 0; keys < 4 && !(await fixed.isChecked()); keys++) await ada.keyboard.press('ArrowDown');
  await retype('Address of the box', WRONG_ADDRESS);
  await retype('Router', '192.168.77.1');
  await press(button('Try it'));
  await ada.getByText('The change is being tried').waitFor();
  await press(button('Undo it now'));
  await ada.getByText('The change is being tried').waitFor({ state: 'detached' });
  const now = await ada.evaluate(async () => (await fetch('/api/v1/admin/network')).json());
  assert.equal(now.last.undone, 'taken_back');
});

test('the power: asked once, left with Escape, done', async () => {
  await open('Power');
  const row = ada.getByRole('button', { name: /^Restart the chat program/ });
  await press(row);
  const question = ada.getByRole('dialog', { name: 'Restart the chat program?' });
  await question.waitFor();
  await ada.keyboard.press('Escape');
  await question.waitFor({ state: 'detached' });
  assert.ok(await row.evaluate((element) => element === document.activeElement), 'back where they were');
  await ada.keyboard.press('Enter');
  await press(question.getByRole('button', { name: 'Restart the chat program' }));
  await ada.getByRole('heading', { name: 'Power' }).waitFor();
  await ada.waitForFunction(async () => {
    const audit = await fetch('/api/v1/admin/audit').then((answer) => answer.json(), () => null);
    return audit?.entries.some((entry) => entry.action === 'power.restart_daemon');
  });
});

test('an update: chosen, installed, started', async () => {
  await ada.waitForFunction(async () => (await fetch('/healthz').catch(() => null))?.ok);
  await open('Updates');
  const asked = ada.waitForEvent('filechooser');
  await press(button('Choose an update file'));
  await (await asked).setFiles({ name: 'imbox-9.9.9.raucb', mimeType: 'application/octet-stream', buffer: Buffer.alloc(50_000, 1) });
  // The program was restarted: it wants to know who is there.
  const question = ada.getByRole('dialog', { name: 'Is it really you?' });
  await question.or(button('Install')).first().waitFor();
  if (await question.count()) {
    await ada.keyboard.type(OWNERS_PASSWORD);
    await ada.keyboard.press('Enter');
  }
  await press(button('Install'));
  await ada.getByText('Version 9.9.9 is installed').waitFor({ timeout: 60_000 });
  await press(button('Restart the box'));
  await ada.getByText('The box is restarting').waitFor();
  assert.deepEqual(ada.problems, []);
});
