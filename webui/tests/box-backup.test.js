// A box comes back from its backup. If this fails, a broken card takes everything that was ever said with it.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join as path } from 'node:path';
import { before, test } from 'node:test';
import { LAPTOP, looked, person, PHONE } from './harness/browser.js';
import { adaAndFang } from './harness/house.js';
import { claim, enterPassword, myId, picture, said, say } from './harness/people.js';

let box;
let browser;
let ada;
let fang;
let link;
let file;
let locked;

const WORDS = '四个词 to open it';

const house = adaAndFang();
before(async () => {
  ({ box, browser, ada, fang, link } = await house());
  await say(fang, 'before the backup');
  await fang.locator('input[type=file][multiple]').setInputFiles([picture('yard.png', [86, 128, 84], 300)]);
  await say(fang, 'the yard');
  await said(fang, 'the yard').waitFor();
});

const open = async (page, path) => page.goto(`${box.origin}/#/box${path}`);
const press = (page, name) => page.getByRole('button', { name, exact: true }).click();

test('a backup is made while people chat, and taken along', async () => {
  // The first page says one thing: there is no backup, so not all is well, and something is left to do.
  await open(ada, '');
  const missing = ada.getByText('There is no backup yet');
  await missing.waitFor();
  for (const other of ['Everything is fine', 'Nothing. Have a nice day.']) assert.equal(await ada.getByText(other).count(), 0, other);
  await open(ada, '/backup');
  await ada.getByText('None yet.').waitFor();
  await press(ada, 'Make a backup now');
  const download = ada.getByRole('button', { name: /^Download the backup/ });
  await download.waitFor();
  await looked(ada, 'laptop/en-light/box-backup-made');
  const [taken] = await Promise.all([ada.waitForEvent('download'), download.click()]);
  file = { name: taken.suggestedFilename(), mimeType: 'application/x-tar', buffer: await readFile(await taken.path()) };
  assert.ok(file.buffer.length > 10_000);
  // What was mended is gone from the first page when somebody looks again.
  await open(ada, '');
  await ada.locator('.box-looked').waitFor();
  await missing.waitFor({ state: 'detached' });
  await open(ada, '/backup');
  // Whoever finds this one on a stick reads nothing.
  await ada.getByRole('switch', { name: 'Lock it with a passphrase' }).click();
  const make = ada.getByRole('button', { name: 'Make a backup now', exact: true });
  await ada.getByLabel('Passphrase', { exact: true }).fill('7 chars');
  assert.ok(await make.isDisabled());
  await ada.getByLabel('Passphrase', { exact: true }).fill(WORDS);
  await make.click();
  await ada.getByText('Locked', { exact: false }).filter({ hasText: '· Locked' }).waitFor();
  await looked(ada, 'laptop/en-light/box-backup-locked');
  const [closed] = await Promise.all([ada.waitForEvent('download'), download.first().click()]);
  locked = { name: closed.suggestedFilename(), mimeType: 'application/octet-stream', buffer: await readFile(await closed.path()) };
  assert.match(locked.name, /\.tar\.age$/);
  await ada.getByRole('radio', { name: 'Weekly' }).click();
  await ada.waitForFunction(async () => (await (await fetch('/api/v1/admin/backups')).json()).schedule.every === 'week');
  await fang.getByPlaceholder('Message').fill('half a sentence');
});

test('a backup goes to a disk that is plugged in, and it is taken out safely', async () => {
  await ada.reload();
  await ada.getByLabel('Where').first().selectOption({ label: 'HOLIDAY' });
  await press(ada, 'Make a backup now');
  const onDisk = ada.getByText(/ · HOLIDAY$/);
  await onDisk.waitFor();
  await ada.getByLabel('Where').last().selectOption({ label: 'HOLIDAY' });
  await ada.waitForFunction(async () => (await (await fetch('/api/v1/admin/backups')).json()).schedule.disk === 'USB-0001');
  await ada.getByText('USB disks', { exact: true }).scrollIntoViewIfNeeded();
  await looked(ada, 'laptop/en-light/box-backup-disk');
  const wang = await person(browser, PHONE, { locale: 'zh-CN', colorScheme: 'dark', storageState: await ada.context().storageState() });
  await open(wang, '/backup');
  await wang.getByText('U 盘和移动硬盘').waitFor();
  await looked(wang, 'phone/zh-dark/box-backup-disk');
  await press(ada, 'Eject safely');
  await ada.getByText('HOLIDAY can be unplugged now.').waitFor();
  await onDisk.waitFor({ state: 'detached' });
  assert.equal(await ada.getByLabel('Where').last().inputValue(), 'USB-0001', 'it is waited for');
  await ada.getByLabel('Where').last().selectOption({ label: 'On the box' });
  // One that cannot be used says why.
  await writeFile(path(box.folder, 'data', 'imagined-usb', 'USB-0002.disk'), 'sdb1\nntfs\nformat\nWindows\n');
  await wang.reload();
  await wang.getByText('不支持 ntfs 格式', { exact: false }).scrollIntoViewIfNeeded();
  await looked(wang, 'phone/zh-dark/box-backup-disk-format');
  await wang.context().close();
});

