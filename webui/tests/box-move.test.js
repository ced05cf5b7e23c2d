// A house moves to a new box, over a line that breaks. If this fails, a new box means that everybody begins anew, or that the
// old one has to be read from its card by hand.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { after, before, test } from 'node:test';
import { Box } from './harness/box.js';
import { launch, LAPTOP, looked, person, PHONE } from './harness/browser.js';
import { claim, enterPassword, invite, join, picture, said, say } from './harness/people.js';

let old;
let fresh;
let browser;
let ada;
let fang;
let line;

/** Between the two boxes; so many bytes of the old one go through, and then nothing. */
class Line {
  left = 60_000;
  #open = new Set();

  static async to(port) {
    const line = new Line();
    line.server = createServer((near) => {
      const far = connect(port, '127.0.0.1');
      const end = () => [near, far].forEach((socket) => (socket.destroy(), line.#open.delete(socket)));
      for (const socket of [near, far]) line.#open.add(socket.on('error', end).on('close', end));
      if (line.left <= 0) return end();
      near.pipe(far);
      far.on('data', (bytes) => {
        const through = bytes.subarray(0, Math.max(0, line.left));
        line.left -= bytes.length;
        near.write(through);
        if (line.left <= 0) near.end();
      });
      return undefined;
    }).listen(0, '127.0.0.1');
    await once(line.server, 'listening');
    return line;
  }

  get address() {
    return `127.0.0.1:${this.server.address().port}`;
  }

  close() {
    this.#open.forEach((socket) => socket.destroy());
    this.server.close();
  }
}

before(async () => {
  old = await Box.start();
  fresh = await Box.start();
  browser = await launch();
  ada = await person(browser, LAPTOP);
  await claim(ada, old, { name: 'Ada', boxName: 'Garden House' });
  fang = await person(browser, PHONE);
  await join(fang, await invite(ada, old), '王芳');
  await fang.locator('input[type=file][multiple]').setInputFiles([picture('yard.png', [86, 128, 84], 300)]);
  await say(fang, 'the yard');
  await said(fang, 'the yard').waitFor();
  line = await Line.to(old.port);
});

after(async () => {
  await browser?.close();
  line?.close();
  await old?.remove();
  await fresh?.remove();
});

const press = (page, name) => page.getByRole('button', { name, exact: true }).click();
let code;

test('the old box packs itself and shows what is to be typed', async () => {
  await ada.goto(`${old.origin}/#/box/backup`);
  await press(ada, 'Move to a new box');
  const shown = ada.locator('.fact', { hasText: 'Code of the old box' }).locator('code');
  code = await shown.textContent();
  assert.match(code, /^([2-9A-HJ-NP-Z]{4}-){4}[2-9A-HJ-NP-Z]{4}$/);
  await ada.getByText(/^Valid for \d+ more minutes/).waitFor();
  await ada.getByText('This box is still on').scrollIntoViewIfNeeded();
  await looked(ada, 'laptop/en-light/box-move-code');
  // Another page in between, and the code is still there; a reload, and it is not.
  await ada.goto(`${old.origin}/#/box/storage`);
  await ada.goto(`${old.origin}/#/box/backup`);
  assert.equal(await shown.textContent(), code);
  const zh = await person(browser, PHONE, { locale: 'zh-CN', colorScheme: 'dark', storageState: await ada.context().storageState() });
  await zh.goto(`${old.origin}/#/box/backup`);
  await zh.getByText('搬迁码只在开始搬迁的页面显示一次', { exact: false }).waitFor();
  await zh.getByText('这个盒子还开着').scrollIntoViewIfNeeded();
  await looked(zh, 'phone/zh-dark/box-move-code-away');
  await zh.context().close();
});

let owner;

test('the new box asks for the address and the code, and says what is wrong with them', async () => {
  owner = await person(browser, PHONE, { locale: 'zh-CN', colorScheme: 'dark' });
  await owner.goto(fresh.origin);
  await owner.getByRole('link', { name: '从另一个盒子搬来' }).waitFor();
  await looked(owner, 'phone/zh-dark/set-up-language');
  await owner.getByRole('link', { name: '从另一个盒子搬来' }).click();
  await owner.getByLabel('认领码', { exact: true }).fill('WRONGONE');
  await owner.getByLabel('旧盒子的地址').fill('8.8.8.8');
  await owner.getByLabel('旧盒子的搬迁码').fill('AAAA-AAAA-AAAA-AAAA-AAAA');
  const begin = () => press(owner, '把所有内容搬到这里');
  await begin();
  await owner.getByText('认领码不对', { exact: false }).waitFor();
  await owner.getByLabel('认领码', { exact: true }).fill(await fresh.claimCode());
  await begin();
  await owner.getByText('这不是本网络里盒子的地址', { exact: false }).waitFor();
  await looked(owner, 'phone/zh-dark/set-up-move-address');
  await owner.getByLabel('旧盒子的地址').fill('127.0.0.1:9');
  await begin();
  await owner.getByText('那里没有正在搬迁的盒子回应', { exact: false }).waitFor();
  await owner.getByLabel('旧盒子的地址').fill(line.address);
  await begin();
  await owner.getByText('旧盒子不认识这个搬迁码', { exact: false }).waitFor();
});

test('it goes on where the line broke, and everybody is in as before', { timeout: 120_000 }, async () => {
  await owner.getByLabel('旧盒子的搬迁码').fill(code.toLowerCase());
  await press(owner, '把所有内容搬到这里');
  await owner.getByText('旧盒子没有回应', { exact: false }).waitFor();
  await looked(owner, 'phone/zh-dark/set-up-move-broken');
  const laptop = await person(browser, LAPTOP, { storageState: await owner.context().storageState() });
  await laptop.goto(`${fresh.origin}/#/setup/move`);
  // Whoever has the code sees how far it is, wherever they look.
  await laptop.getByText('Garden House').waitFor();
  await laptop.reload();
  await laptop.getByText('Garden House').waitFor();
  await looked(laptop, 'laptop/en-light/set-up-move');
  await laptop.context().close();
  // The new box is switched off, and the page of its holder waits.
  await fresh.kill();
  line.left = Infinity;
  await fresh.run();
  await owner.getByText('内容已到齐', { exact: true }).waitFor({ timeout: 60_000 });
  await looked(owner, 'phone/zh-dark/set-up-move-ready');
  await ada.getByText('The new box has everything').waitFor();
  await ada.getByText('The new box has everything').scrollIntoViewIfNeeded();
  await looked(ada, 'laptop/en-light/box-move-arrived');
  // What is to be done with the old box stands there until it was read.
  await owner.getByText('盒子回来了').waitFor({ timeout: 30_000 });
  assert.ok(await owner.getByText('现在请关闭旧盒子', { exact: false }).isVisible());
  await press(owner, '继续');
  await owner.getByLabel('你叫什么？').waitFor();

  await fang.goto('about:blank');
  await fang.goto(`${fresh.origin}/#/`);
  await fang.getByRole('link', { name: /^Garden House/ }).click();
  await said(fang, 'the yard').waitFor();
  await say(fang, 'we have moved');
  // The old one is switched off from where its admin is.
  await ada.getByRole('link', { name: 'Switch this box off' }).click();
  await ada.getByRole('button', { name: /^Shut down/ }).waitFor();
  await ada.goto('about:blank');
  await ada.goto(`${fresh.origin}/#/`);
  await ada.getByRole('link', { name: /^Garden House/ }).click();
  await said(ada, 'we have moved').waitFor();
});

test('nothing went wrong in any page', () => {
  for (const page of [ada, fang, owner]) assert.deepEqual(page.problems, []);
});
