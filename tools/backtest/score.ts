// The figures of one run. Only what comes after the warm-up counts; a task counts in the half in which it arrived.

import { elasticity, type Elasticity } from './elasticity.ts';
import { limitUsd } from './world/prices.ts';
import { WaitCounts } from './world/waits.ts';
import type { Scale } from './trace.ts';
import type { Tally, World } from './world/world.ts';

export interface Part {
  /** Percent of the tasks that waited longer than the target. */
  latePercent: number;
  /** Waits in seconds. */
  p50: number;
  p95: number;
  p99: number;
  /** US dollars. */
  cost: number;
  /** Cost over that of all work on the cheapest capacity at 100 % use. */
  costOverLimit: number;
  /** Replicas started and ended. */
  changesPerHour: number;
  peakReplicas: number;
}

export interface Score {
  whole: Part;
  /** The half of the trace that no knob was turned on. */
  secondHalf: Part;
  /** Replicas that the work needs, on average. */
  meanReplicas: number;
  elasticity: Elasticity;
  /** By minute: replicas that the arrivals ask for, that served and were paid, and the longest wait (seconds). */
  minutes: { demand: number[]; serving: number[]; paid: number[]; waits: number[] };
}

export function scored(world: World, targetWait: number): Score {
  const { script, waits, tally, supply } = world;
  const { warmup, work, arrivals, scale } = script;
  const end = arrivals.length;
  const middle = warmup + Math.floor((end - warmup) / 2);
  const workIn = (from: number, to: number): number => (work[to] ?? 0) - (work[from] ?? 0);
  const demand = supply.serving.map((_, minute) => {
    const from = warmup + minute * 60;
    const to = Math.min(end, from + 60);
    return Math.ceil(workIn(from, to) / (to - from));
  });
  return {
    whole: part(waits, tally, workIn(warmup, end), end - warmup, targetWait, scale),
    secondHalf: part([waits[1]], [tally[1]], workIn(middle, end), end - middle, targetWait, scale),
    meanReplicas: workIn(warmup, end) / (end - warmup),
    elasticity: elasticity(demand, supply.serving),
    minutes: { demand, ...supply },
  };
}

function part(
  waits: WaitCounts[],
  tallies: Tally[],
  work: number,
  seconds: number,
  target: number,
  { prices, replicasPerInstance }: Scale,
): Part {
  const total = (field: keyof Tally): number => tallies.reduce((sum, tally) => sum + tally[field], 0);
  const cost =
    (total('groupSeconds') * prices.groupUsdPerHour + total('instanceSeconds') * prices.instanceUsdPerHour) / 3600;
  const limit = limitUsd(work, prices, replicasPerInstance);
  const counts = WaitCounts.together(waits);
  return {
    latePercent: counts.latePercent(target),
    p50: counts.percentile(0.5),
    p95: counts.percentile(0.95),
    p99: counts.percentile(0.99),
    cost,
    costOverLimit: limit > 0 ? cost / limit : 0,
    changesPerHour: total('changes') / (seconds / 3600),
    peakReplicas: Math.max(...tallies.map(({ peakReplicas }) => peakReplicas)),
  };
}
