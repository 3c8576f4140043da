// The queue: first in, first out, counted and not stored. Arrivals of one second form a cohort, and cohorts are the trace
// itself, so the queue is no more than a place in it. Waits are counted by whole seconds, which makes shares and
// percentiles exact to the second without remembering a task.

/** How long tasks waited until a replica took them, of those that arrived in a part of the trace. */
export class WaitCounts {
  /** Tasks by seconds waited. */
  readonly bySeconds: Uint32Array;
  total = 0;

  constructor(longest: number) {
    this.bySeconds = new Uint32Array(longest + 1);
  }

  static together(all: WaitCounts[]): WaitCounts {
    const sum = new WaitCounts(Math.max(...all.map(({ bySeconds }) => bySeconds.length - 1)));
    for (const { bySeconds } of all) {
      for (let wait = 0; wait < bySeconds.length; wait++) sum.add(wait, bySeconds[wait] ?? 0);
    }
    return sum;
  }

  add(seconds: number, tasks: number): void {
    this.bySeconds[seconds] = (this.bySeconds[seconds] ?? 0) + tasks;
    this.total += tasks;
  }

  /** Those of them that waited longer. */
  beyond(seconds: number): WaitCounts {
    const late = new WaitCounts(this.bySeconds.length - 1);
    for (const [wait, tasks] of this.bySeconds.entries()) if (wait > seconds) late.add(wait, tasks);
    return late;
  }

  /** Share of tasks, in percent, that waited longer. */
  latePercent(seconds: number): number {
    if (this.total === 0) return 0;
    let inTime = 0;
    for (let wait = 0; wait <= seconds; wait++) inTime += this.bySeconds[wait] ?? 0;
    return (100 * (this.total - inTime)) / this.total;
  }

  /** Seconds that a share (0..1) of the tasks did not exceed. */
  percentile(share: number): number {
    const wanted = share * this.total;
    let seen = 0;
    for (let wait = 0; wait < this.bySeconds.length; wait++) {
      seen += this.bySeconds[wait] ?? 0;
      if (seen >= wanted && seen > 0) return wait;
    }
    return 0;
  }
}

export class Queue {
  readonly #arrivals: Uint16Array;
  readonly #countsOf: (arrivedAt: number) => WaitCounts | undefined;
  #head = 0;
  #taken = 0;
  /** Tasks that no replica took yet. */
  waiting = 0;

  /** `countsOf` gives where to count a task by the second of its arrival; undefined: it does not count. */
  constructor(arrivals: Uint16Array, countsOf: (arrivedAt: number) => WaitCounts | undefined) {
    this.#arrivals = arrivals;
    this.#countsOf = countsOf;
  }

  /** All tasks of earlier seconds were taken, and so many of this one. */
  get takenUntil(): { second: number; tasks: number } {
    return { second: this.#head, tasks: this.#taken };
  }

  /** Seconds for which the oldest waiting task has waited. */
  oldest(second: number): number {
    if (this.waiting === 0) return 0;
    this.#skip(second);
    return second - this.#head;
  }

  /** The head rests where the last task was taken, until the next one is there. */
  #skip(second: number): void {
    while (this.#head < second && this.#taken === (this.#arrivals[this.#head] ?? 0)) {
      this.#head++;
      this.#taken = 0;
    }
  }

  /** Tasks of the present second, all or some of them. */
  arrive(tasks: number): void {
    this.waiting += tasks;
  }

  /** Takes the oldest tasks at a second; at most as many as wait. Returns how many. */
  take(most: number, second: number): number {
    const count = Math.min(most, this.waiting);
    for (let left = count; left > 0;) {
      const here = (this.#arrivals[this.#head] ?? 0) - this.#taken;
      const now = Math.min(left, here);
      if (now > 0) this.#countsOf(this.#head)?.add(second - this.#head, now);
      left -= now;
      this.#taken += now;
      if (now === here && (left > 0 || this.#head < second)) {
        this.#head++;
        this.#taken = 0;
      }
    }
    this.waiting -= count;
    return count;
  }
}
