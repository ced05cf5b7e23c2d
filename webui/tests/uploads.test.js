// A film over a phone's Wi-Fi. If this fails, somebody sends it from the beginning again and again.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { looked } from './harness/browser.js';
import { adaAndFang } from './harness/house.js';
import { said, say } from './harness/people.js';

const FILM = { name: 'film.bin', mimeType: 'application/octet-stream', buffer: Buffer.alloc(6 << 20, 7) };

let box;
let ada;
let fang;

const house = adaAndFang();
before(async () => {
  const made = await house();
  ({ box, ada, fang } = made);
  await ada.goto(made.home);
});

test('an upload is paused, and goes on where it was', async () => {
  const speed = await slow(fang, 2 << 20);
  await send(fang, 'holiday');
  await under(fang);
  await fang.getByRole('button', { name: 'Pause' }).click();
  await fang.getByRole('button', { name: 'Continue' }).waitFor();
  await looked(fang, 'states/paused');
  const begun = await parts(fang, () => fang.getByRole('button', { name: 'Continue' }).click());
  assert.ok(begun.offset > 0, 'not from the beginning');
  await speed(-1);
  await arrived('holiday');
});

test('after a reload it goes on by itself', async () => {
  const speed = await slow(fang, 2 << 20);
  await send(fang, 'second film');
  await under(fang);
  const begun = await parts(fang, () => fang.reload());
  assert.ok(begun.offset > 0, 'not from the beginning');
  await speed(-1);
  await arrived('second film');
});

test('when the box was away it goes on by itself', async () => {
  const speed = await slow(fang, 2 << 20);
  await send(fang, 'third film');
  await under(fang);
  await box.kill();
  await fang.getByText('No connection to the box').waitFor();
  // How much of it a box that lost its power still has is the box's business.
  await parts(fang, () => box.run(['127.0.0.1']));
  await speed(-1);
  await arrived('third film');
});

async function send(page, words) {
  await page.locator('input[type=file][multiple]').setInputFiles([FILM]);
  await say(page, words);
}

/** Some of it is on the box. */
async function under(page) {
  await page.waitForFunction(() => document.querySelector('.sending-bar')?.value > 0.3);
}

/** The next part that is sent after `act`: where it begins. */
async function parts(page, act) {
  const [request] = await Promise.all([page.waitForRequest((request) => request.method() === 'PATCH'), act()]);
  return { offset: Number(request.headers()['upload-offset']) };
}

async function arrived(words) {
  const file = said(ada, words).locator('.file');
  await file.waitFor();
  const bytes = await ada.evaluate(async (url) => {
    const buffer = await (await fetch(url)).arrayBuffer();
    return { length: buffer.byteLength, same: new Uint8Array(buffer).every((byte) => byte === 7) };
  }, await file.getAttribute('href'));
  assert.deepEqual(bytes, { length: FILM.buffer.length, same: true });
}

/** Bytes a second up; answers how to change it. -1: as fast as it goes. */
async function slow(page, bytes) {
  const control = await page.context().newCDPSession(page);
  await control.send('Network.enable');
  const set = (uploadThroughput) =>
    control.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput });
  await set(bytes);
  return set;
}
