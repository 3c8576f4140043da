// Policies beside each other on one trace: each at its documented defaults, and each peer with its two main knobs turned on
// the first half. The means over seeds are what is compared.

import { defaultsOf, knobsOf, PEERS, type Wishes } from './policies/policies.ts';
import type { JobResult } from './jobs.ts';
import type { Part, Peaks, Score } from './score.ts';
import type { Runner } from './threads.ts';
import type { Scale, Trace } from './trace.ts';
import { best, firstHalf, grid, isSilent } from './tune.ts';

export interface Figures {
  name: string;
  /** At which the figures were made; none for what has no knob. */
  knobs: Record<string, number>;
  whole: Part;
  secondHalf: Part;
  elasticity: Score['elasticity'];
  meanReplicas: number;
  peaks: Peaks;
  minutes?: JobResult['minutes'];
}

export interface Compared {
  name: string;
  defaults: Figures;
  /** With knobs that were turned on the first half; absent where there is nothing to turn, or to turn it on. */
  tuned?: Figures;
}

export interface Comparison {
  trace: Trace;
  seeds: readonly number[];
  wishes: Wishes;
  scale?: Scale | undefined;
  /** Percent of late tasks up to which knobs are turned; by default `SERVED`. */
  mostLatePercent?: number | undefined;
  /** Whether the course by minute is kept, of the first seed. */
  course?: boolean | undefined;
}

/** Seed of the run that knobs are turned on: none of those that are scored. */
export const TUNING_SEED = 1001;

/** One policy; `tune` false leaves the search out. */
export async function compared(run: Runner, what: Comparison, name: string, tune = true): Promise<Compared> {
  const kind = PEERS.find((peer) => peer.name === name);
  if (!kind) return { name, defaults: await figuresAt(run, what, name, {}) };
  const [defaults, knobs] = await Promise.all([
    figuresAt(run, what, name, defaultsOf(kind, what.wishes.targetWait)),
    tune ? tunedKnobs(run, what, name, knobsOf(kind, what.wishes.targetWait)) : undefined,
  ]);
  return knobs ? { name, defaults, tuned: await figuresAt(run, what, name, knobs) } : { name, defaults };
}

async function tunedKnobs(
  run: Runner,
  { trace, wishes, scale, mostLatePercent }: Comparison,
  policy: string,
  values: Record<string, readonly number[]>,
): Promise<Record<string, number> | undefined> {
  const half = firstHalf(trace);
  if (isSilent(half)) return undefined;
  const tried = await Promise.all(
    grid(values).map(async (knobs) => {
      const { whole } = await run({ trace: half, seed: TUNING_SEED, policy, knobs, wishes, scale });
      return { knobs, whole };
    }),
  );
  return best(tried, ({ whole }) => whole, mostLatePercent)?.knobs;
}

export async function figuresAt(
  run: Runner,
  { trace, seeds, wishes, scale, course }: Comparison,
  name: string,
  knobs: Record<string, number>,
): Promise<Figures> {
  const results = await Promise.all(
    seeds.map((seed, index) =>
      run({ trace, seed, policy: name, knobs, wishes, scale, course: course === true && index === 0 }),
    ),
  );
  const minutes = results[0]?.minutes;
  return {
    name,
    knobs,
    whole: meanOf(results.map(({ whole }) => whole)),
    secondHalf: meanOf(results.map(({ secondHalf }) => secondHalf)),
    elasticity: {
      whole: meanOf(results.map(({ elasticity }) => elasticity.whole)),
      secondHalf: meanOf(results.map(({ elasticity }) => elasticity.secondHalf)),
    },
    meanReplicas: mean(results.map(({ meanReplicas }) => meanReplicas)),
    peaks: mostOf(results.map(({ peaks }) => peaks)),
    ...(minutes && { minutes }),
  };
}

const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

const mostOf = (all: Peaks[]): Peaks => ({
  groups: Math.max(...all.map(({ groups }) => groups)),
  instances: Math.max(...all.map(({ instances }) => instances)),
  groupSecondsPerDay: Math.max(...all.map(({ groupSecondsPerDay }) => groupSecondsPerDay)),
});

/** Means field by field; of peaks, too. */
function meanOf<T extends object>(parts: T[]): T {
  const fields = Object.keys(parts[0] ?? {}) as (keyof T)[];
  return Object.fromEntries(fields.map((field) => [field, mean(parts.map((part) => Number(part[field])))])) as T;
}
