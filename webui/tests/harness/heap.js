// What a page keeps in memory, and how long it is busy: as Chromium counts them.

/** Counts of one page from now on. */
export class Heap {
  #control;

  static async of(page) {
    const heap = new Heap();
    heap.#control = await page.context().newCDPSession(page);
    await heap.#control.send('HeapProfiler.enable');
    return heap;
  }

  /** Bytes that are still reachable, after all else was collected. */
  async used() {
    // What only finalizers hold goes at the second collection.
    for (let round = 0; round < 2; round++) await this.#control.send('HeapProfiler.collectGarbage');
    return (await this.#control.send('Runtime.getHeapUsage')).usedSize;
  }
}

/** What the longest tasks of the page took while `act` ran, longest first: milliseconds of its own processor time, whatever else the machine does. */
export async function longestTasks(browser, page, act) {
  await browser.startTracing(page, { categories: ['-*', 'disabled-by-default-devtools.timeline'] });
  await act();
  const { traceEvents } = JSON.parse(String(await browser.stopTracing()));
  const byPage = new Map();
  // A renderer's main thread is called like its process.
  for (const { name, pid, tid, tdur } of traceEvents) if (name === 'RunTask' && pid === tid && tdur) byPage.set(pid, [...(byPage.get(pid) ?? []), tdur / 1_000]);
  // The page that has most to do is the one that is looked at.
  const sum = (tasks) => tasks.reduce((all, task) => all + task, 0);
  const [tasks] = [...byPage.values()].sort((a, b) => sum(b) - sum(a));
  return tasks.sort((a, b) => b - a);
}
