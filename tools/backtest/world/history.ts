// What was measurable in the past, second by second, as running totals: the mean over any window is one subtraction. What a
// policy may see of it, and how late, is the world's to say.

export class History {
  readonly #totals: Float64Array;
  /** Seconds recorded. */
  length = 0;

  constructor(seconds: number) {
    this.#totals = new Float64Array(seconds + 1);
  }

  add(value: number): void {
    this.#totals[this.length + 1] = (this.#totals[this.length] ?? 0) + value;
    this.length++;
  }

  /** Total over seconds `from` (included) to `to` (excluded), as far as they are recorded. */
  sum(from: number, to: number): number {
    const end = Math.min(Math.max(to, 0), this.length);
    const begin = Math.min(Math.max(from, 0), end);
    return (this.#totals[end] ?? 0) - (this.#totals[begin] ?? 0);
  }

  /** Undefined when nothing of the window is recorded. */
  mean(from: number, to: number): number | undefined {
    const seconds = Math.min(Math.max(to, 0), this.length) - Math.max(from, 0);
    return seconds > 0 ? this.sum(from, to) / seconds : undefined;
  }
}
