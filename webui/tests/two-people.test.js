// Two people in one house. If this fails, somebody loses a message, a photo, or the way in.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { LAPTOP, looked, person, PHONE } from './harness/browser.js';
import { freshBox } from './harness/house.js';
import { allSaid, claim, invite, join, picture, said, say } from './harness/people.js';

/** One page, without any of what makes a PDF long. */
const PAPER = Buffer.from(
  '%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF',
);

let box;
let browser;
let ada;
let fang;

const house = freshBox();
before(async () => {
  ({ box, browser } = await house());
  ada = await person(browser, LAPTOP);
  fang = await person(browser, PHONE);
});

test('the owner claims the box with the code from its console', async () => {
  await claim(ada, box, { name: 'Ada', boxName: 'Garden House' });
  assert.equal(await ada.evaluate(() => window.isSecureContext), false, 'the page must prove itself without a secure context');
  await ada.getByRole('heading', { name: 'Chats' }).waitFor();
  await ada.getByText('It is quiet here').waitFor();
});

test('a second person comes in by the link of an invite', async () => {
  await join(fang, await invite(ada, box), '王芳');
  assert.equal(await fang.evaluate(() => window.isSecureContext), false);
  // One room with two people in it is a house that has begun.
  await ada.getByText('It is quiet here').waitFor({ state: 'detached' });
  await ada.goto(`${box.origin}/#/people`);
  await ada.getByRole('link', { name: '王芳' }).waitFor();
});

test('they talk both ways', async () => {
  await openHome(ada);
  await say(ada, 'Hello 王芳');
  await said(fang, 'Hello 王芳').waitFor();
  await say(fang, '你好！');
  await said(ada, '你好！').waitFor();
});

test('what arrives while another room is open is counted, and read when it is opened', async () => {
  await fang.goto(`${box.origin}/#/`);
  await say(ada, 'Are you there?');
  await fang.locator('.rooms .badge', { hasText: '1' }).waitFor();
  await openHome(fang);
  await said(fang, 'Are you there?').waitFor();
  // Another room is open: an alert with a way there, and a count on the way back.
  await fang.evaluate(async () => {
    const answer = await fetch('/api/v1/rooms', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ kind: 'group', name: 'My own', topic: '', members: [] }) });
    location.hash = `#/room/${(await answer.json()).id}`;
  });
  await fang.getByRole('heading', { name: 'My own' }).waitFor();
  await say(ada, 'And now?');
  const alert = fang.locator('.elsewhere');
  await alert.getByText('And now?').waitFor();
  await fang.locator('.room-back .badge', { hasText: '1' }).waitFor();
  await alert.getByRole('link').click();
  await said(fang, 'And now?').waitFor();
  await alert.waitFor({ state: 'detached' });
  assert.equal(await fang.locator('.room-back .badge').count(), 0);
  await said(fang, 'Are you there?').waitFor();
  await said(ada, 'Are you there?').locator('.receipt-read').waitFor();
});

test('photos arrive as thumbnails and open in full', async () => {
  await fang.locator('input[type=file][multiple]').setInputFiles([picture('red.png', [200, 40, 40], 900), picture('blue.png', [40, 40, 200])]);
  await say(fang, 'two photos');
  const photos = said(ada, 'two photos').locator('.photo img');
  await photos.nth(1).waitFor();
  await ada.waitForFunction(() => [...document.querySelectorAll('.photo img')].every((image) => image.complete && image.naturalWidth > 0));
  await photos.first().click();
  await ada.locator('.viewer-photo:not(.viewer-loading)').waitFor();
  assert.equal(await ada.locator('.viewer-photo').evaluate((image) => image.naturalWidth), 900);
  await ada.keyboard.press('ArrowRight');
  await ada.locator('.viewer-photo[alt="blue.png"]').waitFor();
  await ada.keyboard.press('Escape');
  await ada.locator('.viewer').waitFor({ state: 'detached' });
});

