// The admin runs the box from the browser. If this fails, they need a terminal, or lock themselves out.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { looked } from './harness/browser.js';
import { adaAndFang } from './harness/house.js';
import { enterPassword, OWNERS_PASSWORD } from './harness/people.js';

/** An address that the imagined machine can take; this browser finds the box there as well. */
const NEW_ADDRESS = '192.168.77.60';
/** One where nobody answers. */
const WRONG_ADDRESS = '192.168.77.61';

let box;
let ada;
let fang;

const house = adaAndFang({ name: 'Ada Lovelace', hosts: { [NEW_ADDRESS]: '127.0.0.1', [WRONG_ADDRESS]: '127.0.0.1:9' } });
before(async () => {
  ({ box, ada, fang } = await house());
});

const open = async (page, path) => page.goto(`${box.origin}/#/box${path}`);
const press = (page, name) => page.getByRole('button', { name, exact: true }).click();

test('only those who run the box see its tab', async () => {
  await ada.goto(`${box.origin}/#/`);
  await ada.getByRole('link', { name: /^Box/ }).waitFor();
  await fang.goto(`${box.origin}/#/`);
  await fang.getByRole('link', { name: 'Me', exact: true }).waitFor();
  assert.equal(await fang.getByRole('link', { name: /^Box/ }).count(), 0);
  await fang.goto(`${box.origin}/#/box/power`);
  await fang.getByRole('heading', { name: 'Chats' }).waitFor();
  assert.equal(await fang.getByText('Shut down').count(), 0);
});

test('after a while a change asks for the password once, and is done', async () => {
  await box.kill();
  await box.run(['127.0.0.1']);
  await open(ada, '/security');
  await ada.getByText('Ask first').click();
  const question = ada.getByRole('dialog', { name: 'Is it really you?' });
  await question.waitFor();
  await looked(ada, 'laptop/en-light/box-password');
  await question.getByLabel('Password').fill('not my password');
  await question.getByRole('button', { name: 'Continue' }).click();
  await question.getByText('That is not your password.').waitFor();
  await question.getByLabel('Password').fill(OWNERS_PASSWORD);
  await question.getByRole('button', { name: 'Continue' }).click();
  await ada.getByText('Saved').last().waitFor();
  await ada.getByText('With an invite').click();
  await ada.waitForFunction(async () => (await (await fetch('/api/v1/box')).json()).join_mode === 'invite');
  assert.equal(await question.count(), 0);
});

test('who does not want to enter it changes nothing', async () => {
  await box.kill();
  await box.run(['127.0.0.1']);
  await open(ada, '/name');
  await ada.getByLabel('Name of this box').fill('Somebody else’s house');
  await press(ada, 'Save');
  await ada.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  await ada.getByRole('dialog').waitFor({ state: 'detached' });
  assert.equal(await ada.evaluate(async () => (await (await fetch('/api/v1/box')).json()).name), 'Garden House');
  await press(ada, 'Save');
  await enterPassword(ada);
  await ada.getByText('Saved').last().waitFor();
  await ada.getByLabel('Name of this box').fill('Garden House');
  await press(ada, 'Save');
  await ada.waitForFunction(async () => (await (await fetch('/api/v1/box')).json()).name === 'Garden House');
});

test('the clock is set from this device once no time server does it', async () => {
  await open(ada, '/clock');
  await ada.getByText('Set by the time server').waitFor();
  await ada.getByLabel('Location').selectOption('Europe/Berlin');
  await ada.waitForFunction(async () => (await (await fetch('/api/v1/admin/clock')).json()).zone === 'Europe/Berlin');
  await ada.getByRole('switch', { name: /Use time servers/ }).click();
  await press(ada, 'Set from this device');
  await ada.getByText('The clock is set.').waitFor();
  await looked(ada, 'laptop/en-light/box-clock-by-hand');
});

test('a new address is tried, the page moves there, and it is kept', async () => {
  await open(ada, '/address/0');
  await fix(ada, NEW_ADDRESS);
  await ada.getByText('The change is being tried').waitFor();
  await looked(ada, 'laptop/en-light/box-network-waits');
  // By itself, with a code that is good once; nobody is signed in there yet.
  await ada.waitForURL((url) => url.hostname === NEW_ADDRESS);
  await ada.getByText(NEW_ADDRESS).first().waitFor();
  await ada.getByRole('heading', { name: 'Network' }).waitFor();
  assert.equal(await ada.evaluate(async () => (await (await fetch('/api/v1/me')).json()).user.name), 'Ada Lovelace');
  const now = await ada.evaluate(async () => (await fetch('/api/v1/admin/network')).json());
  assert.equal(now.pending, null);
  assert.equal(now.last.undone ?? null, null);
  assert.equal(now.interfaces[0].ipv4.address, NEW_ADDRESS);
});

