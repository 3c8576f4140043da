// Instances of a scale set: whole machines of several replicas each (unless fewer are asked for), billed by the second from the request to the
// delete. A start takes 60 to 240 s (log-normal, median 110 s, one in twenty beyond 200 s). One request in fifty is
// refused for want of capacity (AllocationFailed).

import type { Random } from '../../local/random.ts';

const REFUSED = 0.02;
const START = { median: 110, p95: 200, least: 60, most: 240 };

export interface Machine {
  id: string;
  /** Replicas that it runs once it is ready. */
  replicas: number;
  createdAt: number;
  readyAt: number;
  /** When its replicas learnt that they should take no more work. */
  toldAt: number;
}

export class Machines {
  list: Machine[] = [];
  readonly #random: Random;
  readonly #replicas: number;
  #made = 0;

  constructor(random: Random, replicasPerInstance: number) {
    this.#random = random;
    this.#replicas = replicasPerInstance;
  }

  /** Asks for instances; false when Azure refuses. */
  add(count: number, second: number, replicas: number = this.#replicas): boolean {
    if (this.#random.next() < REFUSED) return false;
    for (let made = 0; made < count; made++) {
      const start = Math.min(START.most, Math.max(START.least, this.#random.logNormal(START.median, START.p95)));
      const readyAt = second + Math.round(start);
      this.list.push({ id: String(this.#made++), replicas, createdAt: second, readyAt, toldAt: Infinity });
    }
    return true;
  }

  remove(ids: ReadonlySet<string>): void {
    this.list = this.list.filter(({ id }) => !ids.has(id));
  }

  /** Replicas that serve. */
  serving(second: number): number {
    return this.list
      .filter(({ readyAt, toldAt }) => readyAt <= second && toldAt > second)
      .reduce((sum, { replicas }) => sum + replicas, 0);
  }

  nextChange(second: number): number {
    const times = this.list.flatMap(({ readyAt, toldAt }) => [readyAt, toldAt]).filter((at) => at > second);
    return Math.min(Infinity, ...times);
  }
}
