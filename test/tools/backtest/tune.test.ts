import { describe, expect, test } from 'vitest';
import { boundLine } from '../../../tools/backtest/bench/table.ts';
import { boundsOf, rivalOf } from '../../../tools/backtest/bench/verdict.ts';
import type { Compared, Figures } from '../../../tools/backtest/compare.ts';
import type { Part } from '../../../tools/backtest/score.ts';
import { scriptOf } from '../../../tools/backtest/trace.ts';
import { best, firstHalf, grid } from '../../../tools/backtest/tune.ts';
import { AT_EASE, PART } from '../../support/backtest-figures.ts';

test('a grid has every combination, the defaults first', () => {
  expect(grid({ a: [1, 2], b: [3, 4] })).toEqual([
    { a: 1, b: 3 },
    { a: 1, b: 4 },
    { a: 2, b: 3 },
    { a: 2, b: 4 },
  ]);
  expect(firstHalf({ name: 't', binSeconds: 60, counts: [1, 2, 3, 4, 5] }).counts).toEqual([1, 2]);
});

test('the first half is played at the scale of the whole trace: its load stays what it was', () => {
  const counts = [...Array.from({ length: 60 }, () => 6), ...Array.from({ length: 60 }, () => 60)];
  const trace = { name: 'step', binSeconds: 60, counts };
  const meanOf = (one: typeof trace): number => {
    const { arrivals, warmup } = scriptOf(one, 1);
    return arrivals.slice(warmup, warmup + 3600).reduce((sum, count) => sum + count, 0) / 3600;
  };
  expect(meanOf(trace)).toBeCloseTo(6, 0);
  expect(meanOf(firstHalf(trace))).toBeCloseTo(6, 0);
});

test('the best is the cheapest that serves, or else the least late', () => {
  const tried = [
    { latePercent: 0.05, cost: 9 },
    { latePercent: 0.1, cost: 7 },
    { latePercent: 3, cost: 1 },
  ];
  expect(best(tried, (one) => one)).toBe(tried[1]);
  const late = [
    { latePercent: 5, cost: 1 },
    { latePercent: 3, cost: 9 },
  ];
  expect(best(late, (one) => one)).toBe(late[1]);
});

const part = (latePercent: number, cost: number): Part => ({
  ...PART,
  latePercent,
  cost,
  costOverLimit: 1.2,
  changesPerHour: 50,
  actionsPerHour: 25,
});

const figures = (name: string, whole: Part, secondHalf: Part = whole, meanReplicas = 20): Figures => ({
  name,
  knobs: {},
  whole,
  secondHalf,
  meanReplicas,
  elasticity: { whole: AT_EASE, secondHalf: AT_EASE },
  peaks: { groups: 0, instances: 0, groupSecondsPerDay: 0 },
});

describe('the verdict', () => {
  const ours = figures('spillway', part(0, 10), part(0, 4));

  test('asks against the better of a peer at its defaults and tuned, and only against those that serve', () => {
    const peers: Compared[] = [
      { name: 'late', defaults: figures('late', part(0.2, 1)) },
      { name: 'plain', defaults: figures('plain', part(0, 20)), tuned: figures('plain', part(0, 20), part(0.1, 5)) },
    ];
    expect(rivalOf(ours, peers)).toMatchObject({ name: 'plain', table: 'tuned', cost: 5, ratio: 0.8 });
    expect(rivalOf(ours, peers.slice(0, 1))).toBeUndefined();
  });

  test('says of each bound whether it holds, and where it is worst', () => {
    const rival = { name: 'plain', table: 'defaults', knobs: {}, cost: 20, ratio: 0.5 } as const;
    const sparse = figures('spillway', part(0.02, 10), part(0, 4), 2);
    const bounds = boundsOf([
      { trace: 'dense', ours, rival },
      { trace: 'sparse', ours: sparse, rival: { ...rival, ratio: 1.1 } },
    ]);
    expect(bounds.filter(({ holds }) => !holds)).toEqual([
      {
        what: 'late share in percent, any trace',
        limit: 0.01,
        worst: 0.02,
        at: 'sparse',
        outOfReach: [],
        holds: false,
      },
      { what: 'cost over the best peer, any trace', limit: 1, worst: 1.1, at: 'sparse', outOfReach: [], holds: false },
      expect.objectContaining({ what: 'cost over the best peer, geometric mean' }),
    ]);
    expect(bounds[3]?.worst).toBeCloseTo(Math.sqrt(0.55), 9);
  });

  test('does not judge a bound where even the clairvoyant breaks it, and says so', () => {
    const rival = { name: 'plain', table: 'tuned', knobs: {}, cost: 12, ratio: 0.9, clairvoyant: 0.8 } as const;
    const [, dense] = boundsOf([{ trace: 'smooth', ours, rival }]);
    expect(dense).toMatchObject({ outOfReach: [{ trace: 'smooth', value: 0.8 }] });
    expect(dense?.holds).toBeUndefined();
    expect(dense && boundLine(dense)).toMatch(
      /^not judged .*out of reach for the clairvoyant, too, on smooth \(0\.80\)/,
    );
  });

  test('judges no bound that no trace is about', () => {
    const bounds = boundsOf([{ trace: 'dense', ours }]);
    const judged = bounds.filter(({ holds }) => holds !== undefined).map(({ what }) => what);
    expect(judged).toEqual([
      'late share in percent, any trace',
      'cost over the limit, mean of traces of 9 replicas or more',
      'replica changes per hour, each replica counted, mean of traces',
      'replica changes per hour, those of the same second as one, mean of traces',
    ]);
    expect(bounds.filter(({ worst }) => worst === undefined)).toHaveLength(4);
  });
});
