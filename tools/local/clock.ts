// The simulated clock of the local stack. It only moves while nothing is in progress: a request, a message or an
// evaluation takes a hold, and time stands still until the last hold is released. Demo figures are therefore
// conservative: computing never costs simulated time, and a slow machine makes the demo slower, never its result worse.

/** Whole milliseconds since the epoch, simulated. */
export type Time = number;

/** What models and servers may ask of time. */
export interface Clock {
  now(): Time;
  /** Runs `run` when the clock reaches `time` (at once on the next advance if that is past). Returns its cancel. */
  at(time: Time, run: () => void): () => void;
  /** Keeps the clock from moving until the returned function is called (calling it twice is harmless). */
  hold(): () => void;
}

interface Entry {
  time: Time;
  sequence: number;
  run: () => void;
}

/** A participant that must have seen a moment before the clock leaves it (the Functions host in its own process). */
export type Follower = (now: Time) => Promise<void>;

/**
 * A clock that moves when told to. `quantum` (ms) is the grain: events within one quantum run together, so that the
 * requests they cause proceed in parallel; waiting for holds happens between quanta.
 */
export class SimulatedClock implements Clock {
  #now: Time;
  #sequence = 0;
  #entries: Entry[] = [];
  #holds = 0;
  #wake: (() => void)[] = [];
  #followers = new Set<Follower>();
  readonly quantum: number;

  constructor(start: Time, quantum = 200) {
    this.#now = start;
    this.quantum = quantum;
  }

  now(): Time {
    return this.#now;
  }

  at(time: Time, run: () => void): () => void {
    const entry: Entry = { time: Math.max(Math.ceil(time), this.#now), sequence: this.#sequence++, run };
    this.#push(entry);
    return () => {
      entry.run = nothing;
    };
  }

  hold(): () => void {
    this.#holds++;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      if (--this.#holds === 0) for (const wake of this.#wake.splice(0)) wake();
    };
  }

  /** Adds a follower; returns its removal. */
  follow(follower: Follower): () => void {
    this.#followers.add(follower);
    return () => void this.#followers.delete(follower);
  }

  /** Resolves when no hold is left. */
  async settled(): Promise<void> {
    while (this.#holds > 0) await new Promise<void>((resolve) => this.#wake.push(resolve));
  }

  /** Moves to `target`, running everything due on the way, quantum by quantum. */
  async advanceTo(target: Time): Promise<void> {
    while (this.#now < target) {
      await this.settled();
      const end = Math.min(target, this.#now + this.quantum);
      for (let entry = this.#entries[0]; entry && entry.time <= end; entry = this.#entries[0]) {
        this.#pop();
        this.#now = Math.max(this.#now, entry.time);
        entry.run();
      }
      this.#now = end;
      // Let what the events started take its holds before they are looked at.
      await new Promise<void>((resolve) => setImmediate(resolve));
      await this.settled();
      await Promise.all([...this.#followers].map((follower) => follower(this.#now)));
      await this.settled();
    }
  }

  /**
   * Runs the next thing that is due until `end`, alone and whatever holds there are; with nothing due the clock moves to
   * `end` and the answer is false. For simulations that decide themselves what happens between two events.
   */
  step(end: Time): boolean {
    const entry = this.#entries[0];
    if (!entry || entry.time > end) {
      this.#now = Math.max(this.#now, end);
      return false;
    }
    this.#pop();
    this.#now = Math.max(this.#now, entry.time);
    entry.run();
    return true;
  }

  async advance(milliseconds: number): Promise<void> {
    await this.advanceTo(this.#now + milliseconds);
  }

  // A binary heap ordered by time, then by order of arrival.
  #push(entry: Entry): void {
    const heap = this.#entries;
    let index = heap.push(entry) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!before(entry, heap[parent]!)) break;
      heap[index] = heap[parent]!;
      index = parent;
    }
    heap[index] = entry;
  }

  #pop(): void {
    const heap = this.#entries;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    let index = 0;
    for (;;) {
      let child = index * 2 + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++;
      if (!before(heap[child]!, last)) break;
      heap[index] = heap[child]!;
      index = child;
    }
    heap[index] = last;
  }
}

const before = (a: Entry, b: Entry): boolean => a.time < b.time || (a.time === b.time && a.sequence < b.sequence);
const nothing = (): void => {};

/** Runs `clock` at `speed` simulated seconds per real second until `stop` aborts; falls behind rather than skips. */
export async function pace(clock: SimulatedClock, speed: number, stop: AbortSignal): Promise<void> {
  let last = performance.now();
  while (!stop.aborted) {
    await new Promise<void>((resolve) => setTimeout(resolve, 4));
    // At most four quanta per turn, so that a stall is not answered by a leap.
    const due = Math.floor((performance.now() - last) * speed);
    const advanced = Math.min(due, clock.quantum * 4);
    await clock.advance(advanced);
    if (advanced < due) last = performance.now() - advanced / speed;
    last += advanced / speed;
  }
}
