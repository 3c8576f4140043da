// A standby pool: so many container groups that run and wait to be taken, made anew as they are. All of them bill, those
// that are being made, too (docs of Azure say nothing of it, and they are container groups like others). One that is taken
// serves after 2 to 10 s, and is out of the view of the pool a little later.

import type { Random } from '../../local/random.ts';

const HANDOVER = { least: 2, most: 10 };
const VIEW_LAG_SECONDS = 15;

export class StandbyPool {
  readonly size: number;
  readonly #random: Random;
  /** Of each place, when its last group was taken and when the next one runs. */
  readonly #places: { takenAt: number; runsAt: number }[];

  constructor(size: number, random: Random) {
    this.size = size;
    this.#random = random;
    this.#places = Array.from({ length: size }, () => ({ takenAt: -Infinity, runsAt: 0 }));
  }

  /** Seconds until a group that is taken now serves; undefined when none runs. The next one takes `start` seconds. */
  take(second: number, start: number): number | undefined {
    const place = this.#places.find(({ runsAt }) => runsAt <= second);
    if (!place) return undefined;
    Object.assign(place, { takenAt: second, runsAt: second + start });
    return HANDOVER.least + Math.floor(this.#random.next() * (HANDOVER.most - HANDOVER.least + 1));
  }

  /** Groups that run, as Azure shows them. */
  shown(second: number): number {
    const then = second - VIEW_LAG_SECONDS;
    return this.#places.filter(({ takenAt, runsAt }) => runsAt <= then || takenAt > then).length;
  }
}
