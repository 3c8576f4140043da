// How many replicas hold a signal at its target?
//
//   backlog, requests   value / target for each replica
//   queue time          those at work, plus what waits / (messages a second of a replica x target); where the age of the
//                       oldest message is known and above the target, at least as many times more (twice at most)
//   utilization         value / target x the replicas that served when the value was true
//
// rounded up. Within a tenth of the target nothing changes (the tolerance of the Kubernetes autoscaler), so that a value
// that wanders moves nothing. A metric is one to three minutes late: judged by the replicas of today, each group that
// started meanwhile would be asked for twice, and the fleet would swing.

import type { RuleDeclaration } from '../workload/rules.ts';

const TOLERANCE = 0.1;

export interface Tracked {
  wanted: number;
  /** The same without tolerance, in parts of a replica. */
  load: number;
  target: number;
  per: string;
}

/** What a queue is judged by besides its depth. */
export interface QueueTime {
  /** Messages per second of one replica. */
  rate: number;
  oldestSeconds?: number | undefined;
}

/** `have` serve or start; `served` served when the value was true. */
export function trackTarget(
  rule: Pick<RuleDeclaration, 'backlogPerReplica' | 'requestsPerReplica' | 'queueTimeSeconds' | 'utilizationPercent'>,
  value: number,
  have: number,
  served: number,
  queue: QueueTime = { rate: 1 },
): Tracked {
  const { backlogPerReplica, requestsPerReplica, queueTimeSeconds, utilizationPercent } = rule;
  const each = backlogPerReplica ?? requestsPerReplica;
  if (each !== undefined) {
    const per = backlogPerReplica === undefined ? 'requests a replica' : 'a replica';
    return { ...tracked(value / each, have), target: each, per };
  }
  if (queueTimeSeconds !== undefined) {
    const ideal = forQueueTime(queueTimeSeconds, value, served, queue);
    return { ...tracked(ideal, have), target: queueTimeSeconds, per: 'seconds in the queue' };
  }
  const target = utilizationPercent ?? 100;
  // Nobody served, so there was nothing to be used: the value says nothing of how many are needed.
  if (served === 0) return { wanted: have, load: have, target, per: 'percent' };
  return { ...tracked((served * value) / target, served), target, per: 'percent' };
}

const OLDER_MOST = 2;

function forQueueTime(target: number, depth: number, served: number, { rate, oldestSeconds = 0 }: QueueTime): number {
  // A queue of Service Bus counts the messages that are worked on, too.
  const working = Math.min(served, depth);
  const byDepth = working + (depth - working) / (rate * target);
  const byAge = oldestSeconds > target ? served * Math.min(OLDER_MOST, oldestSeconds / target) : 0;
  return Math.max(byDepth, byAge);
}

const tracked = (load: number, now: number): Pick<Tracked, 'wanted' | 'load'> => ({
  wanted: tolerant(load, now),
  load,
});

function tolerant(ideal: number, now: number): number {
  const ratio = now > 0 ? ideal / now : Infinity;
  if (ratio >= 1 - TOLERANCE && ratio <= 1 + TOLERANCE) return now;
  // A hundredth of a replica is noise, and more than nothing needs one.
  return ideal > 0 ? Math.max(1, Math.ceil(ideal - 0.01)) : 0;
}

/** Replicas that served at a moment, by samples with the oldest first; `now` where none is as old. */
export const servedAt = (serving: [number, number][], at: number, now: number): number =>
  (serving.findLast(([time]) => time <= at) ?? serving[0])?.[1] ?? now;

const KEPT_MS = 600_000;
/** Samples closer together than this are one. */
const GRAIN_MS = 15_000;

/** Adds what serves now; 40 samples at most. */
export function rememberServing(serving: [number, number][], now: number, count: number): [number, number][] {
  const last = serving.at(-1);
  if (last && now - last[0] < GRAIN_MS) return serving;
  return [...serving.filter(([at]) => now - at <= KEPT_MS), [now, count] satisfies [number, number]].slice(-40);
}
