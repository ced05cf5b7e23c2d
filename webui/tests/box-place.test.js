// Files on a USB disk. If this fails, an admin cannot find out how, thinks that photos are lost because a cable is loose, or a
// member stares at a grey box.
import assert from 'node:assert/strict';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join as path } from 'node:path';
import { after, before, test } from 'node:test';
import { Box } from './harness/box.js';
import { axe, launch, LAPTOP, person, PHONE, settled, shot } from './harness/browser.js';
import { claim, invite, join, picture, said, say } from './harness/people.js';

const READY = 'sda1\nexfat\nready\nHOLIDAY\n';

let box;
let browser;
let ada;
let fang;
let usb;
let photo;

before(async () => {
  box = await Box.start();
  usb = path(box.folder, 'data', 'imagined-usb');
  browser = await launch();
  ada = await person(browser, LAPTOP);
  await claim(ada, box, { name: 'Ada', boxName: 'Garden House' });
  const link = await invite(ada, box);
  fang = await person(browser, PHONE);
  await join(fang, link, '王芳');
  await fang.locator('input[type=file][multiple]').setInputFiles([picture('yard.png', [86, 128, 84], 900)]);
  await say(fang, 'the yard');
  await said(fang, 'the yard').waitFor();
  await fang.locator('li[data-seq] .photo').waitFor();
  photo = await fang.locator('li[data-seq] .photo').evaluate((one) => one.hash);
});

after(async () => {
  await browser?.close();
  await box?.remove();
});

const open = async (page, where) => page.goto(`${box.origin}/#/box${where}`);
const press = (page, name) => page.getByRole('button', { name, exact: true }).click();
const looked = async (page, name) => {
  await settled(page);
  await shot(page, name);
  assert.deepEqual(await axe(page), []);
};

/** As Ada sees it on her phone at night, in Chinese. */
async function night(where, words, name, answer) {
  const options = { locale: 'zh-CN', colorScheme: 'dark', storageState: await ada.context().storageState() };
  const page = await person(browser, PHONE, options);
  if (answer) await page.route('**/api/v1/admin/storage/place', answer);
  await open(page, where);
  await page.getByText(words, { exact: false }).first().waitFor();
  await page.getByText(words, { exact: false }).first().scrollIntoViewIfNeeded();
  await looked(page, `phone/zh-dark/${name}`);
  await page.context().close();
}

async function pullOut() {
  await rm(path(usb, 'USB-0001.disk'));
  await rename(path(usb, 'USB-0001'), path(usb, 'pulled'));
}

async function plugIn() {
  await rename(path(usb, 'pulled'), path(usb, 'USB-0001'));
  await writeFile(path(usb, 'USB-0001.disk'), READY);
  while (!(await ada.evaluate(async () => (await (await fetch('/api/v1/admin/storage/place')).json()).disk?.away === false)));
}

test('an admin keeps the files on a disk, and sees why another is none', async () => {
  await mkdir(path(usb, 'OTHER', 'files'), { recursive: true });
  await writeFile(path(usb, 'OTHER', 'files', 'box'), JSON.stringify({ box: 'another', name: 'Lily Court' }));
  await writeFile(path(usb, 'OTHER.disk'), 'sdb1\next4\nready\nSTICK\n');
  await writeFile(path(usb, 'WINDOWS.disk'), 'sdc1\nntfs\nformat\nWindows\n');
  await open(ada, '/storage');
  await ada.getByText('“Lily Court”', { exact: false }).waitFor();
  await ada.getByText('Where the files are', { exact: true }).scrollIntoViewIfNeeded();
  await looked(ada, 'laptop/en-light/box-place-choose');
  await night('/storage', '文件存放位置', 'box-place-choose');
  await press(ada, 'Keep the files here');
  await ada.getByText('Photos and files are kept on HOLIDAY.', { exact: false }).waitFor();
  await looked(ada, 'laptop/en-light/box-place');
  await night('/storage', '照片和文件存放在 HOLIDAY', 'box-place');
  await night('/reset', 'U 盘 HOLIDAY 上的照片和文件', 'box-reset-disk');
  await fang.goto(`${box.origin}/${photo}`);
  await fang.locator('.viewer-photo:not(.viewer-loading)').waitFor();
});

