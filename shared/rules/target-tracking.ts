// How many replicas hold a signal at its target?
//
//   backlog, requests   value / target for each replica
//   queue time          those at work, plus what waits / (messages a second of a replica x target)
//   utilization         value / target x the replicas that served on average in the minute of the value, and that started
//                       where they end by themselves: of such a fleet a share always starts, and judged by the others it would
//                       stay too small
//
// rounded up. Queues themselves are estimated further (queue-target.ts). Within a tenth of the target nothing changes (the
// tolerance of the Kubernetes autoscaler), so that a value that wanders moves nothing. A metric is one to three minutes late:
// judged by the replicas of today, each group that started meanwhile would be asked for twice, and the fleet would swing.

import { reason, shortly, type Reason } from '../telemetry/reasons.ts';
import { counted } from '../telemetry/wording.ts';
import type { RuleDeclaration } from '../workload/rules.ts';

/** What is asked for within this share of what there is stays as it is. */
export const TOLERANCE = 0.1;
/** Less than this of a replica is what dividing and averaging leave of a load that has ended. */
const NOTHING = 1e-6;

export interface Tracked {
  wanted: number;
  /** The same without tolerance: in parts of a replica, in whole ones, and the most that would stay. */
  load: number;
  least: number;
  most: number;
  target: number;
  per: string;
  /** What the value says, in words. */
  means: string;
}

/**
 * `have` serve or start; `served` served when the value was true, on average where it is that of a minute; `rate`: messages per
 * second of one replica; `turning`: of those that end by themselves, how many served or started then.
 */
export function trackTarget(
  rule: Pick<RuleDeclaration, 'backlogPerReplica' | 'requestsPerReplica' | 'queueTimeSeconds' | 'utilizationPercent'>,
  value: number,
  have: number,
  served: number,
  rate = 1,
  turning?: number,
): Tracked {
  const { backlogPerReplica, requestsPerReplica, queueTimeSeconds, utilizationPercent } = rule;
  const each = backlogPerReplica ?? requestsPerReplica;
  if (each !== undefined) {
    const per = backlogPerReplica === undefined ? 'requests a replica' : 'a replica';
    return { ...tracked(value / each, have), target: each, per };
  }
  if (queueTimeSeconds !== undefined) {
    const working = Math.min(served, value);
    const ideal = working + (value - working) / (rate * queueTimeSeconds);
    const per = `seconds in the queue, where ${counted(shortly(working), 'works', 'work')} at ${shortly(rate)} a second each`;
    return { ...tracked(ideal, have), target: queueTimeSeconds, per };
  }
  const target = utilizationPercent ?? 100;
  // Nobody served, so there was nothing to be used: the value says nothing of how many are needed, but that one is.
  const there = Math.max(1, have);
  const means = 'says nothing, because none served then';
  if (served === 0) return { wanted: there, load: there, least: there, most: there, target, per: 'percent', means };
  // What is there is as good as what served then, or each would follow the other for ever.
  const then = turning ?? served;
  const load = (then * value) / target;
  const per = `percent of the ${shortly(then)} that served ${turning === undefined ? '' : 'or started '}then`;
  const asked = { ...tracked(load, Math.round(then), 'those'), target, per };
  return isNear(load, have) ? { ...asked, ...tracked(load, have) } : asked;
}

function tracked(load: number, now: number, who = 'the present'): Omit<Tracked, 'target' | 'per'> {
  // A hundredth of a replica is noise, and more than nothing needs one.
  const least = load > NOTHING ? Math.max(1, Math.ceil(load - 0.01)) : 0;
  const most = Math.max(least, Math.floor(load / (1 - TOLERANCE)));
  const wanted = isNear(load, now) ? now : least;
  const near = wanted === least ? '' : `, within ${TOLERANCE * 100} % of ${who} ${now}`;
  return { wanted, load, least, most, means: `is a load of ${shortly(load)}${near}` };
}

function isNear(load: number, count: number): boolean {
  const ratio = count > 0 ? load / count : Infinity;
  return ratio >= 1 - TOLERANCE && ratio <= 1 + TOLERANCE;
}

export const targetReason = (signal: string, value: number, { wanted, target, per, means }: Tracked): Reason =>
  reason('rule-target', { signal, value, target, per, means, wanted });

/** Replicas that served at a moment, by what is remembered; `now` where nothing is. */
export const servedAt = (serving: [number, number][], at: number, now: number): number =>
  (serving.findLast(([time]) => time <= at) ?? serving[0])?.[1] ?? now;

/** How many served on average between two moments. */
export function servedOver(serving: [number, number][], from: number, to: number, now: number): number {
  let [sum, until] = [0, to];
  for (const [time, count] of serving.toReversed()) {
    const since = Math.min(until, Math.max(from, time));
    sum += count * (until - since);
    until = since;
  }
  sum += servedAt(serving, from, now) * (until - from);
  return sum / (to - from);
}

const KEPT_MS = 600_000;

/** Adds what serves now where it is not what served before, as [since, replicas]: the last forty changes at most. */
export function rememberServing(serving: [number, number][], now: number, count: number): [number, number][] {
  // What is of a time to come is of before a clock was put back.
  const known = serving.filter(([at]) => at <= now);
  const first = known.findLastIndex(([at]) => now - at >= KEPT_MS);
  const kept = known.slice(Math.max(0, first));
  const last = kept.at(-1);
  if (last?.[1] === count) return kept;
  return [...kept, [now, count] satisfies [number, number]].slice(-40);
}
