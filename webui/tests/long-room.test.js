// A room with thousands of messages. If this fails, somebody loses their place, or never sees what was said.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Box } from './harness/box.js';
import { launch, LAPTOP, person, PHONE } from './harness/browser.js';
import { claim, invite, join, said, say } from './harness/people.js';

const MESSAGES = 2_000;
/** The DOM never holds more rows than this while the room is paged through, however long it is: a window, and day titles. */
const MOST_ROWS = 410;

let box;
let browser;
let ada;
let fang;
let home;

before(async () => {
  box = await Box.start({ settings: '[limits]\nmessages_per_minute_per_user = 1000000' });
  browser = await launch();
  ada = await person(browser, LAPTOP);
  fang = await person(browser, PHONE);
  await claim(ada, box, { name: 'Ada', boxName: 'Garden House' });
  home = Number(/room\/(\d+)/.exec(ada.url())[1]);
  await join(fang, await invite(ada, box), '王芳');
  await ada.goto('about:blank');
  await flood(fang, home, MESSAGES);
});

after(async () => {
  await browser?.close();
  await box?.remove();
});

test('opens where reading stopped, with the line above what is new', async () => {
  await ada.goto(`${box.origin}/#/`);
  await ada.locator('.rooms .badge', { hasText: '100+' }).waitFor();
  await ada.locator('.rooms a').first().click();
  await ada.locator('.talk-unread').waitFor();
  assert.ok(await inView(ada, '.talk-unread'));
  assert.ok(await inView(ada, '[data-key="m-4"], [data-key="m-5"]'), 'the first new message is on the screen');
});

test('reading down to the end shows every message once, in order', async () => {
  const seen = await readThrough(ada, 'down', MESSAGES);
  assert.deepEqual(seen, Array.from({ length: MESSAGES }, (_, index) => `line ${index + 1}`));
});

test('reading back to the beginning shows every message once, in order', async () => {
  const seen = await readThrough(ada, 'up', MESSAGES);
  assert.deepEqual(seen, Array.from({ length: MESSAGES }, (_, index) => `line ${index + 1}`));
  await ada.getByText('You created this room').waitFor();
});

test('paging in both directions moves nothing under the eyes', async () => {
  for (const [direction, to] of [
    [1, 'down'],
    [-1, 'up'],
  ]) {
    const { steps, worst, most } = await glide(ada, direction, 1_000);
    assert.ok(worst <= 1, `reading ${to}: a row jumped by ${worst} pixels`);
    assert.ok(steps > 100 && most <= MOST_ROWS * 20, `${steps} steps, ${most} elements`);
  }
  await ada.locator('.talk-view').evaluate((view) => (view.scrollTop = 0));
});

test('what is being read stays where it is when something new comes', async () => {
  await ada.locator('.talk-view').evaluate((view) => view.scrollBy(0, 300));
  const before = await topRow(ada);
  await say(fang, 'new while you read');
  await ada.getByRole('button', { name: '1 new' }).waitFor();
  assert.deepEqual(await topRow(ada), before);
});

test('a look elsewhere and back does not lose the place', async () => {
  const before = await topRow(ada);
  await ada.goto(`${box.origin}/#/me`);
  await ada.goto(`${box.origin}/#/new`);
  await ada.getByLabel('Name', { exact: true }).waitFor();
  await ada.goto(`${box.origin}/#/room/${home}`);
  await ada.locator('.talk-view').waitFor();
  assert.deepEqual(await topRow(ada), before);
});

test('one press leads to the newest', async () => {
  await ada.getByRole('button', { name: '1 new' }).click();
  await said(ada, 'new while you read').waitFor();
  assert.ok(await inView(ada, 'li.message:last-child'));
});

test('at the end new messages come into view by themselves', async () => {
  for (let index = 0; index < 5; index++) await say(fang, `coming ${index}`);
  await said(ada, 'coming 4').waitFor();
  assert.ok(await inView(ada, 'li.message:last-child'));
});