test('a film, a recording and a paper are played and shown where they were said', async () => {
  const film = await ada.evaluate(async () => {
    const canvas = document.createElement('canvas');
    const recorder = new MediaRecorder(canvas.captureStream(20), { mimeType: 'video/webm' });
    const parts = [];
    recorder.ondataavailable = ({ data }) => parts.push(data);
    recorder.start();
    for (let frame = 0; frame < 10; frame++) {
      canvas.getContext('2d').fillRect(frame, frame, 40, 40);
      await new Promise((done) => setTimeout(done, 50));
    }
    const over = new Promise((done) => (recorder.onstop = done));
    recorder.stop();
    await over;
    return [...new Uint8Array(await new Blob(parts).arrayBuffer())];
  });
  await ada.locator('input[type=file][multiple]').setInputFiles([
    { name: 'yard.webm', mimeType: 'video/webm', buffer: Buffer.from(film) },
    { name: 'voice.wav', mimeType: 'audio/wav', buffer: wav(8_000) },
    { name: 'The plan of the stairs, and who sweeps them in which week.pdf', mimeType: 'application/pdf', buffer: PAPER },
  ]);
  await say(ada, 'watch and listen');
  const message = said(fang, 'watch and listen');
  for (const kind of ['video', 'audio']) {
    const player = message.locator(kind);
    await player.waitFor();
    await fang.waitForFunction((kind) => document.querySelector(kind)?.readyState >= 2, kind);
    assert.equal(await player.evaluate((element) => element.error), null);
    await player.evaluate(async (element) => {
      element.muted = true;
      await element.play();
      if (element.duration !== Infinity) await new Promise((done) => (element.onended = done));
    });
  }
  // Cut in the middle, its ending can be read.
  const ending = await said(ada, 'watch and listen').locator('.file .file-name > :last-child').evaluate((end) => ({ text: end.textContent, all: end.scrollWidth <= end.clientWidth + 1 }));
  assert.deepEqual(ending, { text: 'week.pdf', all: true });
  await said(ada, 'watch and listen').getByRole('button', { name: 'Show' }).click();
  const shown = ada.waitForResponse((answer) => answer.headers()['content-type'] === 'application/pdf');
  await ada.locator('.viewer iframe').waitFor();
  assert.ok((await shown).ok());
  await ada.keyboard.press('Escape');
  await ada.locator('.viewer').waitFor({ state: 'detached' });
});

test('a text of an office computer is read, and one that was taken for another language is read once its encoding is chosen', async () => {
  const file = (name, hex) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(hex, 'hex') });
  await ada.locator('input[type=file][multiple]').setInputFiles([
    // 请在周五之前交房租。 in GBK.
    file('rent.txt', 'c7ebd4dad6dccee5d6aec7b0bdbbb7bfd7e2a1a3'),
    // Привет in KOI8-R, too short to tell from Windows-1251.
    file('short.txt', 'f0d2c9d7c5d4'),
  ]);
  await say(ada, 'read these');
  const message = said(fang, 'read these');
  await message.getByRole('button', { name: 'Show' }).first().click();
  await fang.getByRole('region', { name: 'rent.txt' }).getByText('请在周五之前交房租。').waitFor();
  assert.equal(await fang.getByLabel('Encoding').inputValue(), 'gb18030');
  await looked(fang, 'phone/en-light/text');
  await fang.keyboard.press('Escape');
  await message.getByRole('button', { name: 'Show' }).nth(1).click();
  await fang.getByLabel('Encoding').selectOption('koi8-r');
  await fang.getByRole('region', { name: 'short.txt' }).getByText('Привет', { exact: true }).waitFor();
  await fang.keyboard.press('Escape');
  await fang.locator('.viewer').waitFor({ state: 'detached' });
});

test('a file arrives with its name and its bytes', async () => {
  await ada.locator('input[type=file][multiple]').setInputFiles([{ name: '说明 1.txt', mimeType: 'text/plain', buffer: Buffer.from('line one') }]);
  await ada.getByRole('button', { name: 'Send' }).click();
  const row = fang.locator('.file', { hasText: '说明 1.txt' });
  await row.waitFor();
  const bytes = await fang.evaluate(async (href) => (await fetch(href)).text(), await row.getAttribute('href'));
  assert.equal(bytes, 'line one');
});

