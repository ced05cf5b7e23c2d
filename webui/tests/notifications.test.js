// Who wants quiet has it, on every device, and misses nothing. If this fails, a phone rings at night.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { looked, person, PHONE } from './harness/browser.js';
import { squeezed, tooSmall, tooWide } from './harness/fit.js';
import { adaAndFang } from './harness/house.js';
import { say } from './harness/people.js';

const setUp = adaAndFang();
let ada;
let fang;
/** Her other device: another page of hers, with another room on it. */
let other;
let box;
let browser;
let home;

before(async () => {
  ({ box, browser, ada, fang, home } = await setUp());
  // In another room, so that what is said in the first one rings.
  await ada.evaluate(async () => {
    const body = JSON.stringify({ kind: 'group', name: 'Alone', topic: '', members: [] });
    await fetch('/api/v1/rooms', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  });
  other = await person(browser, PHONE, { storageState: await ada.context().storageState() });
  await other.addInitScript(() => {
    globalThis.rung = 0;
    const start = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function (...when) {
      globalThis.rung++;
      return start.apply(this, when);
    };
  });
  await other.goto(`${box.origin}/#/`);
  await other.getByRole('link', { name: /Alone/ }).click();
  await other.getByPlaceholder('Message', { exact: true }).click();
  await ada.goto(`${box.origin}/#/me/notifications`);
});

/** Fang says something, it came to the other device, and it rang or did not. */
async function rings(words) {
  const before = await other.evaluate(() => globalThis.rung);
  // However many come, it sounds every three seconds at most.
  await other.waitForFunction((since) => performance.now() - since > 3_000, await other.evaluate(() => globalThis.lastHeard ?? -Infinity));
  await say(fang, words);
  await other.locator('.elsewhere', { hasText: words }).waitFor();
  await other.evaluate(() => (globalThis.lastHeard = performance.now()));
  return (await other.evaluate(() => globalThis.rung)) > before;
}

test('a message in a room that is not open rings', async () => {
  await fang.goto(home);
  assert.equal(await rings('first'), true);
});

test('do not disturb is set once and holds everywhere, until it is turned off', async () => {
  await looked(ada, 'notifications/laptop');
  await ada.getByRole('button', { name: 'For an hour' }).click();
  await ada.getByText(/^On until .*[0-9]/).waitFor();
  assert.equal(await rings('second'), false);
  await ada.getByRole('button', { name: 'Turn off' }).click();
  await ada.getByRole('button', { name: 'Until I turn it off' }).click();
  await ada.getByText('On until you turn it off.').waitFor();
  assert.equal(await rings('third'), false);
  await ada.getByRole('button', { name: 'Turn off' }).click();
  await ada.getByRole('button', { name: 'For an hour' }).waitFor();
  assert.equal(await rings('fourth'), true);
});

test('quiet hours are quiet, and are set by the clock', async () => {
  await ada.getByRole('switch', { name: 'Quiet hours' }).check();
  const clock = (ms) => new Date(Date.now() + ms).toTimeString().slice(0, 5);
  await ada.getByLabel('From', { exact: true }).fill(clock(-2 * 3_600_000));
  await ada.getByLabel('To', { exact: true }).fill(clock(2 * 3_600_000));
  await ada.waitForFunction(async (to) => {
    const { hours } = (await (await fetch('/api/v1/me')).json()).quiet;
    return hours && `${String(Math.floor(hours.to / 60)).padStart(2, '0')}:${String(hours.to % 60).padStart(2, '0')}` === to;
  }, clock(2 * 3_600_000));
  assert.equal(await rings('fifth'), false);
  await ada.getByRole('switch', { name: 'Quiet hours' }).uncheck();
  await ada.getByLabel('From', { exact: true }).waitFor({ state: 'detached' });
  assert.equal(await rings('sixth'), true);
});

test('it fits on a small phone, in Chinese and in the dark', async () => {
  await ada.getByRole('switch', { name: 'Quiet hours' }).check();
  const page = await person(browser, { ...PHONE, viewport: { width: 320, height: 640 } }, { locale: 'zh-CN', colorScheme: 'dark', storageState: await ada.context().storageState() });
  await page.goto(`${box.origin}/#/me/notifications`);
  await page.getByRole('switch', { name: '免打扰时段' }).waitFor();
  assert.deepEqual([await tooSmall(page), await tooWide(page), await squeezed(page)], [[], [], []]);
  await looked(page, 'notifications/small-zh-dark');
  assert.deepEqual([...ada.problems, ...fang.problems, ...other.problems, ...page.problems], []);
});
