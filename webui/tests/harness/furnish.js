// A house that is lived in, so that every screen has something to show.
import { LAPTOP, person, PHONE } from './browser.js';
import { claim, invite, join, myId, picture, said, say } from './people.js';

/** Answers where things are, and Ada's cookies. */
export async function furnish(browser, box) {
  const ada = await person(browser, LAPTOP);
  await claim(ada, box, { name: 'Ada Lovelace', boxName: 'Garden House' });
  const home = roomOf(ada);
  const link = await invite(ada, box);
  const code = link.slice(link.lastIndexOf('/') + 1);
  const inviteId = Number(/invites\/(\d+)/.exec(ada.url())[1]);
  const fang = await person(browser, PHONE);
  await join(fang, link, '王芳');
  const fangId = await myId(fang);
  const marta = await person(browser, PHONE);
  await join(marta, link, 'Marta Kowalska');

  await ada.goto(`${box.origin}/#/room/${home}`);
  await say(ada, 'Welcome everyone! The new plan is at http://192.168.1.7/plan (page 3).');
  await said(fang, 'Welcome').waitFor();
  await say(fang, '大家好！电梯今天下午两点检修，大约一个小时。');
  await said(marta, '电梯').waitFor();
  await marta.locator('input[type=file][multiple]').setInputFiles([picture('yard.png', [86, 128, 84], 800)]);
  await say(marta, 'The yard this morning');
  await said(marta, 'The yard').waitFor();
  const colours = [
    [186, 120, 74],
    [70, 104, 150],
    [140, 150, 90],
    [150, 90, 120],
  ];
  await marta.locator('input[type=file][multiple]').setInputFiles(colours.map((colour, index) => picture(`stairs-${index + 1}.png`, colour, 600)));
  await marta.getByRole('button', { name: 'Send' }).click();
  await marta.locator('.photos-4').waitFor();
  await fang.locator('input[type=file][multiple]').setInputFiles([
    { name: 'Spring cleaning list, stairs and cellar 2026.pdf', mimeType: 'application/pdf', buffer: Buffer.alloc(48_000, 'list ') },
  ]);
  await say(fang, 'And here is the list');
  await said(ada, 'And here is the list').waitFor();
  await say(ada, 'I can take the stairs on Saturday, if somebody lends me the long ladder from the cellar. Otherwise next week.');
  await say(ada, '谢谢大家');
  await said(marta, '谢谢大家').waitFor();
  await say(marta, '@ada-lovelace Take mine!');
  await said(ada, 'Take mine!').waitFor();
  const photo = await photoOf(ada);

  await ada.goto(`${box.origin}/#/people/${fangId}`);
  await ada.getByRole('button', { name: 'Write a message' }).click();
  await ada.getByPlaceholder('Message').waitFor();
  const direct = roomOf(ada);
  await say(ada, 'Do you have the key to the cellar?');
  await fang.goto(`${box.origin}/#/room/${direct}`);
  await say(fang, '有的，晚上给你。');
  await said(ada, '晚上给你').waitFor();

  await ada.goto(`${box.origin}/#/new`);
  await ada.getByLabel('Name', { exact: true }).fill('Saturday bakers');
  await ada.getByLabel('Topic (optional)').fill('Bread, rolls and who brings the jam');
  await ada.locator('.picker .row', { hasText: '王芳' }).click();
  await ada.getByRole('button', { name: 'Create' }).click();
  await ada.getByPlaceholder('Message').waitFor();
  const group = roomOf(ada);

  const door = await person(browser, PHONE);
  await door.goto(box.origin);
  await door.getByLabel('What should people call you?').fill('陈伟');
  await door.getByRole('button', { name: 'Ask to join' }).click();
  await door.getByRole('heading', { name: 'Hello 陈伟' }).waitFor();

  const signedIn = await ada.context().storageState();
  for (const page of [ada, marta, door]) await page.context().close();
  return { home, group, direct, photo, code, invite: inviteId, fang: fangId, signedIn };
}

function roomOf(page) {
  return Number(/#\/room\/(\d+)/.exec(page.url())[1]);
}

async function photoOf(page) {
  const href = await page.locator('.photo').first().getAttribute('href');
  return Number(/photo\/(\d+)/.exec(href)[1]);
}
