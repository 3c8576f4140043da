// The best that anyone could do who knew all arrivals, the true rate, and how long each group will take to start: capacity
// follows the smoothest line of service that lets no task wait longer than the target, and each group is asked for just
// early enough. On container groups, because a single replica by the second beats a machine there. What this cannot reach,
// no policy can with the same start times.
//
// The line is the taut string between two walls, the work that has arrived and the work that must be done by now; see
// Davies and Kovac, "Local extremes, runs, strings and multiresolution" (Annals of Statistics, 2001).

import type { Policy } from '../policy.ts';
import { rateAt, type Script } from '../trace.ts';
import type { Sight } from '../world/world.ts';
import { GroupFleet } from './group-fleet.ts';

/** Kept from the target wait, because replicas are whole and tasks take a second. */
const RESERVE_SECONDS = 4;
/** A group that is needed again within about twice the usual start time is kept: a new one would bill as long. */
const KEEP_SECONDS = 60;
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

export class Clairvoyant implements Policy {
  readonly #script: Script;
  readonly #need: Uint16Array;
  /** Replica-seconds that the line of service has done by each second. */
  readonly #done: Float64Array;
  readonly #fleet = new GroupFleet();

  constructor(script: Script, targetWait: number) {
    this.#script = script;
    const slopes = lineOfService(script, Math.max(1, targetWait - RESERVE_SECONDS));
    this.#need = Uint16Array.from(slopes, (slope) => Math.ceil(slope - 1e-6));
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
    const keep = this.#most(now, now + KEEP_SECONDS) + behind;
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
