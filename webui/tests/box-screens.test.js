// Every page of the box's administration and every step of its set-up, in both languages, on a phone and a laptop: kept as
// pictures to look at, and free of whatever axe can find. If this fails, somebody can't run their box without a mouse,
// with large letters, or at all.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Box } from './harness/box.js';
import { axe, launch, LAPTOP, person, PHONE, settled, shot } from './harness/browser.js';
import { squeezed, tooSmall, tooWide } from './harness/fit.js';
import { furnish } from './harness/furnish.js';

const LOOKS = [
  { name: 'en-light', locale: 'en', colorScheme: 'light' },
  { name: 'zh-dark', locale: 'zh-CN', colorScheme: 'dark' },
];
const DEVICES = [
  ['phone', PHONE],
  ['laptop', LAPTOP],
];

let fresh;
let box;
let browser;
let house;

before(async () => {
  [fresh, box, browser] = await Promise.all([Box.start(), Box.start(), launch()]);
  house = await furnish(browser, box);
  await backUp();
});

/** A locked backup, so that a row of the list has all that one can have. */
async function backUp() {
  const ada = await person(browser, PHONE, { storageState: house.signedIn });
  await ada.goto(`${box.origin}/icon.svg`);
  const status = await ada.evaluate(async () => {
    const headers = { 'Content-Type': 'application/json' };
    return (await fetch('/api/v1/admin/backups', { method: 'POST', headers, body: '{"passphrase":"three green lanterns","disk":null}' })).status;
  });
  assert.equal(status, 202);
  await ada.waitForFunction(async () => (await (await fetch('/api/v1/admin/backups')).json()).backups.length === 1);
  await ada.context().close();
}

after(async () => {
  await browser?.close();
  await fresh?.remove();
  await box?.remove();
});

const steps = () => [
  ['set-up-language', '/', 'form'],
  ['set-up-restore', '/setup/restore', '.field-code'],
  ['set-up-move', '/setup/move', '.field-code'],
  ['set-up-code', '/setup/code', '.field-code'],
  ['set-up-you', '/claim/ABCDEFGH', 'form'],
  ['set-up-you', '/setup/you', '[type=password]'],
];

/** What stands on a page when it is all there, and how to get to it. */
const pages = () => [
  ['home', '/box', '.box-looked'],
  ['people', '/box/people', '.rooms .row'],
  ['person', `/box/people/${house.fang}`, '.facts'],
  ['import', '/box/import', '.box-example'],
  ['invites', '/box/invites', '.card .row'],
  ['poster', `/box/poster/${house.invite}`, '.poster img'],
  ['rooms', '/box/rooms', '.rooms .row'],
  ['room', `/box/rooms/${house.group}`, '.facts'],
  ['security', '/box/security', '.option'],
  ['sessions', '/box/sessions', '.card .row'],
  ['reports', '/box/reports', '.empty'],
  ['audit', '/box/audit', '.entry'],
  ['name', '/box/name', 'form'],
  ['network', '/box/network', '.card .row'],
  ['address', '/box/address/0', 'form'],
  ['wifi', '/box/wifi', '.row button, button.row'],
  ['hotspot', '/box/hotspot', 'form'],
  ['clock', '/box/clock', '.box-clock'],
  ['power', '/box/power', '.card .row'],
  ['updates', '/box/updates', '.facts'],
  ['health', '/box/health', '.facts'],
  ['log', '/box/log', '.entry'],
  ['storage', '/box/storage', '.facts'],
  ['backup', '/box/backup', '.card .row'],
  ['charts', '/box/charts', '.plot, .empty'],
  ['about', '/box/about', '.facts'],
  ['reset', '/box/reset', 'form'],
];

for (const look of LOOKS) {
  for (const [deviceName, device] of DEVICES) {
    test(`every admin page on a ${deviceName} in ${look.name}`, async () => {
      const found = [];
      const visit = async (page, origin, screens) => {
        for (const [name, path, ready] of screens) {
          await page.goto(`${origin}/#${path}`);
          await page.locator(ready).first().waitFor();
          await settled(page);
          await shot(page, `${deviceName}/${look.name}/box-${name}`);
          for (const line of await axe(page)) found.push(`${name}: ${line}`);
          for (const line of await tooSmall(page)) found.push(`${name}: too small: ${line}`);
        }
      };
      const { locale, colorScheme } = look;
      const out = await person(browser, device, { locale, colorScheme });
      await visit(out, fresh.origin, steps());
      await out.context().close();
      const ada = await person(browser, device, { locale, colorScheme, storageState: house.signedIn });
      await visit(ada, box.origin, pages());
      assert.deepEqual([...out.problems, ...ada.problems], []);
      await ada.context().close();
      assert.deepEqual(found, []);
    });
  }
}

test('text at 200 % loses nothing sideways, not even on a narrow screen', async (t) => {
  const sized = await launch(undefined, ['--blink-settings=defaultFontSize=32']);
  t.after(() => sized.close());
  const page = await person(sized, { ...PHONE, viewport: { width: 390, height: 720 } }, { storageState: house.signedIn });
  for (const [name, path, ready] of pages()) {
    await page.goto(`${box.origin}/#${path}`);
    await page.locator(ready).first().waitFor();
    for (const width of [390, 320]) {
      await page.setViewportSize({ width, height: 720 });
      assert.deepEqual(await tooWide(page), [], `${name} at ${width}`);
      assert.deepEqual(await squeezed(page), [], `${name} at ${width}`);
      await settled(page);
      if (name === 'backup') await page.locator('.card .row').first().scrollIntoViewIfNeeded();
      await shot(page, `width-${width}-text-32/box-${name}`);
    }
  }
});
