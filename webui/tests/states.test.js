// The moments between: typing, sending, failing, waiting, being shut out. If this fails, somebody does not know what
// became of their words.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { Box } from './harness/box.js';
import { launch, LAPTOP, looked, person, PHONE } from './harness/browser.js';
import { claim, enterPassword, invite, join, myId, picture, said, say } from './harness/people.js';

let box;
let browser;
let ada;
let fang;
let home;
let link;

before(async () => {
  box = await Box.start();
  browser = await launch();
  ada = await person(browser, LAPTOP);
  fang = await person(browser, PHONE);
  await claim(ada, box, { name: 'Ada', boxName: 'Garden House' });
  home = Number(/room\/(\d+)/.exec(ada.url())[1]);
  link = await invite(ada, box);
  await join(fang, link, '王芳');
  await ada.goto(`${box.origin}/#/room/${home}`);
});

afterEach(async () => {
  for (const page of [ada, fang]) assert.deepEqual(page.problems, []);
});

after(async () => {
  await browser?.close();
  await box?.remove();
});

async function look(page, name) {
  await looked(page, `states/${name}`);
}

test('a newcomer’s keyboard is up: the field has the focus', async () => {
  assert.equal(await fang.evaluate(() => document.activeElement?.tagName), 'TEXTAREA');
});

test('others see that somebody is typing', async () => {
  // Typing is told as it goes on and never kept: who has just come in hears of it with one of the next keys.
  for (let key = 0; key < 100 && !(await ada.getByText('王芳 is typing…').isVisible()); key++) {
    await fang.getByPlaceholder('Message').pressSequentially('你', { delay: 100 });
  }
  await ada.getByText('王芳 is typing…').waitFor();
  await look(ada, 'typing');
  await fang.getByPlaceholder('Message').fill('');
  await ada.getByText('王芳 is typing…').waitFor({ state: 'detached' });
});

test('Enter sends on a laptop, Shift+Enter makes a line, and an input method keeps its Enter', async () => {
  const field = ada.getByPlaceholder('Message');
  await field.fill('two');
  await field.press('Shift+Enter');
  await field.pressSequentially('lines');
  await field.dispatchEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true, cancelable: true });
  assert.equal(await field.inputValue(), 'two\nlines');
  await field.press('Enter');
  await said(fang, 'two').waitFor();
  assert.equal(await said(fang, 'two').locator('.bubble-text').textContent(), 'two\nlines');
});

test('a long message is folded until somebody wants to read it, and stays where it is', async () => {
  // The room fills the screen, else what is at its end moves up as it fills.
  await say(ada, Array.from({ length: 12 }, (_, line) => `more ${line + 1}`).join('\n'));
  await say(ada, Array.from({ length: 400 }, (_, line) => `line ${line + 1}`).join('\n'));
  const long = said(fang, /line 1\nline 2\n/);
  await long.waitFor();
  const height = () => long.evaluate((row) => row.getBoundingClientRect().height);
  const top = () => long.locator('.bubble').evaluate((bubble) => Math.round(bubble.getBoundingClientRect().top));
  assert.ok((await height()) < 700, `folded, ${await height()} pixels`);
  const before = await top();
  await long.getByRole('button', { name: 'Show all' }).click();
  await long.getByRole('button', { name: 'Show less' }).waitFor();
  assert.ok((await height()) > 5_000);
  assert.equal(await top(), before, 'its beginning stays under the eyes');
  await long.getByRole('button', { name: 'Show less' }).click();
  await fang.goto(`${box.origin}/#/`);
  await fang.goto(`${box.origin}/#/room/${home}`);
  // Twenty-four lines are no long message.
  await say(ada, Array.from({ length: 24 }, (_, line) => `short ${line + 1}`).join('\n'));
  await said(fang, 'short 24').waitFor();
  assert.equal(await said(fang, 'short 24').getByRole('button', { name: 'Show all' }).count(), 0);
});

