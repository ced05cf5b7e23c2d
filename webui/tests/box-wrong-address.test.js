// A fixed address that is wrong takes itself back. If this fails, one wrong digit locks everybody out of the box for good.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Box } from './harness/box.js';
import { launch, looked, person, PHONE } from './harness/browser.js';
import { claim } from './harness/people.js';

/** Nobody answers there. */
const WRONG_ADDRESS = '192.168.77.61';
/** Time enough to go there and come back. */
const CONFIRM_WITHIN_S = 40;

let box;
let browser;

before(async () => {
  box = await Box.start({ settings: `[system]\nconfirm_within_s = ${CONFIRM_WITHIN_S}` });
  browser = await launch('127.0.0.1', [], { [WRONG_ADDRESS]: '127.0.0.1:9' });
});

after(async () => {
  await browser?.close();
  await box?.remove();
});

test('when the time is over all is as before, and the page that was left says so', { timeout: 120_000 }, async () => {
  const ada = await person(browser, PHONE);
  await claim(ada, box, { name: 'Ada', boxName: 'Garden House' });
  await ada.goto(`${box.origin}/#/box/address/0`);
  await ada.getByRole('group', { name: 'Address (IPv4)' }).getByRole('radio', { name: 'Always the same' }).check();
  await ada.getByLabel('Address of the box').fill('192.168.77.999');
  await ada.getByText('Four numbers from 0 to 255', { exact: false }).waitFor();
  assert.ok(await ada.getByRole('button', { name: 'Try it' }).isDisabled());
  await ada.getByLabel('Address of the box').fill(WRONG_ADDRESS);
  await ada.getByLabel('Router').fill('192.168.77.1');
  await ada.getByRole('button', { name: 'Try it' }).click();
  await ada.getByText('The change is being tried').waitFor();
  await looked(ada, 'phone/en-light/box-network-waits');

  // The page looks there, finds nothing, and stays where its person can do something.
  await ada.getByText(`The box does not answer at ${WRONG_ADDRESS}`, { exact: false }).waitFor();
  await ada.getByRole('link', { name: `Go to ${WRONG_ADDRESS}`, exact: false }).waitFor();
  await ada.getByText('Nobody reached the box at the new address in time.', { exact: false }).waitFor({ timeout: CONFIRM_WITHIN_S * 1_500 });
  await looked(ada, 'phone/en-light/box-network-reverted');
  await ada.getByText('192.168.1.50').waitFor();
  const now = await ada.evaluate(async () => (await fetch('/api/v1/admin/network')).json());
  assert.equal(now.last.undone, 'not_confirmed');
  assert.equal(now.interfaces[0].ipv4.method, 'automatic');
});
