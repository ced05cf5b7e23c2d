// The database is damaged. If this fails, a family with a worn-out card looks at an error, and not at what can be done.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFile, mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { Box } from './harness/box.js';
import { axe, launch, LAPTOP, looked, person, PHONE, settled, shot } from './harness/browser.js';
import { claim, enterPassword, said, say } from './harness/people.js';

const CHECKPOINT = 'import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()';

let box;
let browser;
let ada;
let code;

before(async () => {
  box = await Box.start();
  browser = await launch();
  ada = await person(browser, LAPTOP);
  await claim(ada, box, { name: 'Ada', boxName: 'Garden House' });
  for (const text of ['one', 'two', 'three']) {
    await say(ada, text);
    await said(ada, text).waitFor();
  }
  code = await box.hurt(async (database) => {
    const copies = join(dirname(database), 'copies');
    await mkdir(copies, { recursive: true });
    await copyFile(database, join(copies, 'imd-001795000000000.db'));
    // Into the file with what is still in its log: page 1 would be mended from there.
    execFileSync('python3', ['-c', CHECKPOINT, database]);
    const file = await open(database, 'r+');
    await file.write(Buffer.alloc(100), 0, 100, 0);
    await file.close();
  });
});

after(async () => {
  await browser?.close();
  await box?.remove();
});

test('whoever opens the box is told what can be done, in their language, on every screen', async () => {
  for (const [device, name] of [
    [PHONE, 'phone'],
    [LAPTOP, 'laptop'],
  ]) {
    for (const [locale, look, colorScheme] of [
      ['en', 'en-light', 'light'],
      ['zh-CN', 'zh-dark', 'dark'],
    ]) {
      const page = await person(browser, device, { locale, colorScheme, timezoneId: 'Asia/Shanghai' });
      await page.goto(box.origin);
      // 11:06 UTC, on the viewer's own clock.
      await page.getByText(locale === 'en' ? 'Nov 18, 2026, 7:06' : '2026年11月18日 19:06').waitFor();
      await page.getByRole('heading', { level: 1 }).waitFor();
      await settled(page);
      await shot(page, `${name}/${look}/repair`);
      await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
      await shot(page, `${name}/${look}/repair-end`);
      assert.deepEqual(await axe(page), []);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), 'nothing is cut off');
      assert.deepEqual(page.problems, []);
      await page.context().close();
    }
  }
});

test('a wrong code is refused; with the right one, and without any script, everything that was said is back', async () => {
  const phone = await person(browser, PHONE, { javaScriptEnabled: false });
  await phone.goto(box.origin);
  await phone.getByText('2026-11-18 11:06 UTC').waitFor();
  const salvage = phone.locator('section', { has: phone.getByRole('heading', { name: 'Save what can be read' }) });
  await salvage.getByLabel('Repair code').fill('AAAA-AAAA');
  await salvage.getByRole('button', { name: 'Save what can be read' }).click();
  await phone.getByText('That is not the repair code.').waitFor();
  await shot(phone, 'phone/en-light/repair-wrong-code');
  await salvage.getByLabel('Repair code').fill(code.toLowerCase());
  await salvage.getByRole('button', { name: 'Save what can be read' }).click();
  await phone.getByText(/Done|Working/).first().waitFor();
  await shot(phone, 'phone/en-light/repair-done');
  await phone.context().close();
  // Ada is still signed in, and goes on where she was.
  await box.well();
  await ada.reload();
  for (const text of ['one', 'two', 'three']) await said(ada, text).first().waitFor();
});

test('what was put aside is found under Storage, taken away and deleted', async () => {
  await ada.goto(`${box.origin}/#/box/storage`);
  const aside = ada.locator('section.section', { hasText: 'Set aside by repairs' });
  await aside.scrollIntoViewIfNeeded();
  await settled(ada);
  await shot(ada, 'laptop/en-light/box-storage-damaged');
  const night = { locale: 'zh-CN', colorScheme: 'dark' };
  const wang = await person(browser, PHONE, { ...night, storageState: await ada.context().storageState() });
  await wang.goto(`${box.origin}/#/box/storage`);
  await wang.getByText('修复时留存的文件').scrollIntoViewIfNeeded();
  await looked(wang, 'phone/zh-dark/box-storage-damaged');
  await wang.context().close();
  // After the start in between the password is asked for.
  const saved = ada.waitForEvent('download');
  await aside.getByRole('button', { name: /^Download imd\.db of / }).click();
  await enterPassword(ada);
  assert.match((await saved).suggestedFilename(), /^\d{15}-imd\.db$/);
  await aside.getByRole('button', { name: /^Delete what/ }).click();
  await ada.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await aside.waitFor({ state: 'detached' });
  assert.deepEqual(await axe(ada), []);
  assert.deepEqual(ada.problems, []);
});
