// Voice notes: recorded by the browser where it may, by the phone's own recorder where not; drawn, heard, one after the other. If this
// fails, whoever cannot write here says nothing.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Box } from './harness/box.js';
import { LAPTOP, launch, looked, person, PHONE } from './harness/browser.js';
import { tooSmall, tooWide } from './harness/fit.js';
import { claim, invite, join, said, say } from './harness/people.js';

/** A tone, as a phone's recorder might bring it: WAV, one channel. */
function tone(name, seconds) {
  const rate = 8_000;
  const data = Buffer.alloc(rate * seconds * 2);
  // It grows: the wave can be told from a block.
  for (let at = 0; at < rate * seconds; at++) data.writeInt16LE(Math.round(Math.sin(at / 3) * 30_000 * (at / (rate * seconds))), at * 2);
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.writeUInt32LE(36 + data.length, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate * 2, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36);
  head.writeUInt32LE(data.length, 40);
  return { name, mimeType: 'audio/wav', buffer: Buffer.concat([head, data]) };
}

let box;
let ada;
let fang;
let home;
const browsers = [];

before(async () => {
  box = await Box.start();
  // Hers takes the box for a page over HTTPS, and has a microphone that beeps.
  const secure = await launch('127.0.0.1', [
    `--unsafely-treat-insecure-origin-as-secure=${box.origin}`,
    '--use-fake-device-for-media-stream',
    '--use-fake-ui-for-media-stream',
  ]);
  browsers.push(secure);
  const plain = await launch();
  browsers.push(plain);
  ada = await person(secure, LAPTOP);
  await claim(ada, box, { name: 'Ada', boxName: 'Garden House' });
  home = ada.url();
  const link = await invite(ada, box);
  fang = await person(plain, PHONE);
  await join(fang, link, '王芳');
  await ada.goto(home);
});
after(async () => {
  for (const browser of browsers) await browser.close();
  await box.remove();
});

const notes = (page) => page.locator('li.message[data-seq] .voice');

test('the browser records, lets it be heard, and sends it', async () => {
  await ada.getByRole('button', { name: 'Record a voice message' }).click();
  const recorder = ada.getByRole('group', { name: 'Voice message', exact: true });
  await recorder.getByText('0:02').waitFor();
  await looked(ada, 'voice/recording');
  await recorder.getByRole('button', { name: 'Stop and listen' }).click();
  await recorder.getByRole('button', { name: 'Play' }).click();
  await recorder.getByRole('button', { name: 'Pause' }).waitFor();
  await recorder.getByRole('button', { name: 'Send' }).click();
  await notes(ada).waitFor();
  const there = notes(fang);
  await there.waitFor();
  assert.match(await there.getAttribute('aria-label'), /^Voice message, 0:0[23]$/);
  await there.getByRole('button', { name: 'Play' }).click();
  await there.getByText(/0:0[12] \/ 0:0[23]/).waitFor();
});

test('what was not sent is gone', async () => {
  await ada.getByRole('button', { name: 'Record a voice message' }).click();
  const recorder = ada.getByRole('group', { name: 'Voice message', exact: true });
  await recorder.getByText('0:01').waitFor();
  await ada.keyboard.press('Escape');
  await recorder.waitFor({ state: 'detached' });
  await ada.getByRole('button', { name: 'Record a voice message' }).waitFor();
  assert.equal(await notes(ada).count(), 1);
});

test('over plain HTTP the phone’s own recorder does it', async () => {
  await speak(fang, tone('Recording 1.wav', 2));
  await speak(fang, tone('Recording 2.wav', 3));
  await notes(ada).nth(2).waitFor();
  assert.equal(await notes(ada).nth(1).getAttribute('aria-label'), 'Voice message, 0:02');
  await looked(fang, 'voice/phone');
});