test('days are the box’s, whatever the phone’s clock says', async () => {
  const ahead = await person(browser, PHONE, { storageState: await fang.context().storageState() });
  await ahead.clock.install({ time: Date.now() + 2 * 86_400_000 });
  await ahead.goto(`${box.origin}/#/room/${home}`);
  await ahead.locator('.talk-day').last().getByText('Today').waitFor();
  assert.match(await ahead.title(), /^Garden House$/, 'the house’s room and the box are called the same, once');
  await ahead.goto(`${box.origin}/#/`);
  await ahead.locator('.rooms-time', { hasText: /\d:\d\d/ }).first().waitFor();
  await ahead.context().close();
});

test('links are links, and nothing else is', async () => {
  await say(ada, 'see http://192.168.1.7/a <b>not bold</b> javascript:alert(1)');
  const message = said(fang, 'not bold');
  await message.waitFor();
  assert.deepEqual(await message.locator('.bubble-text a').allTextContents(), ['http://192.168.1.7/a']);
  assert.equal(await message.locator('.bubble-text b').count(), 0);
});

test('a message is answered, copied and reached by keyboard alone', async () => {
  const focused = () => ada.evaluate(() => document.activeElement.closest('li.message')?.dataset.key ?? document.activeElement.tagName);
  const message = said(ada, 'two');
  const key = await message.getAttribute('data-key');
  // From the top of the page: past the lists, over the room's head into the messages, and on. They are one stop, whose own buttons follow it.
  await ada.locator('body').evaluate(() => document.activeElement.blur());
  await ada.locator('.skip').focus();
  await ada.keyboard.press('Enter');
  const stops = [];
  while ((await focused()) !== 'TEXTAREA') {
    assert.ok(stops.length < 9, `too many stops on the way: ${stops}`);
    await ada.keyboard.press('Tab');
    stops.push(await focused());
  }
  assert.equal(new Set(stops.filter((stop) => stop.startsWith('m-'))).size, 1, `stops: ${stops}`);
  while (!(await focused()).startsWith('m-')) await ada.keyboard.press('Shift+Tab');
  await ada.keyboard.press('Home');
  while ((await focused()) !== key) await ada.keyboard.press('ArrowDown');
  assert.match(await message.getAttribute('aria-label'), /^You, .+: two/);
  await ada.keyboard.press('Enter');
  await ada.getByRole('menu').waitFor();
  await look(ada, 'message-menu');
  await ada.keyboard.press('Home');
  await ada.keyboard.press('ArrowUp');
  assert.equal(await ada.evaluate(() => document.activeElement.textContent), 'Delete', 'the arrows go round in the menu');
  await ada.keyboard.press('Escape');
  assert.equal(await focused(), key, 'the focus is back where it was');
  await ada.keyboard.press('Enter');
  // A browser copies only for the page in front.
  await ada.bringToFront();
  while ((await ada.evaluate(() => document.activeElement.textContent)) !== 'Copy text') await ada.keyboard.press('ArrowDown');
  await ada.keyboard.press('Enter');
  await ada.getByText('Copied').waitFor();
  assert.equal(await focused(), key, 'the focus is back where it was');
  await ada.keyboard.press('Enter');
  await ada.keyboard.press('Enter');
  await look(ada, 'replying');
  await ada.keyboard.type('answered');
  await ada.keyboard.press('Enter');
  await said(fang, 'answered').locator('.quote').waitFor();
});

test('people are chosen by keyboard alone, and their list is one stop', async () => {
  const back = ada.url();
  await ada.goto(`${box.origin}/#/new`);
  const boxes = ada.locator('.picker input');
  await boxes.first().waitFor();
  const count = await boxes.count();
  await boxes.first().focus();
  await ada.keyboard.press('End');
  await ada.keyboard.press('Space');
  assert.ok(await boxes.nth(count - 1).isChecked());
  await ada.keyboard.press('Home');
  await ada.keyboard.press('Tab');
  assert.equal(await ada.evaluate(() => document.activeElement.closest('.picker')), null);
  await ada.keyboard.press('Shift+Tab');
  await ada.keyboard.press('Space');
  assert.equal(await boxes.first().isChecked(), count > 1);
  await ada.goto(back);
  await ada.getByPlaceholder('Message').waitFor();
});

