// Are the bounds of "done" kept? For each trace the cheapest peer that serves (at most 0.1 % late) is looked for at its
// defaults, on the whole trace, and with its knobs turned, on the half that they were not turned on; the better of the two
// is what Spillway, at its own defaults, is asked against. Where even the clairvoyant, with the same start times, costs more
// than a bound allows, the bound is out of anybody's reach on that trace: it is named and not judged there.

import type { Compared, Figures } from '../compare.ts';
import { SERVED } from '../tune.ts';

export interface Rival {
  name: string;
  table: 'defaults' | 'tuned';
  knobs: Record<string, number>;
  /** US dollars, on the part of the trace that this table is about. */
  cost: number;
  /** Our cost over it. */
  ratio: number;
  /** The clairvoyant's cost over it. */
  clairvoyant?: number | undefined;
}

export interface TraceVerdict {
  trace: string;
  ours: Figures;
  /** Undefined when no peer serves. */
  rival?: Rival | undefined;
  clairvoyant?: Figures | undefined;
}

export interface Bound {
  what: string;
  limit: number;
  /** Undefined where there is nothing to judge: no such trace, or none within reach. */
  worst: number | undefined;
  /** Trace on which it is worst, where it is about single traces. */
  at?: string | undefined;
  /** Traces on which nobody could keep it, with the clairvoyant's figure. */
  outOfReach: { trace: string; value: number }[];
  /** Undefined where there is nothing to judge. */
  holds: boolean | undefined;
}

/** Mean replicas from which on a trace counts as dense. */
const DENSE = 9;

export function rivalOf(ours: Figures, peers: readonly Compared[], clairvoyant?: Figures): Rival | undefined {
  const rivals = peers.flatMap(({ name, defaults, tuned }): Rival[] => {
    const one = (figures: Figures | undefined, table: Rival['table'], part: 'whole' | 'secondHalf'): Rival[] => {
      if (!figures || figures[part].latePercent > SERVED || figures[part].cost === 0) return [];
      const { cost } = figures[part];
      const known = clairvoyant && clairvoyant[part].cost / cost;
      return [{ name, table, knobs: figures.knobs, cost, ratio: ours[part].cost / cost, clairvoyant: known }];
    };
    return [...one(defaults, 'defaults', 'whole'), ...one(tuned, 'tuned', 'secondHalf')];
  });
  return rivals.toSorted((a, b) => b.ratio - a.ratio)[0];
}

export function boundsOf(verdicts: readonly TraceVerdict[]): Bound[] {
  const dense = verdicts.filter(({ ours }) => ours.meanReplicas >= DENSE);
  const sparse = verdicts.filter(({ ours }) => ours.meanReplicas < DENSE);
  const ratios = verdicts.flatMap(({ rival }) => (rival ? [rival.ratio] : []));
  const meanOf = (field: 'changesPerHour' | 'actionsPerHour'): number | undefined =>
    mean(verdicts.map(({ ours }) => ours.whole[field]));
  const [late, ratio]: [Measure, Measure] = [
    { ours: ({ ours }) => ours.whole.latePercent, best: ({ clairvoyant }) => clairvoyant?.whole.latePercent },
    { ours: ({ rival }) => rival?.ratio, best: ({ rival }) => rival?.clairvoyant },
  ];
  return [
    atWorst('late share in percent, any trace', 0.01, verdicts, late),
    atWorst(`cost over the best peer, mean of ${DENSE} replicas or more`, 0.65, dense, ratio),
    atWorst('cost over the best peer, any trace', 1, verdicts, ratio),
    overall('cost over the best peer, geometric mean', 0.6, geometricMean(ratios)),
    overall(`cost over the limit, mean of traces of ${DENSE} replicas or more`, 1.3, meanOverLimit(dense)),
    overall('cost over the limit, mean of sparser traces', 2.2, meanOverLimit(sparse)),
    overall('replica changes per hour, each replica counted, mean of traces', 60, meanOf('changesPerHour')),
    overall('replica changes per hour, those of the same second as one, mean of traces', 60, meanOf('actionsPerHour')),
  ];
}

const mean = (values: number[]): number | undefined =>
  values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;

function geometricMean(values: number[]): number | undefined {
  const exponent = mean(values.map((value) => Math.log(value)));
  return exponent === undefined ? undefined : Math.exp(exponent);
}

const meanOverLimit = (verdicts: TraceVerdict[]): number | undefined =>
  mean(verdicts.map(({ ours }) => ours.whole.costOverLimit));

const overall = (what: string, limit: number, worst: number | undefined): Bound => ({
  what,
  limit,
  worst,
  outOfReach: [],
  holds: isKept(worst, limit),
});

const isKept = (worst: number | undefined, limit: number): boolean | undefined =>
  worst === undefined ? undefined : worst <= limit;

/** A figure of a trace, and the best that anybody could have. */
interface Measure {
  ours: (verdict: TraceVerdict) => number | undefined;
  best: (verdict: TraceVerdict) => number | undefined;
}

function atWorst(what: string, limit: number, verdicts: readonly TraceVerdict[], { ours, best }: Measure): Bound {
  const outOfReach = figuresOf(verdicts, best).filter(({ value }) => value > limit);
  const judged = verdicts.filter(({ trace }) => !outOfReach.some((one) => one.trace === trace));
  const worst = figuresOf(judged, ours).toSorted((a, b) => b.value - a.value)[0];
  return { what, limit, worst: worst?.value, at: worst?.trace, outOfReach, holds: isKept(worst?.value, limit) };
}

const figuresOf = (
  verdicts: readonly TraceVerdict[],
  figure: (verdict: TraceVerdict) => number | undefined,
): { trace: string; value: number }[] =>
  verdicts.flatMap((verdict) => {
    const value = figure(verdict);
    return value === undefined ? [] : [{ trace: verdict.trace, value }];
  });