test('they play one after the other, as fast as one likes, also while another room is open', async () => {
  const [, first, second] = await notes(ada).all();
  await first.getByRole('button', { name: 'Play' }).click();
  for (const speed of ['1.5', '2']) {
    await first.getByRole('button', { name: /^Speed/ }).click();
    await first.getByRole('button', { name: `Speed ${speed}×` }).waitFor();
  }
  await second.getByRole('button', { name: 'Pause' }).waitFor();
  await second.getByText('0:03').waitFor();
  // Anywhere in it, by keyboard too.
  await second.getByRole('button', { name: 'Pause' }).click();
  const handle = second.getByRole('slider', { name: 'Position' });
  await handle.press('Home');
  await handle.press('End');
  await second.getByText('0:03 / 0:03').waitFor();
  await handle.press('Home');
  await second.getByText('0:03', { exact: true }).waitFor();
  await fang.goto(home);
  await speak(fang, tone('Recording 3.wav', 60));
  const mine = notes(fang).nth(3);
  await mine.getByRole('button', { name: 'Play' }).click();
  await mine.getByRole('button', { name: 'Pause' }).waitFor();
  await fang.getByRole('link', { name: 'Back' }).click();
  const bar = fang.getByRole('region', { name: 'Voice message', exact: true });
  await bar.getByRole('link', { name: '王芳' }).waitFor();
  await looked(fang, 'voice/elsewhere');
  await bar.getByRole('button', { name: 'Close' }).click();
  await bar.waitFor({ state: 'detached' });
});

test('what is no recording is a file, and what cannot be played can be saved', async () => {
  await fang.goto(home);
  const [chooser] = await Promise.all([fang.waitForEvent('filechooser'), fang.getByRole('button', { name: 'Record a voice message' }).click()]);
  await chooser.setFiles([{ name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('milk, eggs') }]);
  await fang.locator('.staged-file', { hasText: 'notes.txt' }).waitFor();
  await fang.getByRole('button', { name: 'Send' }).click();
  await said(ada, 'notes.txt').waitFor();
  await fang.evaluate(async (room) => {
    const file = await (await fetch(`/api/v1/rooms/${room}/files?name=silence.amr`, { method: 'POST', body: new Uint8Array([1, 2, 3]) })).json();
    const voice = { duration_ms: 65_000, levels: '0f' };
    const headers = { 'content-type': 'application/json' };
    await fetch(`/api/v1/rooms/${room}/messages`, { method: 'POST', headers, body: JSON.stringify({ client_id: 'amr', files: [file.id], voice }) });
  }, Number(/room\/(\d+)/.exec(home)[1]));
  const broken = ada.getByRole('group', { name: 'Voice message, 1:05' });
  await broken.getByRole('button', { name: 'Play' }).click();
  await said(ada, 'silence.amr').waitFor();
});

test('it is one line of text where one line is shown, and fits on the smallest screen', async () => {
  await say(ada, 'Thank you!');
  await speak(fang, tone('Recording 4.wav', 2));
  await fang.getByRole('link', { name: 'Back' }).click();
  await fang.locator('.rooms').getByText('Voice message, 0:02').waitFor();
  await fang.goto(home);
  await fang.setViewportSize({ width: 320, height: 640 });
  await notes(fang).last().getByRole('button', { name: 'Play' }).click();
  assert.deepEqual([await tooSmall(fang), await tooWide(fang)], [[], []]);
  await looked(fang, 'voice/small');
  assert.deepEqual([ada.problems, fang.problems], [[], []]);
});

/** Chooses what the phone's recorder has made, hears that it can be played, and sends it. */
async function speak(page, recording) {
  const before = await notes(page).count();
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByRole('button', { name: 'Record a voice message' }).click()]);
  await chooser.setFiles([recording]);
  const recorder = page.locator('.recorder');
  await recorder.getByRole('button', { name: 'Play' }).waitFor();
  await recorder.getByRole('button', { name: 'Send' }).click();
  await notes(page).nth(before).waitFor();
}
