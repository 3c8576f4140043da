// The figures of one run. Only what comes after the warm-up counts; a task counts in the half in which it arrived. One that
// nobody took by the end is late when it has waited for too long by then. If it has not, nobody knows: it counts nowhere.

import { elasticity, type Elasticity } from './elasticity.ts';
import { limitUsd } from './world/prices.ts';
import { WaitCounts } from './world/waits.ts';
import type { Tally, World } from './world/world.ts';

export interface Part {
  /** Percent of the tasks that nobody took by the end. */
  leftPercent: number;
  /** Percent of the others that waited longer than the target; of those left, only the late ones are among these. */
  latePercent: number;
  /** Waits in seconds. */
  p50: number;
  p95: number;
  p99: number;
  /** US dollars. */
  cost: number;
  /** Cost over that of the work done on the cheapest capacity at 100 % use. */
  costOverLimit: number;
  /** Replicas started and ended, and how often any was. */
  changesPerHour: number;
  actionsPerHour: number;
  peakReplicas: number;
}

/** The most that was used at once, of what limits bound. */
export interface Peaks {
  groups: number;
  instances: number;
  /** Of 24 hours on end, the standby pool left out. */
  groupSecondsPerDay: number;
}

export interface Score {
  whole: Part;
  /** The half of the trace that no knob was turned on. */
  secondHalf: Part;
  /** Replicas that the work needs, on average. */
  meanReplicas: number;
  elasticity: { whole: Elasticity; secondHalf: Elasticity };
  peaks: Peaks;
  /** By minute: replicas that the arrivals ask for, that served and were paid, and the longest wait (seconds). */
  minutes: { demand: number[]; serving: number[]; paid: number[]; waits: number[] };
}

export function scored(world: World, targetWait: number): Score {
  const { script, supply } = world;
  const { warmup, work, arrivals } = script;
  const end = arrivals.length;
  const middle = warmup + Math.floor((end - warmup) / 2);
  const workIn = (from: number, to: number): number => (work[to] ?? 0) - (work[from] ?? 0);
  const demand = supply.serving.map((_, minute) => {
    const from = warmup + minute * 60;
    const to = Math.min(end, from + 60);
    return Math.ceil(workIn(from, to) / (to - from));
  });
  const half = Math.ceil((middle - warmup) / 60);
  return {
    whole: part(world, [0, 1], warmup, targetWait),
    secondHalf: part(world, [1], middle, targetWait),
    meanReplicas: workIn(warmup, end) / (end - warmup),
    elasticity: {
      whole: elasticity(demand, supply.serving),
      secondHalf: elasticity(demand.slice(half), supply.serving.slice(half)),
    },
    peaks: {
      groups: Math.max(...world.tally.map(({ peakGroups }) => peakGroups)),
      instances: Math.max(...world.tally.map(({ peakInstances }) => peakInstances)),
      groupSecondsPerDay: mostOfADay(world.groupSeconds),
    },
    minutes: { demand, ...supply },
  };
}

const MINUTES_PER_DAY = 1440;

function mostOfADay(byMinute: readonly number[]): number {
  let [sum, most] = [0, 0];
  for (const [minute, value] of byMinute.entries()) {
    sum += value - (byMinute[minute - MINUTES_PER_DAY] ?? 0);
    most = Math.max(most, sum);
  }
  return most;
}

/** The figures of one half or both, which begin at a second and go on to the end. */
function part(world: World, halves: readonly [0, 1] | readonly [1], from: number, target: number): Part {
  const { script } = world;
  const { prices, replicasPerInstance } = script.scale;
  const tallies = halves.map((half) => world.tally[half]);
  const taken = halves.map((half) => world.waits[half]);
  const left = WaitCounts.together(halves.map((half) => world.left[half]));
  const total = (field: keyof Tally): number => tallies.reduce((sum, tally) => sum + tally[field], 0);
  const cost =
    (total('groupSeconds') * prices.groupUsdPerHour + total('instanceSeconds') * prices.instanceUsdPerHour) / 3600;
  const workDone = world.workTaken.end - world.workTaken[halves[0]];
  const limit = limitUsd(workDone, prices, replicasPerInstance);
  const counts = WaitCounts.together([...taken, left.beyond(target)]);
  const tasks = taken.reduce((sum, { total: some }) => sum + some, left.total);
  const hours = (script.arrivals.length - from) / 3600;
  return {
    leftPercent: tasks > 0 ? (100 * left.total) / tasks : 0,
    latePercent: counts.latePercent(target),
    p50: counts.percentile(0.5),
    p95: counts.percentile(0.95),
    p99: counts.percentile(0.99),
    cost,
    costOverLimit: limit > 0 ? cost / limit : 0,
    changesPerHour: total('changes') / hours,
    actionsPerHour: total('actions') / hours,
    peakReplicas: Math.max(...tallies.map(({ peakReplicas }) => peakReplicas)),
  };
}
