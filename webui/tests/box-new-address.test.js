// An address that the network gives out is known to nobody beforehand. If this fails, whoever joins a Wi-Fi ends on the browser's
// own page of errors while the box takes everything back.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { looked, person, PHONE } from './harness/browser.js';
import { adasBox } from './harness/house.js';
import { OWNERS_PASSWORD } from './harness/people.js';

/** What the imagined Wi-Fi gives out; from this browser nobody answers there until the test says so. */
const GIVEN = '192.168.1.77';

let box;
let browser;
let ada;

const house = adasBox({ hosts: { [GIVEN]: '127.0.0.1:9' } });
before(async () => {
  ({ box, browser, ada } = await house());
});

const network = (page) => page.evaluate(async () => (await fetch('/api/v1/admin/network')).json());

async function joinWifi(page, name) {
  await page.goto(`${new URL(page.url()).origin}/#/box/wifi`);
  await page.getByRole('button', { name }).click();
  const password = page.getByLabel('Password of the Wi-Fi');
  if (await password.isVisible()) await password.fill('the right password');
  await page.getByRole('dialog').getByRole('button', { name: 'Join a Wi-Fi' }).click();
}

test('the address that was given out is looked at first; where no answer comes, it is said what to do', { timeout: 90_000 }, async () => {
  await joinWifi(ada, /^Office/);
  await ada.getByText(`The box does not answer at ${GIVEN}`, { exact: false }).waitFor();
  await ada.getByText('It does not answer anywhere yet.', { exact: false }).waitFor({ timeout: 30_000 });
  await looked(ada, 'laptop/en-light/box-network-nowhere');
  const night = { locale: 'zh-CN', colorScheme: 'dark', storageState: await ada.context().storageState() };
  const wang = await person(browser, PHONE, night);
  await wang.addInitScript((mine) => window.sessionStorage.setItem('imbox.network-change', mine), await ada.evaluate(() => sessionStorage.getItem('imbox.network-change')));
  await wang.goto(`${box.origin}/#/box/network`);
  await wang.getByText(`盒子在 ${GIVEN}`, { exact: false }).waitFor();
  await looked(wang, 'phone/zh-dark/box-network-waits-given');
  await wang.context().close();
  // The screen shows where it is.
  await ada.getByLabel('Address of the box').fill(new URL(box.origin).host);
  await ada.getByRole('button', { name: 'Go there' }).click();
  await ada.getByText('192.168.1.77').first().waitFor();
  await ada.waitForFunction(async () => (await (await fetch('/api/v1/admin/network')).json()).pending === null);
  assert.equal((await network(ada)).last.undone ?? null, null, 'it is kept');
});

test('when the box has left the address of the page, it is found by its name', { timeout: 60_000 }, async () => {
  const { origin } = new URL(box.origin);
  const old = `http://127.0.0.1:${box.port}`;
  const page = await person(browser, PHONE);
  await page.goto(old);
  const owner = { name: 'Ada', password: OWNERS_PASSWORD };
  await page.evaluate((body) => fetch('/api/v1/sign-in', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }), owner);
  await page.reload();
  await joinWifi(page, /^Café/);
  await page.getByText('The change is being tried').waitFor();
  // The line to the old address is gone, for the page and for whoever looks for it.
  await page.route(`${old}/api/v1/admin/network`, (route) => route.abort());
  await page.waitForURL((url) => url.origin === origin, { timeout: 30_000 });
  await page.getByRole('heading', { name: 'Network' }).waitFor();
  const now = await network(page);
  assert.equal(now.pending, null);
  assert.equal(now.last.undone ?? null, null);
  await page.context().close();
});
