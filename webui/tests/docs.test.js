// The API in readable form. If this fails, a programmer has to guess.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Box } from './harness/box.js';
import { axe, launch, LAPTOP, person, shot } from './harness/browser.js';

let box;
let browser;

before(async () => {
  [box, browser] = await Promise.all([Box.start(), launch()]);
});

after(async () => {
  await browser?.close();
  await box?.remove();
});

test('every route and every shape can be read, without anything from elsewhere', async () => {
  const page = await person(browser, LAPTOP);
  const elsewhere = [];
  page.on('request', (request) => new URL(request.url()).origin === box.origin || elsewhere.push(request.url()));
  await page.goto(`${box.origin}/api/docs`);
  await page.getByRole('heading', { name: 'Shapes' }).waitFor();
  const api = await page.evaluate(async () => (await fetch('/api/v1/openapi.json')).json());
  const routes = Object.values(api.paths).reduce((sum, methods) => sum + Object.keys(methods).length, 0);
  assert.equal(await page.locator('details').count(), routes);
  assert.equal(await page.locator('section').count(), Object.keys(api.components.schemas).length);
  await page.locator('summary', { hasText: '/api/v1/rooms/{room}/events' }).first().click();
  await shot(page, 'docs/api');
  assert.deepEqual(await axe(page), []);
  assert.deepEqual([...elsewhere, ...page.problems], []);
  await page.context().close();
});
