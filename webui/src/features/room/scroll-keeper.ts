// Holds the place in a list that grows and shrinks at both ends: what is being read stays where it is on the screen,
// and who is at the end stays at the end. The browser's own anchoring is off, old Safari has none.

export interface Place {
  /** At the end: stays there as messages come. */
  stuck: boolean;
  /** The row at the top of the view, and how far its top is from the view's. */
  key: string | null;
  offset: number;
}

/** So near to the end counts as the end, pixels. */
const NEAR_END = 48;

export class ScrollKeeper {
  place: Place = { stuck: true, key: null, offset: 0 };
  /** Heights of content and view when the place was last noted or held. */
  private heights = '';
  /** How far the view was scrolled then. */
  private top = 0;

  constructor(
    private readonly view: HTMLElement,
    private readonly list: HTMLElement,
    /** Is the last row the room's newest? Only then does coming to its end mean the end; who was there stays there when more comes than is loaded. */
    private readonly isWhole: () => boolean,
  ) {}

  get fromEnd(): number {
    return this.view.scrollHeight - this.view.scrollTop - this.view.clientHeight;
  }

  /**
   * Notes where the reader is. Called at each scroll event; one that comes while heights have changed was not the
   * reader's doing, and the place that was known before still counts.
   */
  scrolled(): void {
    if (this.heights === this.measure()) this.note();
    else this.hold();
  }

  /** Before rows change, or when told that they have: a scroll of the reader's whose event has not come yet must not be undone by `hold`. */
  beforeChange(): void {
    if (this.heights === this.measure() && this.view.scrollTop !== this.top) this.note();
  }

  note(): void {
    this.heights = this.measure();
    const rows = this.rows();
    const top = (this.top = this.view.scrollTop);
    const index = firstWhere(rows, (row) => row.offsetTop + row.offsetHeight > top);
    // Events stay; day titles come and go with what is loaded above them.
    const row = rows.slice(index, index + 3).find((one) => one.dataset.seq) ?? rows[index];
    this.place = {
      stuck: this.fromEnd <= NEAR_END && (this.isWhole() || this.place.stuck),
      key: row?.dataset.key ?? null,
      offset: row ? row.offsetTop - top : 0,
    };
  }

  /** Puts the reader back after the rows or the view's size changed. */
  hold(): void {
    this.heights = this.measure();
    const { stuck, key, offset } = this.place;
    const row = stuck || key === null ? undefined : this.find(key);
    if (stuck) this.view.scrollTop = this.view.scrollHeight;
    else if (row && Math.abs(this.view.scrollTop - row.offsetTop + offset) >= 1) this.view.scrollTop = row.offsetTop - offset;
    this.top = this.view.scrollTop;
  }

  /** What is read stays where it is even at the end: something grows because the reader wants to see it. */
  stay(): void {
    this.note();
    this.place.stuck = false;
  }

  toEnd(): void {
    this.place = { stuck: true, key: null, offset: 0 };
    this.hold();
  }

  /** Brings a row to a third of the view; false when it isn't there. */
  toRow(key: string): boolean {
    const row = this.find(key);
    if (!row) return false;
    this.view.scrollTop = row.offsetTop - this.view.clientHeight / 3;
    this.note();
    return true;
  }

  /** The seq of the last row that can be read completely, by its `data-seq`. */
  lastSeen(): number {
    const bottom = this.view.scrollTop + this.view.clientHeight + 8;
    const rows = this.rows();
    let index = firstWhere(rows, (row) => row.offsetTop + row.offsetHeight > bottom) - 1;
    while (index >= 0 && !rows[index]?.dataset.seq) index--;
    return Number(rows[index]?.dataset.seq ?? 0);
  }

  private measure(): string {
    return `${this.view.scrollHeight} ${this.view.clientHeight}`;
  }

  private rows(): HTMLElement[] {
    return Array.from(this.list.children) as HTMLElement[];
  }

  private find(key: string): HTMLElement | undefined {
    return this.rows().find((row) => row.dataset.key === key);
  }
}

/** Binary search: rows are in order from top to bottom. */
function firstWhere(rows: readonly HTMLElement[], is: (row: HTMLElement) => boolean): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (is(rows[middle]!)) high = middle;
    else low = middle + 1;
  }
  return low;
}
