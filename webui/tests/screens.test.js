// Every screen, in both languages and both themes, on a phone and a laptop: kept as pictures to look at, and free of
// whatever axe can find. If this fails, somebody who reads with their ears or their keyboard is locked out.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Box } from './harness/box.js';
import { axe, launch, LAPTOP, person, PHONE, settled, shot } from './harness/browser.js';
import { squeezed, tooSmall, tooWide } from './harness/fit.js';
import { furnish } from './harness/furnish.js';

const LOOKS = [
  { name: 'en-light', locale: 'en', colorScheme: 'light' },
  { name: 'en-dark', locale: 'en', colorScheme: 'dark' },
  { name: 'zh-light', locale: 'zh-CN', colorScheme: 'light' },
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
});

after(async () => {
  await browser?.close();
  await fresh?.remove();
  await box?.remove();
});

/** What stands on a screen when it is all there, and how to get to it. */
const inside = () => [
  ['chats', '/', '.rooms .row'],
  ['room', `/room/${house.home}`, '.message'],
  ['room-empty', `/room/${house.group}`, '.talk-notice'],
  ['room-direct', `/room/${house.direct}`, '.message'],
  ['room-details', `/room/${house.home}/details`, '.card .row'],
  ['room-add', `/room/${house.group}/add`, '.picker .row'],
  ['room-edit', `/room/${house.group}/edit`, '.choice'],
  ['mentions', '/mentions', '.hit'],
  ['starred', '/starred', '.empty'],
  ['photo', `/room/${house.home}/photo/${house.photo}`, '.viewer-photo:not(.viewer-loading)'],
  ['new-group', '/new', '.picker .row'],
  ['people', '/people', '.rooms .row'],
  ['person', `/people/${house.fang}`, '.person-name'],
  ['requests', '/requests', '.request'],
  ['invites', '/invites', '.card .row'],
  ['invite', `/invites/${house.invite}`, '.share-qr img'],
  ['poster', `/invites/${house.invite}/poster`, '.poster img'],
  ['me', '/me', '.me-menu, .page-narrow'],
  ['profile', '/me/profile', '.person'],
  ['password', '/me/password', '.field'],
  ['devices', '/me/devices', '.card .row'],
  ['ticket', '/me/ticket', '.share-qr img'],
  ['look', '/me/look', '.choice'],
  ['addresses', '/me/addresses', '.card .row'],
];
const outside = () => [
  ['join', `/join/${house.code}`, 'form'],
  ['join-bad-invite', '/join/NOSUCHXX', '[role=alert]'],
  ['join-asks', '/', 'form'],
  ['returning', '/returning', 'form'],
  ['ticket-bad', '/ticket/NOSUCHXX', '[role=alert]'],
];

for (const look of LOOKS) {
  for (const [deviceName, device] of DEVICES) {
    test(`every screen on a ${deviceName} in ${look.name}`, async () => {
      const found = [];
      const visit = async (page, origin, screens) => {
        for (const [name, path, ready] of screens) {
          await page.goto(`${origin}/#${path}`);
          await page.locator(ready).first().waitFor();
          await settled(page);
          await shot(page, `${deviceName}/${look.name}/${name}`);
          for (const line of await axe(page)) found.push(`${name}: ${line}`);
        }
      };
      const { locale, colorScheme } = look;
      const out = await person(browser, device, { locale, colorScheme });
      await visit(out, fresh.origin, [['claim', '/', 'form']]);
      await visit(out, box.origin, outside());
      await out.context().close();
      const ada = await person(browser, device, { locale, colorScheme, storageState: house.signedIn });
      await visit(ada, box.origin, inside());
      assert.deepEqual(await tooSmall(ada), [], 'everything to press is at least 24 pixels, WCAG 2.2 SC 2.5.8');
      assert.deepEqual([...out.problems, ...ada.problems], []);
      await ada.context().close();
      assert.deepEqual(found, []);
    });
  }
}

for (const [what, width, size] of [
  ['a narrow screen', 320, 16],
  ['text at 200 %', 390, 32],
  ['text at 200 % on a narrow screen', 320, 32],
]) {
  test(`${what} loses nothing sideways`, async (t) => {
    const sized = await launch(undefined, [`--blink-settings=defaultFontSize=${size}`]);
    t.after(() => sized.close());
    const page = await person(sized, { ...PHONE, viewport: { width, height: 720 } }, { storageState: house.signedIn });
    for (const [name, path, ready] of inside()) {
      await page.goto(`${box.origin}/#${path}`);
      await page.locator(ready).first().waitFor();
      assert.deepEqual(await tooWide(page), [], name);
      assert.deepEqual(await squeezed(page), [], name);
      await settled(page);
      await shot(page, `width-${width}-text-${size}/${name}`);
    }
  });
}

test('right to left loses nothing sideways', async () => {
  for (const [deviceName, device] of DEVICES) {
    const page = await person(browser, device, { storageState: house.signedIn });
    for (const [name, path, ready] of inside()) {
      await page.goto(`${box.origin}/#${path}`);
      await page.locator(ready).first().waitFor();
      await page.evaluate(() => (document.documentElement.dir = 'rtl'));
      assert.deepEqual(await tooWide(page), [], name);
      await settled(page);
      await shot(page, `rtl-${deviceName}/${name}`);
    }
    await page.context().close();
  }
});