test('the plug is pulled in the middle: what was typed meanwhile is sent later, nothing is missing or twice', async () => {
  await say(ada, 'before the cut');
  await said(fang, 'before the cut').waitFor();
  await box.kill();
  await ada.getByText('No connection to the box').waitFor();
  await say(ada, 'typed in the dark 1');
  await say(ada, 'typed in the dark 2');
  await fang.getByPlaceholder('Message').fill('half a thought');
  await fang.reload().catch(() => undefined);
  await box.run(['127.0.0.1']);
  await ada.getByText('No connection to the box').waitFor({ state: 'detached' });
  await said(ada, 'typed in the dark 2').waitFor();
  await fang.goto(box.origin);
  await openHome(fang);
  await said(fang, 'typed in the dark 2').waitFor();
  assert.equal(await fang.getByPlaceholder('Message').inputValue(), 'half a thought', 'the draft is still there');
  const expected = ['Hello 王芳', '你好！', 'Are you there?', 'And now?', 'two photos', 'watch and listen', 'read these', 'before the cut', 'typed in the dark 1', 'typed in the dark 2'];
  assert.deepEqual(await allSaid(fang), expected);
  assert.deepEqual(await allSaid(ada), expected);
});

test('after closing the laptop everything is still there', async () => {
  await ada.goto('about:blank');
  await ada.goto(box.origin);
  await openHome(ada);
  await said(ada, 'typed in the dark 2').waitFor();
  assert.equal((await allSaid(ada)).length, 10);
});

test('two tabs of one person say everything once and agree on what was read', async () => {
  const tab = await ada.context().newPage();
  await tab.goto(box.origin);
  await tab.locator('.rooms a', { hasText: 'Garden House' }).click();
  await said(tab, 'typed in the dark 2').waitFor();
  await box.kill();
  await tab.getByText('No connection to the box').waitFor();
  await say(ada, 'from one tab');
  await say(tab, 'from the other tab');
  await box.run(['127.0.0.1']);
  for (const page of [ada, tab, fang]) for (const text of ['from one tab', 'from the other tab']) await said(page, text).waitFor();
  await say(fang, 'who is there?');
  await tab.goto(`${box.origin}/#/people`);
  await said(ada, 'who is there?').waitFor();
  await tab.close();
  assert.equal((await allSaid(fang)).filter((text) => text.startsWith('from ')).length, 2);
  assert.deepEqual(await allSaid(ada), await allSaid(fang));
});

test('a message that is deleted is gone for both', async () => {
  await said(ada, 'typed in the dark 1').hover();
  await said(ada, 'typed in the dark 1').getByRole('button', { name: 'Message options' }).click();
  await ada.getByRole('menuitem', { name: 'Delete' }).click();
  await ada.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await said(fang, 'Message deleted').waitFor();
  assert.equal(await said(fang, 'typed in the dark 1').count(), 0);
});

test('what is deleted before it is read is unread no more', async () => {
  await fang.goto(`${box.origin}/#/`);
  await say(ada, 'said in haste');
  await say(ada, 'said at leisure');
  const count = fang.locator('.rooms a', { hasText: 'Garden House' }).locator('.badge');
  await count.filter({ hasText: '2' }).waitFor();
  const hasty = said(ada, 'said in haste');
  await hasty.hover();
  await hasty.getByRole('button', { name: 'Message options' }).click();
  await ada.getByRole('menuitem', { name: 'Delete' }).click();
  await ada.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await count.filter({ hasText: '1' }).waitFor();
});

test('nothing went wrong in either page', () => {
  assert.deepEqual(ada.problems, []);
  assert.deepEqual(fang.problems, []);
});

async function openHome(page) {
  await page.goto(`${box.origin}/#/`);
  await page.locator('.rooms a', { hasText: 'Garden House' }).click();
  await page.getByPlaceholder('Message').waitFor();
}

/** A second of a tone: 8-bit mono WAV. */
function wav(samples) {
  const sound = Buffer.alloc(44 + samples);
  sound.write('RIFF', 0);
  sound.writeUInt32LE(36 + samples, 4);
  sound.write('WAVEfmt ', 8);
  for (const [at, value] of [[16, 16], [24, 8_000], [28, 8_000], [40, samples]]) sound.writeUInt32LE(value, at);
  for (const [at, value] of [[20, 1], [22, 1], [32, 1], [34, 8]]) sound.writeUInt16LE(value, at);
  sound.write('data', 36);
  for (let at = 0; at < samples; at++) sound[44 + at] = 128 + 60 * Math.sin(at / 5);
  return sound;
}

