// Fingers on a touch screen: real touch events, as the browser gets them from the system.

const STEPS = 8;

export class Fingers {
  #control;

  static async of(page) {
    const fingers = new Fingers();
    fingers.#control = await page.context().newCDPSession(page);
    return fingers;
  }

  async tap(at) {
    await this.#touch('touchStart', [at]);
    await this.#touch('touchEnd', []);
  }

  async swipe(from, to) {
    await this.#touch('touchStart', [from]);
    for (let step = 1; step <= STEPS; step++) await this.#touch('touchMove', [between(from, to, step / STEPS)]);
    await this.#touch('touchEnd', []);
  }

  /** Two fingers, left and right of `centre`, from one distance to another. */
  async pinch([x, y], from, to) {
    const both = (half) => [
      [x - half, y],
      [x + half, y],
    ];
    await this.#touch('touchStart', both(from));
    for (let step = 1; step <= STEPS; step++) await this.#touch('touchMove', both(from + ((to - from) * step) / STEPS));
    await this.#touch('touchEnd', []);
  }

  async #touch(type, points) {
    await this.#control.send('Input.dispatchTouchEvent', { type, touchPoints: points.map(([x, y], id) => ({ x, y, id })) });
  }
}

function between(from, to, part) {
  return from.map((value, axis) => value + (to[axis] - value) * part);
}