test('an owner goes back to a backup, and what was written since is gone', { timeout: 120_000 }, async () => {
  const laterOn = await person(browser, PHONE, { storageState: await fang.context().storageState() });
  await laterOn.goto(`${box.origin}/#/`);
  await laterOn.getByRole('link', { name: /^Garden House/ }).click();
  await say(laterOn, 'written since');
  await said(laterOn, 'written since').waitFor();
  await laterOn.context().close();
  await ada.reload();
  await ada.getByRole('button', { name: /^Restore the backup/ }).first().click();
  await ada.getByText('Everything written, sent or set since then is lost', { exact: false }).waitFor();
  const words = ada.getByLabel('The backup’s passphrase');
  await words.fill('四个词 wrong');
  await press(ada, 'Restore it');
  await ada.getByText('That is not the passphrase of this backup.').waitFor();
  await looked(ada, 'laptop/en-light/box-backup-go-back');
  await words.fill(WORDS);
  await press(ada, 'Restore it');
  await ada.getByText('The box is back').waitFor({ timeout: 30_000 });
  await ada.goto('about:blank');
  await ada.goto(`${box.origin}/#/`);
  await ada.getByRole('link', { name: /^Garden House/ }).click();
  await said(ada, 'the yard').waitFor();
  assert.equal(await said(ada, 'written since').count(), 0);
});

test('starting all over says what is lost, and asks for the name', async () => {
  await open(ada, '/reset');
  const all = ada.getByRole('button', { name: 'Delete everything' });
  assert.ok(await all.isDisabled());
  await ada.getByLabel('Type “Garden House”').fill('Garden');
  assert.ok(await all.isDisabled());
  await looked(ada, 'laptop/en-light/box-reset');
});

test('a box with a new card comes back from the stick in it', { timeout: 120_000 }, async () => {
  const stick = path(box.folder, 'data', 'imagined-usb', 'USB-0001');
  await box.empty();
  const owner = await person(browser, PHONE, { locale: 'zh-CN', colorScheme: 'dark' });
  await owner.goto(`${box.origin}/#/setup/restore`);
  const here = owner.getByRole('button', { name: '在 U 盘上' });
  assert.ok(await here.isDisabled(), 'only for who has the code');
  await owner.getByLabel('认领码', { exact: true }).fill(await box.claimCode());
  await here.click();
  await owner.getByText('盒子上的 U 盘里没有备份', { exact: false }).waitFor();
  await looked(owner, 'phone/zh-dark/box-restore-no-stick');
  await writeFile(path(stick, locked.name), locked.buffer);
  await writeFile(path(stick, file.name), file.buffer);
  await press(owner, '再看看');
  await owner.getByRole('radio').nth(1).waitFor();
  await looked(owner, 'phone/zh-dark/box-restore-stick');
  await owner.getByRole('radio', { name: /已加密/ }).check();
  await owner.getByLabel('备份的口令').fill(WORDS);
  await press(owner, '恢复');
  await owner.getByText('备份已就绪').waitFor();
  await press(owner, '继续');
  await owner.getByLabel('你叫什么？').waitFor({ timeout: 30_000 });
  await owner.context().close();
  await fang.goto('about:blank');
  await fang.goto(`${box.origin}/#/`);
  await fang.getByRole('link', { name: /^Garden House/ }).click();
  await said(fang, 'before the backup').waitFor();
});

for (const [device, locale, look, words] of [
  [PHONE, 'en', 'phone/en-light', { code: 'Claim code', restore: 'Restore', lost: 'Open invites no longer work here (2)', back: 'The box is back', goOn: 'Continue', name: 'What should people call you?' }],
  [LAPTOP, 'zh-CN', 'laptop/zh-dark', { code: '认领码', restore: '恢复', lost: '其中 2 个邀请在这里不再有效', back: '盒子回来了', goOn: '继续', name: '你叫什么？' }],
])
  test(`whoever brings an open backup to another box is told that its invites are void, until they have read it (${look})`, { timeout: 120_000 }, async () => {
    await box.empty();
    const owner = await person(browser, device, { locale, colorScheme: look.endsWith('dark') ? 'dark' : 'light' });
    await owner.goto(`${box.origin}/#/setup/restore`);
    await owner.getByLabel(words.code, { exact: true }).fill(await box.claimCode());
    await owner.locator('input[type=file]').setInputFiles(file);
    await press(owner, words.restore);
    const lost = owner.getByText(words.lost, { exact: false });
    await lost.waitFor();
    await looked(owner, `${look}/box-restore-invites-void`);
    // The box is back, and nothing is taken away from under the eyes.
    await owner.getByText(words.back, { exact: true }).waitFor({ timeout: 30_000 });
    assert.ok(await lost.isVisible());
    await looked(owner, `${look}/box-restore-invites-void-back`);
    await press(owner, words.goOn);
    await owner.getByLabel(words.name).waitFor();
    await owner.context().close();
  });

