// What a backtest found, as plain data: the JSON of --json, and what the report and the printed tables are made of.

import { plural } from '../local/demo/words.ts';
import type { Compared, Figures } from './compare.ts';
import type { Elasticity } from './elasticity.ts';
import { PEERS } from './policies/policies.ts';
import type { Recommendation } from './recommend.ts';
import type { Part } from './score.ts';

export interface PolicyReport extends Part {
  name: string;
  /** Values of its knobs, where it has any. */
  knobs: Record<string, number>;
  elasticity: Elasticity;
}

export interface Backtest {
  trace: string;
  seconds: number;
  /** Replicas that the highest count needs at the nominal rate. */
  peakReplicas: number;
  meanReplicas: number;
  targetWaitSeconds: number;
  /** Percent of late tasks up to which a policy serves as it should. */
  mostLatePercent: number;
  seeds: number;
  /** At their defaults, on the whole trace. Waits in seconds, costs in US dollars. */
  policies: PolicyReport[];
  /** Peers with knobs turned on the first half, on the second half, and the others beside them; none where none was turned. */
  tuned: PolicyReport[];
  /** What the figures leave out, and what bounds them, a sentence each. */
  notes: readonly string[];
  recommendation?: Recommendation;
}

const policyReport = (figures: Figures, part: 'whole' | 'secondHalf'): PolicyReport => ({
  name: figures.name,
  ...figures[part],
  knobs: figures.knobs,
  elasticity: figures.elasticity[part],
});

export const bothReports = (all: readonly Compared[]): Pick<Backtest, 'policies' | 'tuned'> => ({
  policies: all.map(({ defaults }) => policyReport(defaults, 'whole')),
  tuned: all.some(({ tuned }) => tuned)
    ? all.map(({ defaults, tuned = defaults }) => policyReport(tuned, 'secondHalf'))
    : [],
});

/** Percent of the tasks left at the end from which on this is said: a few wait at any time. */
const LEFT_PERCENT = 1;

/** What a person should take from it, in a few sentences. */
export function summary(backtest: Backtest): string[] {
  const { policies, targetWaitSeconds, mostLatePercent, meanReplicas, peakReplicas, seconds, notes } = backtest;
  const hours = seconds / 3600;
  const lines = [
    `${hours.toFixed(hours < 10 ? 1 : 0)} hours of load, ${meanReplicas.toFixed(1)} replicas busy on average and ` +
      `${peakReplicas.toFixed(0)} at the peak by your rate. A task is late when it waits more than ${targetWaitSeconds} s.`,
    ...notes,
  ];
  const ours = policies.find(({ name }) => name === 'spillway');
  const serving = policies.filter(({ name, latePercent }) => isPeer(name) && latePercent <= mostLatePercent);
  const cheapest = serving.toSorted((a, b) => a.cost - b.cost)[0];
  if (ours) lines.push(`Spillway: ${inWords(ours)}.`);
  const level = `at most ${mostLatePercent} % late`;
  if (cheapest)
    lines.push(`The cheapest peer at its defaults with ${level} is ${cheapest.name}: ${inWords(cheapest)}.`);
  else if (policies.some(({ name }) => isPeer(name))) lines.push(`No peer at its defaults has ${level}.`);
  const clairvoyant = policies.find(({ name }) => name === 'clairvoyant');
  if (clairvoyant) {
    lines.push(`Who knew the future, with the same start times: ${inWords(clairvoyant)}. The limit is 1.00.`);
  }
  const unfinished = policies.filter(({ leftPercent }) => leftPercent > LEFT_PERCENT);
  if (unfinished.length > 0) {
    const names = unfinished.map(({ name, leftPercent }) => `${name} (${leftPercent.toFixed(0)} %)`).join(', ');
    lines.push(
      `Of some, tasks were left in the queue at the end: ${names}. Nobody knows how long these would have waited, so they ` +
        'count only where they are late already, and cost over the limit is that of the work done.',
    );
  }
  return lines;
}

const isPeer = (name: string): boolean => PEERS.some((peer) => peer.name === name);

const inWords = ({ latePercent, cost, costOverLimit, p95, changesPerHour }: PolicyReport): string =>
  `${latePercent.toFixed(3)} % late, p95 ${p95.toFixed(0)} s, ${cost.toFixed(2)} US dollars, which is ` +
  `${costOverLimit.toFixed(2)} of the physical limit, ${plural(Math.round(changesPerHour), 'replica change')} an hour`;