test('picked photos wait to be sent, and can be taken out again', async () => {
  await ada.locator('input[type=file][multiple]').setInputFiles([
    picture('a.png', [120, 80, 160], 300),
    picture('b.png', [60, 140, 160], 300),
    { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('x') },
  ]);
  await ada.locator('.staged-file').nth(2).waitFor();
  await look(ada, 'picked');
  await ada.getByRole('button', { name: 'Remove b.png' }).click();
  await ada.getByRole('button', { name: 'Remove notes.txt' }).click();
  assert.equal(await ada.locator('.staged-file').count(), 1);
  await ada.getByRole('button', { name: 'Remove a.png' }).click();
});

test('a picture is taken from the clipboard', async () => {
  await ada.getByPlaceholder('Message').evaluate((field) => {
    const data = new DataTransfer();
    data.items.add(new File(['x'], 'image.png', { type: 'image/png' }));
    field.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  });
  await ada.locator('.staged-file').waitFor();
  await ada.getByRole('button', { name: /^Remove / }).click();
});

test('what is pasted from a spreadsheet comes as words, and its picture only when asked for', async () => {
  const field = ada.getByPlaceholder('Message');
  await field.evaluate((area) => {
    const data = new DataTransfer();
    data.items.add(new File(['x'], 'image.png', { type: 'image/png' }));
    data.setData('text/plain', 'Monday\t3');
    const paste = new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true });
    // What the browser itself does with words unless it is told not to.
    if (area.dispatchEvent(paste)) document.execCommand('insertText', false, data.getData('text/plain'));
  });
  assert.equal(await field.inputValue(), 'Monday\t3');
  assert.equal(await ada.locator('.staged-file').count(), 0);
  await ada.getByRole('button', { name: 'Send the picture too' }).click();
  await ada.locator('.staged-file').waitFor();
  await ada.getByRole('button', { name: /^Remove / }).click();
  await field.fill('');
});

test('an upload shows how far it is and can be stopped', async () => {
  await slow(ada, 60_000);
  await ada.locator('input[type=file][multiple]').setInputFiles([{ name: 'film.bin', mimeType: 'application/octet-stream', buffer: Buffer.alloc(400_000, 1) }]);
  await ada.getByRole('button', { name: 'Send' }).click();
  await ada.waitForFunction(() => document.querySelector('.sending-bar')?.value > 0);
  await look(ada, 'uploading');
  await ada.getByRole('button', { name: 'Cancel' }).click();
  await ada.locator('.pending').waitFor({ state: 'detached' });
  await slow(ada, -1);
});

test('what the box cannot take says so, and one press tries again', async () => {
  await ada.route('**/files?name=*', (route) =>
    route.fulfill({ status: 507, contentType: 'application/json', body: '{"error":{"code":"disk_full","message":"full"}}' }),
  );
  await ada.locator('input[type=file][multiple]').setInputFiles([picture('late.png', [200, 160, 60], 200)]);
  await say(ada, 'this will take two tries');
  await ada.getByText('The disk of the box is full.').waitFor();
  await look(ada, 'failed');
  await ada.unroute('**/files?name=*');
  await ada.getByRole('button', { name: 'Try again' }).click();
  await said(fang, 'this will take two tries').locator('.photo img').waitFor();
});

test('without a line the bar says so, words and photos wait, and all of it goes when the line is back', async () => {
  await box.kill();
  await ada.getByText('No connection to the box').waitFor();
  await ada.locator('input[type=file][multiple]').setInputFiles([picture('dark.png', [20, 20, 40], 200)]);
  await say(ada, 'said in the dark');
  await look(ada, 'no-line');
  await box.run(['127.0.0.1']);
  await said(fang, 'said in the dark').locator('.photo img').waitFor();
});

