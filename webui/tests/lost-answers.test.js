// The answer that lets somebody in is lost on the way. If this fails, the box belongs to nobody for ever, or a neighbour
// stands outside with an invite that they themselves used up.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Box, NAME } from './harness/box.js';
import { launch, LAPTOP, person, PHONE } from './harness/browser.js';
import { afterClaim, myName, OWNERS_PASSWORD, toClaim } from './harness/people.js';

let box;
let browser;

before(async () => {
  box = await Box.start();
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await box?.remove();
});

/** The box does what it is asked once, and the browser never hears of it. */
async function loseAnswer(page, path) {
  let lost;
  let failed;
  const done = new Promise((resolve, reject) => ([lost, failed] = [resolve, reject]));
  const lose = async (route) => {
    // Sent past the browser: by the address, because only the browser knows the name, and so without its origin.
    const { origin: _, ...headers } = route.request().headers();
    const answer = await route.fetch({ url: route.request().url().replace(NAME, '127.0.0.1'), headers });
    assert.equal(answer.status(), 200);
    await route.abort();
  };
  await page.route(`**/api/v1/${path}`, (route) => lose(route).then(lost, failed), { times: 1 });
  return { lost: done };
}

async function claimOnce(page) {
  await toClaim(page, box);
  await page.getByLabel('What should people call you?').fill('Ada');
  await page.getByLabel('Password').fill(OWNERS_PASSWORD);
  const { lost } = await loseAnswer(page, 'claim');
  await page.getByRole('button', { name: 'Next', exact: true }).click();
  await lost;
  await page.getByRole('alert').waitFor();
}

test('an owner who never heard that they are one opens the page again and is', async () => {
  const ada = await person(browser, LAPTOP);
  await claimOnce(ada);
  await ada.reload();
  await ada.getByText('Your password is set').waitFor();
  await ada.getByRole('button', { name: 'Next', exact: true }).click();
  await afterClaim(ada, { boxName: 'Garden House' });
  assert.equal(await myName(ada), 'Ada');

  await ada.goto(`${box.origin}/#/invites`);
  const made = await ada.evaluate(async () => {
    const body = JSON.stringify({ max_uses: 1 });
    const headers = { 'Content-Type': 'application/json' };
    return (await fetch('/api/v1/invites', { method: 'POST', headers, body })).json();
  });
  const fang = await person(browser, PHONE);
  await fang.goto(`${box.origin}/#/join/${made.invite.code}`);
  await fang.getByLabel('What should people call you?').fill('王芳');
  const { lost } = await loseAnswer(fang, 'join');
  await fang.getByRole('button', { name: 'Join' }).click();
  await lost;
  await fang.locator('.field-error').waitFor();
  // Also after a reload, when the invite is used up for everybody else.
  await fang.reload();
  await fang.getByLabel('What should people call you?').fill('王芳');
  await fang.getByRole('button', { name: 'Join' }).click();
  await fang.getByPlaceholder('Message').waitFor();
  assert.equal(await myName(fang), '王芳');
  const users = await ada.evaluate(async () => (await (await fetch('/api/v1/users')).json()).users.length);
  assert.equal(users, 2);
  for (const page of [ada, fang]) assert.deepEqual(page.problems, []);
});
