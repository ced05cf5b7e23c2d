// A page that was opened by an IP address, on a network that will give the box another one. If this fails, somebody
// finds nobody home next week, or is sent where no box answers.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Box, NAME } from './harness/box.js';
import { launch, LAPTOP, looked, person, PHONE } from './harness/browser.js';
import { claim, invite, join, myId } from './harness/people.js';

const IP = '127.0.0.1';

let box;
let browser;
let link;

before(async () => {
  box = await Box.start({ addresses: [IP] });
  browser = await launch(IP);
  const ada = await person(browser, LAPTOP);
  await claim(ada, box, { name: 'Ada', boxName: 'Garden House' });
  link = (await invite(ada, box)).replace(NAME, IP);
});

after(async () => {
  await browser?.close();
  await box?.remove();
});

test('the name is offered where it answers, once, and moving keeps the person', async () => {
  const fang = await person(browser, PHONE);
  await join(fang, link, '王芳');
  const id = await myId(fang);
  const offer = fang.getByText(`This box is also at ${NAME}`);
  await offer.waitFor();
  await looked(fang, 'states/move-offer');
  await fang.getByPlaceholder('Message').fill('half a sent');
  await fang.getByRole('button', { name: 'Go there' }).click();
  await fang.getByText('Send or delete what you have typed first').waitFor();
  await fang.getByPlaceholder('Message').fill('');
  await fang.getByRole('button', { name: 'Go there' }).click();
  await fang.waitForURL((url) => url.hostname === NAME && !url.hash.includes('ticket'));
  await fang.getByPlaceholder('Message').waitFor();
  assert.equal(await myId(fang), id);
  assert.deepEqual(fang.problems, []);
  await fang.context().close();
});

test('who says "not now" is not asked again', async () => {
  const marta = await person(browser, PHONE);
  await join(marta, link, 'Marta');
  await marta.getByRole('button', { name: 'Not now' }).click();
  const asked = marta.waitForResponse((answer) => answer.url().includes('/api/v1/probe/'));
  await marta.reload();
  assert.equal((await asked).status(), 204);
  // Two frames later whatever the answer leads to is on the screen.
  await marta.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  assert.equal(await marta.locator('.move-offer').count(), 0);
  await marta.context().close();
});

test('a name that leads elsewhere, or nowhere, is not offered', async (t) => {
  const lost = await launch('127.0.0.9');
  t.after(() => lost.close());
  const tom = await person(lost, PHONE);
  const failed = tom.waitForEvent('requestfailed', (request) => request.url().includes('/api/v1/probe/'));
  await join(tom, link, 'Tom');
  await failed;
  await tom.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  assert.equal(await tom.locator('.move-offer').count(), 0);

  // A neighbour's box that took the same name.
  const other = await Box.start({ addresses: ['127.0.0.7'], port: box.port });
  t.after(() => other.remove());
  const mixed = await launch('127.0.0.7');
  t.after(() => mixed.close());
  const eve = await person(mixed, PHONE);
  const refused = eve.waitForEvent('requestfailed', (request) => request.url().includes('/api/v1/probe/'));
  await join(eve, link, 'Eve');
  await refused;
  await eve.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  assert.equal(await eve.locator('.move-offer').count(), 0);
});

test('a page that was opened by the name asks nobody', async () => {
  const page = await person(browser, PHONE);
  const probes = [];
  page.on('request', (request) => request.url().includes('/probe/') && probes.push(request.url()));
  await page.clock.install();
  await join(page, link.replace(IP, NAME), 'Nora');
  await page.clock.runFor(10_000);
  assert.deepEqual(probes, []);
  await page.context().close();
});