test('pulled out, everybody is told, and the chat goes on', async () => {
  await pullOut();
  await ada.getByText('HOLIDAY is not plugged in', { exact: true }).waitFor();
  await looked(ada, 'laptop/en-light/box-place-away');
  await night('/storage', 'HOLIDAY 未插入', 'box-place-away');
  await open(ada, '');
  await ada.getByText('The disk with the files is not plugged in', { exact: true }).waitFor();
  await looked(ada, 'laptop/en-light/box-home-files-away');
  // A phone that has not seen the photo yet.
  const wang = await person(browser, PHONE, { storageState: await fang.context().storageState() });
  await wang.goto(`${box.origin}/${photo}`);
  await wang.getByText('a disk that is not plugged into the box', { exact: false }).waitFor();
  await looked(wang, 'phone/en-light/viewer-files-away');
  await wang.getByRole('button', { name: 'Close' }).click();
  await wang.locator('li[data-seq] .photo img').waitFor();
  await wang.locator('input[type=file][multiple]').setInputFiles([picture('cat.png', [186, 120, 74], 300)]);
  await say(wang, 'the cat');
  await wang.getByText('a disk that is not plugged into the box', { exact: false }).waitFor();
  await looked(wang, 'phone/en-light/room-files-away');
  await say(wang, 'only words');
  await said(wang, 'only words').waitFor();
  // Also the small picture is gone from the card: what is there instead says why.
  for (const one of await readdir(path(box.folder, 'data', 'thumbs'), { recursive: true, withFileTypes: true })) if (one.isFile()) await rm(path(one.path, one.name));
  const li = await person(browser, PHONE, { locale: 'zh-CN', colorScheme: 'dark', storageState: await fang.context().storageState() });
  await li.goto(`${box.origin}/${/#\/room\/\d+/.exec(photo)[0]}`);
  await li.locator('.photo-fault').waitFor();
  await li.locator('.photo-fault').scrollIntoViewIfNeeded();
  await looked(li, 'phone/zh-dark/room-photo-away');
  await li.context().close();
  await plugIn();
  await wang.getByRole('button', { name: 'Try again' }).click();
  await said(wang, 'the cat').waitFor();
  await wang.goto(`${box.origin}/${photo}`);
  await wang.locator('.viewer-photo:not(.viewer-loading)').waitFor();
  await wang.context().close();
});

test('how far files are on their way is shown, and why they stopped', async () => {
  const disk = { id: 'USB-0001', label: 'HOLIDAY', way: 'to_disk', away: false, total_bytes: 64e9, free_bytes: 50e9, files_bytes: 3.1e9, failed: null, unreadable: 0 };
  const shown = [
    [{ done_bytes: 3.1e9, all_bytes: 11.4e9 }, '3.1 GB of 11 GB are on HOLIDAY.', '3.1 GB / 11 GB 已在 HOLIDAY 上', 'box-place-moving'],
    [{ way: 'to_box', done_bytes: 8.3e9, all_bytes: 11.4e9 }, '8.3 GB of 11 GB are on the card.', '8.3 GB / 11 GB 已在存储卡上', 'box-place-back'],
    [{ failed: 'usb_unwritable' }, 'Moving the files stopped.', '文件移动中断', 'box-place-stopped'],
    [{ away: true, failed: 'files_away' }, 'HOLIDAY is plugged in, but the box cannot use it', 'HOLIDAY 已插入，但盒子无法使用', 'box-place-unusable'],
    [{ way: 'to_box', unreadable: 2 }, '2 files cannot be moved', '2 个文件无法移动', 'box-place-unreadable'],
  ];
  for (const [how, words, zh, name] of shown) {
    const now = JSON.stringify({ disk: { ...disk, done_bytes: null, all_bytes: null, ...how }, disks: [] });
    const answer = (route) => route.fulfill({ contentType: 'application/json', body: now });
    await ada.context().route('**/api/v1/admin/storage/place', answer);
    await open(ada, '');
    await open(ada, '/storage');
    await ada.getByText(words, { exact: false }).first().scrollIntoViewIfNeeded();
    await looked(ada, `laptop/en-light/${name}`);
    await night('/storage', zh, name, answer);
    await ada.context().unroute('**/api/v1/admin/storage/place');
  }
});

test('it is taken out safely, and the files come back to the card', async () => {
  await open(ada, '/storage');
  await ada.getByText('Photos and files are kept on HOLIDAY.', { exact: false }).waitFor();
  const here = ada.locator('section', { hasText: 'Where the files are' });
  await here.getByRole('button', { name: 'Eject safely' }).click();
  await ada.getByText('HOLIDAY can be unplugged now.', { exact: true }).waitFor();
  await ada.getByText('HOLIDAY is not plugged in', { exact: true }).waitFor();
  await press(ada, 'The disk is lost or broken');
  await ada.getByText('Go on without HOLIDAY?', { exact: true }).waitFor();
  await looked(ada, 'laptop/en-light/box-place-lost');
  await press(ada, 'Cancel');
  await pullOut();
  // The machine has seen that it is out.
  await ada.evaluate(() => fetch('/api/v1/admin/storage/place'));
  await plugIn();
  await ada.getByText('Photos and files are kept on HOLIDAY.', { exact: false }).waitFor();
  await press(ada, 'Move the files back to the card');
  await ada.getByRole('button', { name: 'Keep the files here' }).waitFor();
  await fang.goto(`${box.origin}/${photo}`);
  await fang.locator('.viewer-photo:not(.viewer-loading)').waitFor();
});

test('nothing went wrong in either page', () => {
  assert.deepEqual(ada.problems, []);
  assert.deepEqual(fang.problems, []);
});
