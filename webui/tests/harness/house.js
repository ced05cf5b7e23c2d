// What the tests of a file begin with: a box and a browser, and people in it. Each function answers one that makes it, for the file's
// own `before` (hooks of a file do not wait for each other); it is gone after the last test, also when it could not be made whole.
import { after } from 'node:test';
import { Box } from './box.js';
import { launch, LAPTOP, person, PHONE } from './browser.js';
import { claim, invite, join } from './people.js';

/** A fresh box that nobody owns, and a browser that finds `hosts` where they are given: `{ box, browser }`. */
export function freshBox({ hosts, ...settings } = {}) {
  const house = {};
  after(async () => {
    await house.browser?.close();
    await house.box?.remove();
  });
  return async () => {
    house.box = await Box.start(settings);
    house.browser = await launch('127.0.0.1', [], hosts);
    return house;
  };
}

/** Ada's box, with her signed in on `device` by that `name`: `ada`, and where her first room is, `home`. */
export function adasBox({ name = 'Ada', device = LAPTOP, ...rest } = {}) {
  const fresh = freshBox(rest);
  return async () => {
    const house = await fresh();
    house.ada = await person(house.browser, device);
    await claim(house.ada, house.box, { name, boxName: 'Garden House' });
    house.home = house.ada.url();
    return house;
  };
}

/** The same, and 王芳 on her phone came in by Ada's `link`: `fang`. Her browser is set up `as` the test wants. */
export function adaAndFang({ as, ...rest } = {}) {
  const adas = adasBox(rest);
  return async () => {
    const house = await adas();
    house.link = await invite(house.ada, house.box);
    const door = await person(house.browser, PHONE);
    await join(door, house.link, '王芳');
    house.fang = as ? await again(house, door, as) : door;
    return house;
  };
}

/** This harness reads the join page in English: the browser as she has it comes afterwards. */
async function again({ browser }, door, options) {
  const page = await person(browser, PHONE, { ...options, storageState: await door.context().storageState() });
  await page.goto(door.url());
  await door.context().close();
  return page;
}
