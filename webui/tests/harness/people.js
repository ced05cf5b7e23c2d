// What people do in the app, by what they see on it.
import { deflateSync } from 'node:zlib';

/** The password of whoever claims a box. */
export const OWNERS_PASSWORD = 'correct horse battery';

/** Makes the box somebody's: the whole way of the set-up. */
export async function claim(page, box, { name, boxName }) {
  await toClaim(page, box);
  await page.getByLabel('What should people call you?').fill(name);
  // Entered a moment ago, it lets the owner do what only a fresh password does.
  await page.getByLabel('Password').fill(OWNERS_PASSWORD);
  await next(page);
  await afterClaim(page, { boxName });
}

/** The steps of the set-up before somebody says who they are. */
export async function toClaim(page, box) {
  await page.goto(`${box.origin}/#/claim`);
  await page.getByRole('heading', { name: 'Set up this box' }).waitFor();
  await next(page);
  await page.getByLabel('Claim code', { exact: true }).fill(await box.claimCode());
  await next(page);
}

/** The steps after it, and in. */
export async function afterClaim(page, { boxName }) {
  await page.getByLabel('Name of this box').fill(boxName);
  await next(page);
  await page.getByRole('heading', { name: 'Who can join?' }).waitFor();
  await next(page);
  await page.locator('.poster img').waitFor();
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await page.getByPlaceholder('Message').waitFor();
}

/** Answers the question that comes before a change of the box when the password was entered some time ago. */
export async function enterPassword(page) {
  const question = page.getByRole('dialog', { name: 'Is it really you?' });
  await question.getByLabel('Password').fill(OWNERS_PASSWORD);
  await question.getByRole('button', { name: 'Continue' }).click();
  await question.waitFor({ state: 'detached' });
}

async function next(page) {
  await page.getByRole('button', { name: 'Next', exact: true }).click();
}

/** Makes an invite and answers its link by the box's test name. */
export async function invite(page, box) {
  await page.goto(`${box.origin}/#/invites`);
  await page.getByRole('button', { name: 'Create an invite' }).click();
  const link = await page.locator('.share-link').textContent();
  return `${box.origin}/${link.slice(link.indexOf('#'))}`;
}

export async function join(page, link, name) {
  await page.goto(link);
  await page.getByLabel('What should people call you?').fill(name);
  await page.getByRole('button', { name: 'Join' }).click();
  await page.getByPlaceholder('Message').waitFor();
}

export async function say(page, text) {
  await page.getByPlaceholder('Message', { exact: true }).fill(text);
  await page.getByRole('button', { name: 'Send' }).click();
}

/** The message with these words, once it is on the box's disk. */
export function said(page, text) {
  return page.locator('li.message[data-seq]', { hasText: text });
}

/** Holds a finger on a message until its menu is there, as phones do; true touches, so that letting go is seen too. */
export async function hold(page, message) {
  const { x, y, width, height } = await message.locator('.bubble').boundingBox();
  const touch = await page.context().newCDPSession(page);
  const touchPoints = [{ x: x + width / 2, y: y + height / 2 }];
  await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints });
  await page.getByRole('menu').waitFor();
  await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  await touch.detach();
}

/** Every message on the page from top to bottom, by its words. */
export async function allSaid(page) {
  return page.locator('li.message[data-seq] p.bubble-text').allTextContents();
}

/** A small picture of one colour, as a file that a browser can pick. */
export function picture(name, [red, green, blue], side = 64) {
  const row = Buffer.concat([Buffer.from([0]), ...Array.from({ length: side }, () => Buffer.from([red, green, blue]))]);
  const pixels = deflateSync(Buffer.concat(Array.from({ length: side }, () => row)));
  const size = Buffer.alloc(8);
  size.writeUInt32BE(side, 0);
  size.writeUInt32BE(side, 4);
  const header = Buffer.concat([size, Buffer.from([8, 2, 0, 0, 0])]);
  const buffer = Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', pixels),
    chunk('IEND', Buffer.alloc(0)),
  ]);
  return { name, mimeType: 'image/png', buffer };
}

function chunk(kind, data) {
  const body = Buffer.concat([Buffer.from(kind, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc(body));
  return Buffer.concat([length, body, sum]);
}

/** PNG's checksum (ISO 3309). */
function crc(bytes) {
  let value = ~0;
  for (const byte of bytes) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  }
  return ~value >>> 0;
}

/** Who the page says it is. */
export async function myName(page) {
  return page.evaluate(async () => (await (await fetch('/api/v1/me')).json()).user.name);
}

/** The person's id on the box: two accounts of one name are two people. */
export async function myId(page) {
  return page.evaluate(async () => (await (await fetch('/api/v1/me')).json()).user.id);
}
