// A phone joins the box's own Wi-Fi. If this fails, people stand in a Wi-Fi that leads nowhere.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Box } from './harness/box.js';
import { LAPTOP, launch, looked, person, PHONE } from './harness/browser.js';

const HOTSPOT = '127.0.0.2';
/** Each asks its maker's host, which leads to the box there. */
const PROBE = 'http://captive.apple.com/hotspot-detect.html';

let box;
let browser;

before(async () => {
  box = await Box.start({ addresses: ['127.0.0.1', HOTSPOT], settings: `[system]\nhotspot_address = "${HOTSPOT}"` });
  browser = await launch('127.0.0.1', [], { 'captive.apple.com': `${HOTSPOT}:${box.port}` });
});

after(async () => {
  await browser?.close();
  await box?.remove();
});

for (const [name, device, colorScheme] of [
  ['phone/en-light', PHONE, 'light'],
  ['laptop/zh-dark', LAPTOP, 'dark'],
]) {
  test(`who joins is shown where the box is, goes on to it, and is not stopped again (${name})`, async () => {
    const phone = await person(browser, device, { colorScheme });
    await phone.goto(PROBE);
    assert.equal(phone.url(), `http://${HOTSPOT}:${box.port}/captive`);
    await phone.getByText('You are in the Wi-Fi of the box').waitFor();
    await looked(phone, `${name}/captive`);
    await phone.getByRole('link', { name: 'Go on' }).click();
    await phone.waitForURL(`http://${HOTSPOT}:${box.port}/#/**`);
    assert.deepEqual(phone.problems, []);
    assert.match(await (await phone.goto(PROBE)).text(), /Success/);
    await box.kill();
    await box.run(['127.0.0.1', HOTSPOT]);
  });
}
