// What does not fit: too small for a finger, too wide for the screen.

/** What to press is smaller than 24 pixels, WCAG 2.2 SC 2.5.8. */
export async function tooSmall(page) {
  return page.evaluate(() =>
    [...document.querySelectorAll('button, a[href], input:not([tabindex="-1"])')]
      .filter((element) => element.offsetParent && !element.closest('.bubble-text'))
      // A press on its label is a press on it.
      .map((element) => ({ box: (element.closest('label') ?? element).getBoundingClientRect(), name: element.className }))
      .filter(({ box }) => box.width < 24 || box.height < 24)
      .map(({ name }) => name),
  );
}

/** What must be scrolled sideways to be seen, or can't be seen at all. */
export async function tooWide(page) {
  return page.evaluate(() =>
    [...document.querySelectorAll('.page-body, .talk-view, .composer, .tabs, .room-head')]
      .filter((box) => box.scrollWidth > box.clientWidth + 1)
      .flatMap((box) => [...box.querySelectorAll('*')].filter((one) => one.getBoundingClientRect().right > innerWidth || one.getBoundingClientRect().left < 0))
      .map((one) => one.className),
  );
}

/** Words that are there and cannot be read: a line or a row has no width left for them. */
export async function squeezed(page) {
  return page.evaluate(() =>
    [...document.querySelectorAll('.row-title, .row-note, .file-name, .facts dd, .page-title')]
      .filter((words) => words.offsetParent && words.textContent.trim().length > 3)
      .filter((words) => words.getBoundingClientRect().width < 2 * parseFloat(getComputedStyle(words).fontSize))
      .map((words) => `${words.className || words.tagName}: ${words.textContent}`),
  );
}
