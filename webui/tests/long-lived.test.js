// Screens that stay open for weeks. If this fails, a phone that shows one of them runs out of memory, or stutters with every message.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { PHONE } from './harness/browser.js';
import { Heap, longestTasks } from './harness/heap.js';
import { adaAndFang } from './harness/house.js';
import { said } from './harness/people.js';

const MESSAGES = 10_000;
const ROOMS = 200;
/** Heap that may be added over all this time; what a screen of its own needs is far less. */
const MOST_BYTES = 20e6;
/** The slow-down of a cheap phone: a task of more than 50 ms on it is felt. Told and not tested: what it is here depends on the machine. */
const SLOW = 6;

const setUp = adaAndFang({ device: PHONE, settings: '[limits]\nmessages_per_minute_per_user = 1000000\nrooms_per_minute_per_user = 1000000' });
let box;
let browser;
let ada;
let fang;
let home;
let heap;

before(async () => {
  ({ box, browser, ada, fang, home } = await setUp());
  // Speaks, and shows nothing.
  await fang.goto(`${box.origin}/icon.svg`);
  heap = await Heap.of(ada);
});

test('an open room costs a row for a message, and no more after ten thousand', async (t) => {
  // The way in was clicked, and a page of which a pointer is known looks for what lies under it anew at every scroll. A phone has none.
  await ada.goto('about:blank');
  await ada.goto(home);
  // Open before anything is said: else it opens where reading stopped, and stays there.
  await ada.locator('.talk-view li').first().waitFor();
  await flood(fang, [roomOf(home)], 500, 'warm');
  await said(ada, 'warm 500').waitFor();
  const start = await heap.used();
  await countNewElements(ada);
  await tellTasks(t, 'slow');
  const added = await ada.evaluate(() => globalThis.newElements);
  t.diagnostic(`${added} pieces put into the page for 60 messages`);
  // Its row, and now and then the beginning of a stretch of rows; a list that is made anew would be thousands.
  assert.ok(added >= 60 && added <= 60 * 2, `${added} pieces put into the page for 60 messages`);
  await flood(fang, [roomOf(home)], MESSAGES, 'line');
  await said(ada, `line ${MESSAGES}`).waitFor();
  grewLittle(start, await heap.used(), 'the room');
  await tellTasks(t, 'after');
});

/** Says how long the page is busy with each of sixty messages. */
async function tellTasks(t, word) {
  const longest = await longestTasks(browser, ada, async () => {
    await flood(fang, [roomOf(home)], 60, word, 40);
    await said(ada, `${word} 60`).waitFor();
  });
  const [most, twelfth] = [longest[0], longest[60 / 5]].map((ms) => (ms * SLOW).toFixed(0));
  const felt = longest.filter((ms) => ms * SLOW > 50).length;
  t.diagnostic(`${word}: a message takes ${twelfth} ms of a processor that is ${SLOW} times slower, at most ${most}; ${felt} tasks over 50 ms`);
}

test('a room that slept at its end while much was said is at its end again', async () => {
  await ada.context().setOffline(true);
  await box.kill();
  await ada.getByText('No connection to the box').waitFor();
  await box.run(['127.0.0.1']);
  await flood(fang, [roomOf(home)], 3_000, 'slept');
  await ada.context().setOffline(false);
  await said(ada, 'slept 3000').waitFor();
});

test('the list of two hundred rooms in which something is said all the time', async () => {
  const rooms = await makeRooms(ada, ROOMS);
  await ada.goto(`${box.origin}/#/`);
  await ada.locator('.rooms > li').nth(ROOMS - 1).waitFor();
  await flood(fang, rooms, ROOMS, 'warm');
  await ada.locator('.rooms', { hasText: `warm ${ROOMS}` }).waitFor();
  const start = await heap.used();
  await flood(fang, rooms, 3 * ROOMS, 'here');
  await ada.locator('.rooms', { hasText: `here ${3 * ROOMS}` }).waitFor({ timeout: 60_000 });
  grewLittle(start, await heap.used(), 'the list');
});

/** Counts from now on what is put into the page, each with all that is in it as one. */
async function countNewElements(page) {
  await page.evaluate(() => {
    globalThis.newElements = 0;
    const count = (changes) => {
      for (const { addedNodes } of changes) globalThis.newElements += [...addedNodes].filter((node) => node.nodeType === Node.ELEMENT_NODE).length;
    };
    new MutationObserver(count).observe(document.body, { childList: true, subtree: true });
  });
}

for (const [page, path, ready, seconds] of [
  ['the home of the box', '#/box', '.box-looked', 15],
  ['the charts', '#/box/charts', '.page-body .section', 60],
  ['the log that is followed', '#/box/log', '.entries, .empty', 2],
])
  test(`${page}, asked for again and again`, async () => {
    await ada.clock.install();
    await ada.goto(`${box.origin}/${path}`);
    await ada.locator(ready).first().waitFor();
    if (path.endsWith('log')) await ada.getByRole('switch', { name: 'Follow' }).check();
    await pass(ada, 20, seconds);
    const start = await heap.used();
    await pass(ada, 200, seconds);
    grewLittle(start, await heap.used(), page);
  });

function grewLittle(from, to, what) {
  assert.ok(to - from < MOST_BYTES, `${what}: the heap went from ${megabytes(from)} to ${megabytes(to)} MB`);
}

function megabytes(bytes) {
  return (bytes / 1e6).toFixed(1);
}

function roomOf(url) {
  return Number(/room\/(\d+)/.exec(url)[1]);
}

/** Lets so much time go by that the page asks the box so many times, and hears its answer each time. */
async function pass(page, times, seconds) {
  for (let time = 0; time < times; time++) {
    await page.clock.runFor(seconds * 1_000);
    await page.evaluate(() => fetch('/healthz').then((answer) => answer.text()));
  }
}

async function makeRooms(page, count) {
  return page.evaluate(async (count) => {
    const users = await (await fetch('/api/v1/users')).json();
    const members = (users.users ?? users).map((user) => user.id);
    const rooms = [];
    for (let index = 0; index < count; index++) {
      const answer = await fetch('/api/v1/rooms', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ kind: 'group', name: `Room ${index + 1}`, topic: '', members }),
      });
      if (!answer.ok) throw new Error(await answer.text());
      rooms.push((await answer.json()).id);
    }
    return rooms;
  }, count);
}

/** Says `count` things over one line, in one room after the other; faster than fingers can, or with a pause between two. */
async function flood(page, rooms, count, word, pauseMs = 0) {
  await page.evaluate(
    ({ rooms, count, word, pauseMs }) =>
      new Promise((resolve, reject) => {
        const line = new WebSocket(`ws://${location.host}/api/v1/ws`);
        let acknowledged = 0;
        let said = 0;
        const next = () => {
          if (said === count) return;
          const text = `${word} ${++said}`;
          line.send(JSON.stringify({ t: 'send', client_id: `${rooms.length}-${text.replace(' ', '-')}`, room: rooms[said % rooms.length], text }));
        };
        line.onopen = () => line.send(JSON.stringify({ t: 'hello', v: 1, seen: [] }));
        line.onerror = () => reject(new Error('the line broke'));
        line.onmessage = ({ data }) => {
          const frame = JSON.parse(data);
          if (frame.t === 'caught_up') for (let index = 0; index < (pauseMs ? 1 : 50); index++) next();
          if (frame.t === 'error') reject(new Error(data));
          if (frame.t !== 'ack') return;
          if (++acknowledged === count) resolve(line.close());
          if (pauseMs) setTimeout(next, pauseMs);
          else next();
        };
      }),
    { rooms, count, word, pauseMs },
  );
}
