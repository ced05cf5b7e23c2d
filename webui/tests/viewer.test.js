// Photos under real fingers. If this fails, somebody cannot get to the next photo, or cannot read what is on one.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { Box } from './harness/box.js';
import { launch, person, PHONE } from './harness/browser.js';
import { Fingers } from './harness/fingers.js';
import { claim, picture } from './harness/people.js';

let box;
let browser;
let ada;
let room;
let fingers;
let photos;

before(async () => {
  box = await Box.start();
  browser = await launch();
  ada = await person(browser, PHONE);
  await claim(ada, box, { name: 'Ada', boxName: 'Garden House' });
  room = Number(/room\/(\d+)/.exec(ada.url())[1]);
  await ada.locator('input[type=file][multiple]').setInputFiles([
    picture('one.png', [186, 120, 74], 600),
    picture('two.png', [70, 104, 150], 600),
    picture('three.png', [140, 150, 90], 600),
  ]);
  await ada.getByRole('button', { name: 'Send' }).click();
  await ada.locator('li[data-seq] .photo').nth(2).waitFor();
  photos = await ada.locator('li[data-seq] .photo').evaluateAll((all) => all.map((one) => one.hash));
  fingers = await Fingers.of(ada);
});

beforeEach(async () => {
  await ada.goto(`${box.origin}/#/room/${room}`);
  await ada.goto(`${box.origin}/${photos[0]}`);
  await ada.locator('.viewer-photo:not(.viewer-loading)').waitFor();
});

after(async () => {
  assert.deepEqual(ada?.problems, []);
  await browser?.close();
  await box?.remove();
});

const place = (words) => ada.locator('.viewer-count', { hasText: words }).waitFor();
const scale = () => ada.locator('.viewer-inner').evaluate((inner) => new DOMMatrix(getComputedStyle(inner).transform).a);

test('a swipe goes on and back, and stops at the ends', async () => {
  await place('1 / 3');
  await fingers.swipe([300, 400], [60, 410]);
  await place('2 / 3');
  await fingers.swipe([300, 400], [60, 390]);
  await place('3 / 3');
  await fingers.swipe([300, 400], [60, 400]);
  await place('3 / 3');
  await fingers.swipe([60, 400], [300, 400]);
  await place('2 / 3');
});

test('a short or a slanting touch changes nothing', async () => {
  await fingers.swipe([300, 400], [270, 400]);
  await fingers.swipe([200, 300], [120, 390]);
  await place('1 / 3');
});

test('two fingers look closer and back, and one then looks around without leaving', async () => {
  await fingers.pinch([195, 400], 40, 160);
  assert.ok((await scale()) > 3, `scale ${await scale()}`);
  await fingers.swipe([300, 400], [60, 400]);
  await place('1 / 3');
  assert.ok((await scale()) > 3);
  await fingers.pinch([195, 400], 160, 20);
  assert.equal(await scale(), 1);
  await place('1 / 3');
  await fingers.swipe([300, 400], [60, 400]);
  await place('2 / 3');
  assert.equal(await scale(), 1, 'the next photo begins as a whole');
});

test('two quick taps look closer, two more back', async () => {
  await fingers.tap([195, 400]);
  await fingers.tap([195, 400]);
  assert.equal(await scale(), 2.5);
  await fingers.tap([195, 400]);
  await fingers.tap([195, 400]);
  assert.equal(await scale(), 1);
});

test('a swipe down closes, and the room is where it was', async () => {
  await fingers.swipe([195, 300], [200, 520]);
  await ada.locator('.viewer').waitFor({ state: 'detached' });
  await ada.getByPlaceholder('Message').waitFor();
});