/** Says many things over one line, faster than fingers can. */
async function flood(page, room, count) {
  await page.evaluate(
    ({ room, count }) =>
      new Promise((resolve, reject) => {
        const line = new WebSocket(`ws://${location.host}/api/v1/ws`);
        let acknowledged = 0;
        let said = 0;
        const next = () => said < count && line.send(JSON.stringify({ t: 'send', client_id: `flood-${++said}`, room, text: `line ${said}` }));
        line.onopen = () => line.send(JSON.stringify({ t: 'hello', v: 1, seen: [] }));
        line.onerror = () => reject(new Error('the line broke'));
        line.onmessage = ({ data }) => {
          const frame = JSON.parse(data);
          if (frame.t === 'caught_up') for (let index = 0; index < 50; index++) next();
          if (frame.t === 'error') reject(new Error(data));
          if (frame.t !== 'ack') return;
          if (++acknowledged === count) resolve(line.close());
          next();
        };
      }),
    { room, count },
  );
}

/** Scrolls screen by screen to one end of the room, and answers all that was said, in the order of the room. */
async function readThrough(page, direction, count) {
  return page.evaluate(
    async ({ direction, count, most }) => {
      const view = document.querySelector('.talk-view');
      const seen = new Map();
      const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
      const look = () => {
        const rows = view.querySelectorAll('li[data-seq]');
        if (rows.length > most) throw new Error(`${rows.length} rows in the DOM`);
        let last = 0;
        for (const row of rows) {
          const seq = Number(row.dataset.seq);
          if (seq <= last) throw new Error(`${seq} after ${last}`);
          if (last && seq !== last + 1 && seq > 5) throw new Error(`a gap before ${seq}`);
          last = seq;
          const words = row.querySelector('.bubble-text')?.textContent;
          if (words?.startsWith('line ')) seen.set(seq, words);
        }
      };
      const deadline = performance.now() + 60_000;
      while (seen.size < count) {
        if (performance.now() > deadline) throw new Error(`only ${seen.size} messages seen`);
        view.scrollBy(0, (direction === 'down' ? 1 : -1) * view.clientHeight * 0.9);
        await frame();
        look();
      }
      view.scrollTop = direction === 'down' ? view.scrollHeight : 0;
      await frame();
      return [...seen].sort((a, b) => a[0] - b[0]).map(([, words]) => words);
    },
    { direction, count, most: MOST_ROWS },
  );
}

/**
 * Scrolls in small steps until `rows` rows have passed. Answers how far a row was ever off the place to which the scroll
 * should have brought it, and the most elements that were in the document.
 */
async function glide(page, direction, rows) {
  return page.evaluate(
    async ({ direction, rows }) => {
      const view = document.querySelector('.talk-view');
      const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
      const middle = () => {
        const half = view.getBoundingClientRect().top + view.clientHeight / 2;
        return [...view.querySelectorAll('li[data-seq]')].find((row) => row.getBoundingClientRect().bottom > half);
      };
      const first = Number(middle().dataset.seq);
      let [steps, worst, most] = [0, 0, 0];
      for (const deadline = performance.now() + 60_000; performance.now() < deadline; steps++) {
        const row = middle();
        if (Math.abs(Number(row.dataset.seq) - first) > rows) break;
        const before = row.getBoundingClientRect().top;
        const by = (direction * view.clientHeight) / 3;
        const room = direction > 0 ? view.scrollHeight - view.clientHeight - view.scrollTop : view.scrollTop;
        view.scrollBy(0, by);
        await frame();
        await frame();
        if (row.isConnected && room > Math.abs(by)) worst = Math.max(worst, Math.abs(before - by - row.getBoundingClientRect().top));
        most = Math.max(most, document.querySelectorAll('*').length);
      }
      return { steps, worst, most };
    },
    { direction, rows },
  );
}

async function topRow(page) {
  return page.evaluate(async () => {
    // The place is only true once the browser has laid everything out.
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    const view = document.querySelector('.talk-view').getBoundingClientRect();
    const row = [...document.querySelectorAll('.talk-rows > li')].find((one) => one.getBoundingClientRect().bottom > view.top);
    return { key: row.dataset.key, top: Math.round(row.getBoundingClientRect().top) };
  });
}

async function inView(page, selector) {
  return page.evaluate((selector) => {
    const view = document.querySelector('.talk-view').getBoundingClientRect();
    const row = document.querySelector(selector)?.getBoundingClientRect();
    return row !== undefined && row.top < view.bottom && row.bottom > view.top;
  }, selector);
}
