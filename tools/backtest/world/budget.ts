// Azure's windows for writes on container groups: 100 in 5 minutes and 300 in an hour per region and subscription.

const WINDOWS = { per5Minutes: { seconds: 300, limit: 100 }, perHour: { seconds: 3600, limit: 300 } };

export interface Left {
  per5Minutes: number;
  perHour: number;
}

export class WriteBudget {
  /** Seconds of accepted writes, oldest first. */
  #uses: number[] = [];

  /** What is left at a second. */
  left(second: number): Left {
    while (this.#uses[0] !== undefined && this.#uses[0] <= second - WINDOWS.perHour.seconds) this.#uses.shift();
    const recent = this.#uses.length - this.#uses.findLastIndex((at) => at <= second - WINDOWS.per5Minutes.seconds) - 1;
    return {
      per5Minutes: WINDOWS.per5Minutes.limit - recent,
      perHour: WINDOWS.perHour.limit - this.#uses.length,
    };
  }

  /** Counts one write; false when a window is full. */
  take(second: number): boolean {
    const { per5Minutes, perHour } = this.left(second);
    if (per5Minutes <= 0 || perHour <= 0) return false;
    this.#uses.push(second);
    return true;
  }
}
