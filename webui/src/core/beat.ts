// Gathers what comes faster than a screen can show it, so that a busy room is rendered once a beat and not once a message.

/** Two frames of a 60 Hz screen. */
const BEAT_MS = 33;

export interface BeatDeps<T> {
  /** Called for each item, in the order in which they came; for those of one beat without a pause in between. */
  take(item: T): void;
  now(): number;
  setTimer(run: () => void, ms: number): number;
  clearTimer(id: number): void;
}

export class Beat<T> {
  private waiting: T[] = [];
  private timer = 0;
  private takenAt = -Infinity;

  constructor(private readonly deps: BeatDeps<T>) {}

  /** Taken at once if the last beat is over, by the clock: timers of a page in the background are late by up to a minute. */
  put(item: T): void {
    this.waiting.push(item);
    const ms = this.takenAt + BEAT_MS - this.deps.now();
    if (ms <= 0) this.flush();
    else if (this.timer === 0) this.timer = this.deps.setTimer(() => this.flush(), ms);
  }

  /** Takes now what waits. */
  flush(): void {
    this.rest();
    const items = this.waiting;
    this.waiting = [];
    for (const item of items) this.deps.take(item);
    // After the work: a page that is slow at it still has time for fingers in between.
    this.takenAt = this.deps.now();
  }

  /** Forgets what waits. */
  clear(): void {
    this.rest();
    this.waiting = [];
  }

  private rest(): void {
    this.deps.clearTimer(this.timer);
    this.timer = 0;
  }
}
