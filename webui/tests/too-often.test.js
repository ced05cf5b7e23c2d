// Somebody who says a lot at once. If this fails, their sentences arrive in another order than they were said.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Box } from './harness/box.js';
import { launch, looked, person, PHONE } from './harness/browser.js';
import { allSaid, claim, said, say } from './harness/people.js';

let box;
let browser;
let ada;

before(async () => {
  // A long message counts as several: two of them use most of what is allowed at once.
  box = await Box.start({ settings: '[limits]\nmessages_per_minute_per_user = 20' });
  browser = await launch();
  ada = await person(browser, PHONE);
  await claim(ada, box, { name: 'Ada', boxName: 'Garden House' });
});

after(async () => {
  await browser?.close();
  await box?.remove();
});

test('what has to wait says so, and nothing overtakes it', async () => {
  const long = 'x'.repeat(7_900);
  for (const words of [`${long} 1`, `${long} 2`]) await say(ada, words);
  await ada.locator('li.message[data-seq]').nth(1).waitFor();
  const lines = Array.from({ length: 6 }, (_, index) => `line ${index + 1}`);
  for (const line of lines) await say(ada, line);
  await ada.getByText('Waiting a moment…').waitFor();
  await looked(ada, 'states/waiting-turn');
  await said(ada, 'line 6').waitFor();
  assert.deepEqual((await allSaid(ada)).filter((words) => words.startsWith('line ')), lines);
});
