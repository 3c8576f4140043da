// One run as plain data, so that a thread can do it.

import { policyOf, type Wishes } from './policies/policies.ts';
import { play } from './play.ts';
import type { Score } from './score.ts';
import { scriptOf, type Scale, type Script, type Trace } from './trace.ts';

export interface Job {
  trace: Trace;
  seed: number;
  policy: string;
  knobs?: Record<string, number> | undefined;
  wishes: Wishes;
  scale?: Scale | undefined;
  /** Whether the course by minute is wanted, for a chart. */
  course?: boolean | undefined;
}

export type JobResult = Omit<Score, 'minutes'> & Partial<Pick<Score, 'minutes'>>;

/** Scripts of the last jobs: those of one trace and seed come together. */
const KEPT = 8;
const scripts = new Map<string, Script>();

export function runJob({ trace, seed, policy, knobs, wishes, scale, course = false }: Job): JobResult {
  const script = scriptFor(trace, seed, scale);
  const { minutes, ...rest } = play(script, policyOf(policy, script, wishes, knobs), wishes.targetWait);
  return course ? { ...rest, minutes } : rest;
}

function scriptFor(trace: Trace, seed: number, scale?: Scale): Script {
  const key = JSON.stringify([trace.name, trace.counts.length, seed, scale]);
  const known = scripts.get(key);
  if (known) return known;
  const script = scriptOf(trace, seed, scale);
  scripts.set(key, script);
  const [oldest] = scripts.keys();
  if (scripts.size > KEPT && oldest !== undefined) scripts.delete(oldest);
  return script;
}