test('a change is taken back at a press, and the page says that all is as before', async () => {
  await open(fang, '');
  await open(ada, '/wifi');
  await ada.getByRole('button', { name: /^Office/ }).click();
  await ada.getByLabel('Password of the Wi-Fi').fill('wrong-password');
  await ada.getByRole('dialog').getByRole('button', { name: 'Join a Wi-Fi' }).click();
  await ada.getByText('The Wi-Fi password was not accepted.').waitFor();
  await looked(ada, 'laptop/en-light/box-network-undone');
  await press(ada, 'OK');
  await ada.getByText('The Wi-Fi password was not accepted.').waitFor({ state: 'detached' });
});

test('an update that is not signed is refused; a good one is installed and started', async () => {
  await open(ada, '/updates');
  const picker = ada.locator('input[type=file]');
  await picker.setInputFiles({ name: 'unsigned.raucb', mimeType: 'application/octet-stream', buffer: Buffer.alloc(100_000, 1) });
  await ada.getByText('not signed by anyone the box trusts').waitFor();
  await picker.setInputFiles({ name: 'imbox-9.9.9.raucb', mimeType: 'application/octet-stream', buffer: Buffer.alloc(100_000, 1) });
  await ada.getByText('9.9.9').first().waitFor();
  await looked(ada, 'laptop/en-light/box-update-ready');
  await press(ada, 'Install');
  await ada.getByText(/Installing: \d+ %/).waitFor();
  await looked(ada, 'laptop/en-light/box-update-installing');
  await ada.getByText('Version 9.9.9 is installed').waitFor({ timeout: 60_000 });
  await looked(ada, 'laptop/en-light/box-update-done');
  await press(ada, 'Restart the box');
  await ada.getByText('The box is restarting').waitFor();
  const current = () => ada.evaluate(async () => (await (await fetch('/api/v1/admin/update')).json()).current.version);
  assert.equal(await current(), '9.9.9');
  await open(ada, '/power');
  await open(ada, '/updates');
  await press(ada, 'Go back to it');
  await ada.getByRole('dialog').getByRole('button', { name: 'Go back to it' }).click();
  await ada.getByText('The box is restarting').waitFor();
  assert.notEqual(await current(), '9.9.9');
});

test('the log is filtered, and goes back in time', async () => {
  await open(ada, '/log');
  await ada.locator('.entry').first().waitFor();
  await ada.getByRole('radio', { name: 'Errors', exact: true }).check();
  await ada.locator('.entry-bad').first().waitFor();
  assert.equal(await ada.locator('.entry:not(.entry-bad)').count(), 0);
  await ada.getByRole('radio', { name: 'Everything' }).check();
  await ada.getByLabel('Search').fill('Undervoltage');
  await ada.locator('.entry-warn').first().waitFor();
  await ada.waitForFunction(() => [...document.querySelectorAll('.entry-text')].every((line) => line.textContent.includes('Undervoltage')));
});

test('charts show the numbers of a day, with the hours in which the box was off left out', async () => {
  const step = 300_000;
  const now = Math.floor(Date.now() / step) * step;
  // What a box says after a day of use; a new one has too little to plot.
  const points = Array.from({ length: 280 }, (_, index) => ({
    at: now - (279 - index) * step,
    online: Math.round(40 + 38 * Math.sin(index / 30)),
    messages: (index * 7) % 23,
    free_bytes: 21e9 - index * 3e6,
    temperature_mc: 46_000 + ((index * 13) % 9) * 1000,
    memory_available: 600e6,
  })).filter((_, index) => index < 100 || index > 140);
  await ada.route('**/api/v1/admin/chart?*', (route) => route.fulfill({ json: { step_s: 300, points } }));
  await open(ada, '/charts');
  const plot = ada.locator('.plot', { hasText: /°C/ });
  await plot.waitFor();
  assert.equal(await ada.locator('.plot').count(), 5);
  assert.equal(await plot.locator('.plot-line').count(), 2);
  await ada.getByRole('img', { name: /^People online: from 2 to 78/ }).hover({ position: { x: 5, y: 40 } });
  await ada.locator('.plot-mark').waitFor({ state: 'attached' });
  await looked(ada, 'laptop/en-light/box-charts-day');
  await ada.unroute('**/api/v1/admin/chart?*');
});

test('all of it is in the list of what was done', async () => {
  await open(ada, '/audit');
  for (const text of ['changed the settings of the box', 'set the clock', 'changed the network', 'kept the network change', 'installed an update'])
    await ada.locator('.entry', { hasText: text }).first().waitFor();
});

test('nothing went wrong in either page', () => {
  assert.deepEqual(ada.problems, []);
  assert.deepEqual(fang.problems, []);
});

/** Sets a fixed IPv4 address. */
async function fix(page, address) {
  await page.getByRole('group', { name: 'Address (IPv4)' }).getByRole('radio', { name: 'Always the same' }).check();
  await page.getByLabel('Address of the box').fill(address);
  await page.getByLabel('Router').fill('192.168.77.1');
  await press(page, 'Try it');
}