test('the language changes at once, without losing a draft', async () => {
  await ada.getByPlaceholder('Message').fill('half');
  await ada.goto(`${box.origin}/#/me/look`);
  await ada.getByRole('radio', { name: '中文' }).check();
  await ada.getByRole('heading', { name: '语言和外观' }).waitFor();
  assert.equal(await ada.evaluate(() => document.documentElement.lang), 'zh-CN');
  await ada.goto(`${box.origin}/#/room/${home}`);
  assert.equal(await ada.getByPlaceholder('发消息').inputValue(), 'half');
  await ada.getByPlaceholder('发消息').fill('');
  await ada.goto(`${box.origin}/#/me/look`);
  await ada.getByRole('radio', { name: 'English' }).check();
  await ada.getByRole('radio', { name: 'Dark' }).check();
  assert.equal(await ada.evaluate(() => getComputedStyle(document.documentElement).colorScheme), 'dark');
  await ada.reload();
  await ada.getByRole('heading', { name: 'Language and appearance' }).waitFor();
  assert.equal(await ada.evaluate(() => document.documentElement.dataset.theme), 'dark');
  await ada.getByRole('radio', { name: 'Same as the device' }).check();
});

test('a group is made, renamed, closed for members, and left', async () => {
  await ada.goto(`${box.origin}/#/new`);
  await ada.getByLabel('Name', { exact: true }).fill('Bakers');
  await ada.locator('.picker .row', { hasText: '王芳' }).click();
  await ada.getByRole('button', { name: 'Create' }).click();
  await ada.getByPlaceholder('Message').waitFor();
  const group = /room\/(\d+)/.exec(ada.url())[1];
  await fang.goto(`${box.origin}/#/`);
  await fang.locator('.rooms a', { hasText: 'Bakers' }).click();
  await fang.getByPlaceholder('Message').waitFor();
  await ada.goto(`${box.origin}/#/room/${group}/edit`);
  await ada.getByLabel('Name', { exact: true }).fill('Saturday bakers');
  await ada.getByRole('button', { name: 'Save' }).click();
  await ada.getByRole('heading', { name: 'Details' }).waitFor();
  await fang.getByRole('heading', { name: 'Saturday bakers' }).waitFor();
  await ada.goto(`${box.origin}/#/room/${group}/edit`);
  // Shown as chosen when the box has taken it, which is later than the click.
  await ada.getByRole('group', { name: 'Who may write' }).getByRole('radio', { name: 'Owners and admins' }).click();
  await fang.getByText('Only owners and admins can write here.').waitFor();
  await look(fang, 'closed');
  await fang.goto(`${box.origin}/#/room/${group}/details`);
  await fang.getByRole('button', { name: 'Leave room' }).click();
  await look(fang, 'leave');
  await fang.getByRole('dialog').getByRole('button', { name: 'Leave room' }).click();
  await fang.getByRole('heading', { name: 'Chats' }).waitFor();
  const entry = fang.locator('.rooms a', { hasText: 'Saturday bakers' });
  await entry.waitFor({ state: 'detached' });
  assert.equal(await fang.locator('.notice-error').count(), 0, 'that it is gone is what she wanted');
  // Taken in again: it is at the top of the list and says so, and opens only when she opens it.
  const added = await ada.evaluate(
    async ({ group, user }) => {
      const put = await fetch(`/api/v1/rooms/${group}/members/${user}`, { method: 'PUT', headers: { 'content-type': 'application/json' }, body: '{}' });
      return put.status;
    },
    { group, user: await myId(fang) },
  );
  assert.ok(added < 300, `${added}`);
  await entry.getByText('New', { exact: true }).waitFor();
  assert.match(await fang.locator('.rooms a').first().textContent(), /Saturday bakers/);
  assert.match(fang.url(), /#\/$/, 'nothing has opened by itself');
  await fang.reload();
  await entry.getByText('New', { exact: true }).waitFor();
  await entry.click();
  await fang.getByText('Only owners and admins can write here.').waitFor();
  await fang.goto(`${box.origin}/#/`);
  await entry.waitFor();
  assert.equal(await entry.getByText('New', { exact: true }).count(), 0);
  // Somebody else takes her out while she looks: she is told, and stands at the list.
  await fang.goto(`${box.origin}/#/room/${group}`);
  await fang.getByText('Only owners and admins can write here.').waitFor();
  await ada.evaluate(({ group, user }) => fetch(`/api/v1/rooms/${group}/members/${user}`, { method: 'DELETE' }), { group, user: await myId(fang) });
  await fang.getByText('You are no longer in Saturday bakers.').waitFor();
  await entry.waitFor({ state: 'detached' });
});

test('a face is chosen, and others see it', async () => {
  await fang.goto(`${box.origin}/#/me/profile`);
  await fang.locator('input[type=file]').setInputFiles([picture('me.png', [90, 120, 200], 700)]);
  await fang.locator('.person .avatar img').waitFor();
  await ada.goto(`${box.origin}/#/people`);
  await ada.locator('.rooms a', { hasText: '王芳' }).locator('.avatar img').waitFor();
});

test('what is wrong with a name or username stands where it was typed', async () => {
  await fang.goto(`${box.origin}/#/me/profile`);
  const [name, handle] = ['Name', 'Username'].map((label) => fang.getByLabel(label, { exact: true }));
  const wrong = async (field) => (await field.getAttribute('aria-invalid')) === 'true';
  for (const [typed, into, words, other] of [
    ['admin', handle, 'A username has 2 to 32 lowercase letters', name],
    ['ada', handle, 'Somebody who runs this box has this name', name],
    ['Аdа', name, 'Somebody who runs this box has this name', handle],
  ]) {
    const before = await into.inputValue();
    await into.fill(typed);
    await fang.getByRole('button', { name: 'Save' }).click();
    await fang.getByRole('alert').filter({ hasText: words }).waitFor();
    assert.ok((await wrong(into)) && !(await wrong(other)), typed);
    if (typed === 'admin') await look(fang, 'profile-username');
    await into.fill(before);
  }
});

test('who waits sees that they wait, and who is turned away is told', async () => {
  const tom = await person(browser, PHONE);
  await tom.goto(box.origin);
  await tom.getByLabel('What should people call you?').fill('Tom');
  await tom.getByRole('button', { name: 'Ask to join' }).click();
  await tom.getByRole('heading', { name: 'Hello Tom' }).waitFor();
  await look(tom, 'waiting');
  await ada.goto(`${box.origin}/#/requests`);
  await ada.getByRole('button', { name: 'Decline' }).click();
  await tom.getByRole('heading', { name: 'Not this time' }).waitFor();
  await look(tom, 'turned-away');
  await tom.context().close();
});

test('the app in WeChat shows the way out of it', async () => {
  const wechat = await person(browser, PHONE, {
    locale: 'zh-CN',
    userAgent: 'Mozilla/5.0 (Linux; Android 12) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/107.0 Mobile Safari/537.36 MicroMessenger/8.0.40',
  });
  await wechat.goto(link);
  await wechat.getByRole('heading', { name: '请在浏览器中打开' }).waitFor();
  await look(wechat, 'in-app');
  await wechat.context().close();
});

test('who is signed out by somebody else loses no word, and the next person on that phone sees none', async () => {
  await ada.goto(`${box.origin}/#/room/${home}`);
  const phone = await person(browser, PHONE);
  await join(phone, link, 'Marta');
  assert.equal(
    await phone.evaluate(async () => {
      const init = { method: 'PUT', headers: { 'Content-Type': 'application/json' }, body: '{"new":"correct horse battery"}' };
      return (await fetch('/api/v1/me/password', init)).status;
    }),
    204,
  );
  const [cookie] = await phone.context().cookies();
  await phone.context().setOffline(true);
  await box.kill();
  await phone.getByText('No connection to the box').waitFor();
  await say(phone, 'said before the door closed');
  await phone.getByPlaceholder('Message').fill('half a sentence');
  await box.run(['127.0.0.1']);
  const out = await fetch(`http://127.0.0.1:${box.port}/api/v1/sign-out`, {
    method: 'POST',
    headers: { Cookie: `${cookie.name}=${cookie.value}`, Origin: `http://127.0.0.1:${box.port}` },
  });
  assert.equal(out.status, 204);
  await phone.context().setOffline(false);
  await phone.getByText('This device was signed out.').waitFor();

  await join(phone, link, 'Somebody else');
  assert.equal(await phone.getByPlaceholder('Message').inputValue(), '');
  assert.equal(await phone.locator('.pending').count(), 0);
  await phone.goto(`${box.origin}/#/me`);
  await phone.getByRole('button', { name: 'Sign out' }).click();
  await phone.getByRole('dialog').getByRole('button', { name: 'Sign out' }).click();
  await phone.getByLabel('What should people call you?').waitFor();

  await phone.goto(`${box.origin}/#/returning`);
  await phone.getByLabel('Name or username').fill('Marta');
  await phone.getByLabel('Password', { exact: true }).fill('correct horse battery');
  await phone.getByRole('button', { name: 'Sign in' }).click();
  await phone.getByText('You were signed out before this was sent.').waitFor();
  await look(phone, 'kept');
  assert.equal(await phone.getByPlaceholder('Message').inputValue(), 'half a sentence');
  assert.equal(await said(ada, 'said before the door closed').count(), 0, 'it goes only when they say so');
  await phone.locator('.pending').getByRole('button', { name: 'Send' }).click();
  await said(ada, 'said before the door closed').waitFor();
  await phone.context().close();
});

test('ticks say what is true: on the disk, on a phone, read', async () => {
  const bob = await person(browser, PHONE);
  await join(bob, link, 'Bob');
  const id = await bob.evaluate(async () => (await (await fetch('/api/v1/me')).json()).user.id);
  await bob.goto('about:blank');
  await ada.goto(`${box.origin}/#/people/${id}`);
  await ada.getByRole('button', { name: 'Write a message' }).click();
  await say(ada, 'are you there');
  const tick = said(ada, 'are you there').locator('.receipt');
  await tick.and(ada.getByTitle('Sent', { exact: true })).waitFor();
  await bob.goto(`${box.origin}/#/`);
  await tick.and(ada.getByTitle('Delivered', { exact: true })).waitFor();
  await look(ada, 'delivered');
  await bob.locator('.rooms a', { hasText: 'Ada' }).click();
  await tick.and(ada.getByTitle('Read', { exact: true })).waitFor();
  await bob.context().close();
  await ada.goto(`${box.origin}/#/room/${home}`);
});

test('who is suspended is shut out at once, and told why', async () => {
  const other = await person(browser, PHONE);
  await join(other, link, 'Rude Person');
  await ada.goto(`${box.origin}/#/people`);
  await ada.getByRole('link', { name: 'Rude Person' }).click();
  await ada.getByRole('button', { name: 'Suspend' }).click();
  await look(ada, 'suspend');
  await ada.getByRole('dialog').getByRole('button', { name: 'Suspend' }).click();
  await enterPassword(ada);
  await other.getByRole('heading', { name: 'You are suspended' }).waitFor();
  let lines = 0;
  other.on('websocket', () => lines++);
  const asked = other.waitForResponse((answer) => answer.url().endsWith('/api/v1/box'));
  await other.getByRole('button', { name: 'Try again' }).click();
  await asked;
  await other.getByRole('heading', { name: 'You are suspended' }).waitFor();
  assert.equal(lines, 0, 'it asks only when the person does');
  await look(other, 'suspended');
  assert.equal(await other.locator('.message').count(), 0);
  await ada.getByRole('button', { name: 'Let back in' }).click();
  await ada.getByRole('button', { name: 'Suspend' }).waitFor();
  await other.getByRole('button', { name: 'Try again' }).click();
  await other.getByRole('heading', { name: 'Chats' }).waitFor();
  await other.context().close();
});

test('a box that is away says so, and the page goes on by itself when it is back', async () => {
  const late = await person(browser, PHONE);
  await late.goto(`${box.origin}/#/join/ABCDEFGH`);
  await late.getByLabel('What should people call you?').waitFor();
  // The page is loaded, the box answers nothing: as after a reload from the browser's cache.
  await late.route('**/api/v1/box', (route) => route.abort());
  await late.reload();
  await late.getByRole('heading', { name: 'The box does not answer' }).waitFor();
  await look(late, 'away');
  await late.unroute('**/api/v1/box');
  await late.getByLabel('What should people call you?').waitFor();
  await late.context().close();
});

/** Bytes a second up; -1: as fast as it goes. */
async function slow(page, bytes) {
  const control = await page.context().newCDPSession(page);
  await control.send('Network.enable');
  await control.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: bytes });
}
