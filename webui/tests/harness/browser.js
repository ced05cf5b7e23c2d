// Browsers as people have them: a phone and a laptop, each with its own cookies, on plain HTTP.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { NAME } from './box.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
export const SHOTS = fileURLToPath(new URL('../../../test-output/screenshots/', import.meta.url));

export const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 };
export const LAPTOP = { viewport: { width: 1280, height: 800 } };

/** Chromium that finds the box's name at `address`, and other hosts as they are given; `more` arguments as it takes them. */
export async function launch(address = '127.0.0.1', more = [], hosts = {}) {
  const rules = Object.entries({ [NAME]: address, ...hosts }).map(([host, at]) => `MAP ${host} ${at}`);
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      `--host-resolver-rules=${rules.join(', ')}`,
      ...more,
    ],
  });
}

/** A person's browser: a page, and whatever went wrong in it. */
export async function person(browser, device, options = {}) {
  const context = await browser.newContext({ ...device, locale: 'en', ...options });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  page.problems = [];
  page.on('pageerror', (error) => page.problems.push(String(error)));
  page.on('console', (message) => {
    // A broken line is part of the tests; a refused policy or a failed script is not.
    if (message.type() === 'error' && !/net::ERR|WebSocket connection|status of (4|5)\d\d/.test(message.text())) page.problems.push(message.text());
  });
  return page;
}

/** Pictures are there, fonts too, and nothing moves any more. */
export async function settled(page) {
  await page.waitForFunction(
    () =>
      [...document.images].every((image) => image.complete) &&
      document.getAnimations().every((animation) => animation.playState !== 'running' || animation.effect?.getTiming().iterations === Infinity),
  );
}

/** What axe finds on the page as it is now, in few words. */
export async function axe(page) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() =>
    globalThis.axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }),
  );
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(' | ')}`);
}

export async function shot(page, name) {
  await mkdir(SHOTS, { recursive: true });
  await page.screenshot({ path: `${SHOTS}${name}.png` });
}

/** A page at rest is kept as a picture `name` for people to look at, and axe finds nothing wrong with it. */
export async function looked(page, name) {
  await settled(page);
  await shot(page, name);
  assert.deepEqual(await axe(page), [], name);
}
