// The best that anyone could do who knew all arrivals, the true rate, and how long each group will take to start: capacity
// follows the smoothest line of service that lets no task wait longer than the target, and each group is asked for just
// early enough. On container groups alone, because a single replica by the second beats a machine at the usual prices. What this
// cannot reach, no policy without machines can with the same start times; quota.ts says where machines can.
//
// The line is the taut string between two walls, the work that has arrived and the work that must be done by now; see
// Davies and Kovac, "Local extremes, runs, strings and multiresolution" (Annals of Statistics, 2001).

import type { Policy } from '../policy.ts';
import { rateAt, type Script } from '../trace.ts';
import type { Sight } from '../world/world.ts';
import { GroupFleet } from './group-fleet.ts';

/** Kept from the target wait, because replicas are whole and tasks take a second. */
const RESERVE_SECONDS = 4;
/**
 * A group that is needed again within so long is kept. A new one would bill for about twice the usual start time; longer
 * only where Azure's limit of 300 creates an hour, less some that fail, would be passed otherwise.
 */
const KEEP_SECONDS = [60, 180, 600, 1800];
const CREATES_PER_HOUR = 270;
/** Groups are asked for at least so early, because those asked for together come up one after another. */
const LEAD_SECONDS = 60;
/** What is behind the line of service, because a start failed, is made up within this time. */
const CATCH_UP_SECONDS = 10;

/** Slopes of the taut string through the tube, by step; `lower[t] <= upper[t]`, both rising. */
export function tautString(lower: Float64Array, upper: Float64Array): Float64Array {
  const slopes = new Float64Array(Math.max(0, lower.length - 1));
  let [from, height] = [0, lower[0] ?? 0];
  while (from < slopes.length) {
    const { to, slope } = segment(lower, upper, from, height);
    slopes.fill(slope, from, to);
    height += slope * (to - from);
    from = to;
  }
  return slopes;
}

/** The straight piece from an anchor to the wall that it touches last before it would have to leave the tube. */
function segment(
  lower: Float64Array,
  upper: Float64Array,
  from: number,
  height: number,
): { to: number; slope: number } {
  let least = { slope: -Infinity, at: from };
  let most = { slope: Infinity, at: from };
  for (let at = from + 1; at < lower.length; at++) {
    const low = ((lower[at] ?? 0) - height) / (at - from);
    const high = ((upper[at] ?? 0) - height) / (at - from);
    if (low > most.slope) return { to: most.at, slope: most.slope };
    if (high < least.slope) return { to: least.at, slope: least.slope };
    if (low >= least.slope) least = { slope: low, at };
    if (high <= most.slope) most = { slope: high, at };
  }
  return { to: lower.length - 1, slope: Math.max(0, least.slope) };
}

/** Replicas at full use, by second, that let no task wait longer. */
export function lineOfService({ work }: Pick<Script, 'work'>, waitSeconds: number): Float64Array {
  const due = Float64Array.from(work, (_, second) => work[Math.max(0, second - waitSeconds)] ?? 0);
  return tautString(due, work);
}

/** The highest value of each second and the `seconds` after it. */
export function highestAhead(values: Uint16Array, seconds: number): Uint16Array {
  const highest = new Uint16Array(values.length);
  // Seconds of falling values, the nearest last: each second enters and leaves once.
  const falling: number[] = [];
  let farthest = 0;
  for (let second = values.length - 1; second >= 0; second--) {
    while (falling.length > farthest && (values[falling.at(-1) ?? 0] ?? 0) <= (values[second] ?? 0)) falling.pop();
    falling.push(second);
    while ((falling[farthest] ?? second) > second + seconds) farthest++;
    farthest = Math.min(farthest, falling.length - 1);
    highest[second] = values[falling[farthest] ?? second] ?? 0;
  }
  return highest;
}

/** Creates of the busiest hour when a group is kept as long as it is needed again within the time of `ahead`. */
function createsOfBusiestHour(need: Uint16Array, ahead: Uint16Array): number {
  const creates = new Uint32Array(need.length + 1);
  let level = 0;
  let most = 0;
  for (const [second, wanted] of need.entries()) {
    const next = Math.max(wanted, Math.min(level, ahead[second] ?? 0));
    creates[second + 1] = (creates[second] ?? 0) + Math.max(0, next - level);
    level = next;
    most = Math.max(most, (creates[second + 1] ?? 0) - (creates[Math.max(0, second - 3600)] ?? 0));
  }
  return most;
}

/** What to keep at each second: by the shortest time that stays within the limit on creates. */
function keptOf(need: Uint16Array): Uint16Array {
  let ahead = need;
  for (const seconds of KEEP_SECONDS) {
    ahead = highestAhead(need, seconds);
    if (createsOfBusiestHour(need, ahead) <= CREATES_PER_HOUR) break;
  }
  return ahead;
}

export class Clairvoyant implements Policy {
  readonly #script: Script;
  readonly #need: Uint16Array;
  readonly #keep: Uint16Array;
  /** Replica-seconds that the line of service has done by each second. */
  readonly #done: Float64Array;
  readonly #fleet = new GroupFleet();

  constructor(script: Script, targetWait: number) {
    this.#script = script;
    const slopes = lineOfService(script, Math.max(1, targetWait - RESERVE_SECONDS));
    this.#need = Uint16Array.from(slopes, (slope) => Math.ceil(slope - 1e-6));
    this.#keep = keptOf(this.#need);
    this.#done = new Float64Array(slopes.length + 1);
    for (const [second, slope] of slopes.entries()) this.#done[second + 1] = (this.#done[second] ?? 0) + slope;
  }

  act(world: Sight): number {
    const { now, groups } = world;
    const behind = this.#behind(world);
    for (let live = this.#fleet.live(world).length; ; live++) {
      const lead = Math.max(LEAD_SECONDS, groups.next.start);
      if (this.#most(now, now + lead) + behind <= live) break;
      this.#fleet.reconcile(world, live + 1);
      if (this.#fleet.live(world).length <= live) break;
    }
    const keep = (this.#keep[now] ?? 0) + behind;
    if (keep < this.#fleet.live(world).length && behind === 0) this.#fleet.reconcile(world, keep);
    return now + 1;
  }

  #behind({ now, depth }: Sight): number {
    const planned = (this.#script.work[now] ?? 0) - (this.#done[now] ?? 0);
    const backlog = depth / rateAt(this.#script, now);
    // Those in work are part of the depth and not of the plan.
    const excess = backlog - planned - (this.#need[now] ?? 0) - 2;
    return Math.ceil(Math.max(0, excess) / CATCH_UP_SECONDS);
  }

  #most(from: number, to: number): number {
    let most = 0;
    for (let second = from; second <= to; second++) most = Math.max(most, this.#need[second] ?? 0);
    return most;
  }
}