test('an owner who goes back to a backup of another box is told the same', { timeout: 120_000 }, async () => {
  // The one that is claimed here has a key of its own; the old one's backup is on a stick.
  await box.empty();
  const owner = await person(browser, LAPTOP);
  await claim(owner, box, { name: 'Ada', boxName: 'Another house' });
  await writeFile(path(box.folder, 'data', 'imagined-usb', 'USB-0001', file.name), file.buffer);
  await open(owner, '/backup');
  await owner.getByRole('button', { name: /^Restore the backup/ }).click();
  await press(owner, 'Restore it');
  await owner.getByText('Open invites no longer work here (2)', { exact: false }).waitFor();
  await owner.getByText('The box is back').waitFor({ timeout: 30_000 });
  assert.ok(await owner.getByText('Open invites no longer work here (2)', { exact: false }).isVisible());
  await looked(owner, 'laptop/en-light/box-backup-go-back-invites-void');
  await owner.context().close();
});

test('on an empty box it is checked whole, and nobody has to sign in again', { timeout: 120_000 }, async () => {
  // The card broke: a fresh one, at the same address.
  await box.empty();
  const owner = await person(browser, PHONE);
  await owner.goto(box.origin);
  await owner.getByRole('link', { name: 'I have a backup' }).click();
  await owner.getByLabel('Claim code', { exact: true }).fill(await box.claimCode());
  const picker = owner.locator('input[type=file]');
  const damaged = Buffer.from(file.buffer);
  damaged[Math.floor(damaged.length / 2)] ^= 0xff;
  await picker.setInputFiles({ ...file, buffer: damaged });
  await press(owner, 'Restore');
  await owner.getByRole('alert').waitFor();
  await looked(owner, 'phone/en-light/box-restore-damaged');
  await picker.setInputFiles(locked);
  const words = owner.getByLabel('The backup’s passphrase');
  await words.fill('四个词 wrong');
  await press(owner, 'Restore');
  await owner.getByText('That is not the passphrase of this backup.').waitFor();
  await looked(owner, 'phone/en-light/box-restore-locked');
  await words.fill(WORDS);
  await press(owner, 'Restore');
  await owner.getByText('The backup is in place').waitFor();
  await looked(owner, 'phone/en-light/box-restore-done');
  await press(owner, 'Continue');
  // This browser is a stranger's.
  await owner.getByLabel('What should people call you?').waitFor({ timeout: 30_000 });
  await owner.context().close();

  await fang.goto('about:blank');
  await fang.goto(`${box.origin}/#/`);
  await fang.getByRole('link', { name: /^Garden House/ }).click();
  await said(fang, 'before the backup').waitFor();
  // Its people are the same, and so is the box: what was typed waits for its writer.
  assert.equal(await fang.getByPlaceholder('Message').inputValue(), 'half a sentence');
  await fang.waitForFunction(() => [...document.querySelectorAll('.photo img')].some((image) => image.complete && image.naturalWidth > 0));
  await ada.goto('about:blank');
  await ada.goto(`${box.origin}/#/`);
  await ada.getByRole('link', { name: /^Garden House/ }).click();
  await say(ada, 'we are back');
  await said(fang, 'we are back').waitFor();
  assert.notEqual(await myId(ada), await myId(fang));
});

test('whoever types the box’s name starts all over, and the box is anybody’s who holds it', async () => {
  await open(ada, '/reset');
  await ada.getByLabel('Type “Garden House”').fill('Garden House');
  await ada.getByRole('button', { name: 'Delete everything' }).click();
  await enterPassword(ada);
  await ada.getByText('Everything is deleted').waitFor();
  await ada.waitForFunction(async () => {
    const answer = await fetch('/api/v1/box').catch(() => null);
    return answer?.ok && (await answer.json()).state === 'fresh';
  });
  await ada.goto('about:blank');
  await ada.goto(box.origin);
  await ada.getByRole('heading', { name: 'Set up this box' }).waitFor();
});

test('nothing went wrong in either page', () => {
  assert.deepEqual(ada.problems, []);
  assert.deepEqual(fang.problems, []);
});
