import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { replicasFor, waitsShare } from '../../../shared/rules/headroom.ts';

describe('replicas for a steady load', () => {
  // Erlang C by hand: one server at half load makes half of all wait, exp(-(1 - 0.5) t) of those longer than t.
  it('are one for half a replica once the allowed wait makes up for it', () => {
    expect(replicasFor(0.5, 1, 20.3)).toBe(1);
    expect(replicasFor(0.5, 1, 20.2)).toBe(2);
  });

  it.each([
    [10, 1, 15, 11],
    [60, 1, 15, 61],
    [60, 1, 0.001, 95],
    [10, 60, 15, 23],
    [0, 1, 15, 0],
    [Number.NaN, 1, 15, 0],
  ])('of %d with work of %d s and a wait of %d s are %d', (load, work, wait, replicas) => {
    expect(replicasFor(load, work, wait)).toBe(replicas);
  });

  it('exceed the load, never fall when it grows, and never grow when more wait is allowed', () => {
    const loads = fc.double({ min: 0.01, max: 500, noNaN: true });
    fc.assert(
      fc.property(loads, fc.double({ min: 0.05, max: 100, noNaN: true }), (load, work) => {
        const replicas = replicasFor(load, work, 15);
        expect(replicas).toBeGreaterThan(load);
        expect(replicasFor(load * 1.1, work, 15)).toBeGreaterThanOrEqual(replicas);
        expect(replicasFor(load, work, 25)).toBeLessThanOrEqual(replicas);
      }),
    );
  });
});

describe('the share of messages that find all replicas busy', () => {
  /** How often there are 0, 1, 2, ... messages, by what comes and goes (birth and death). */
  const often = (load: number, replicas: number): number[] => {
    const weights = [1];
    for (let n = 1; n < 3000; n++) weights.push(((weights.at(-1) ?? 0) * load) / Math.min(n, replicas));
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return weights.map((weight) => weight / sum);
  };

  it.each([
    [0.5, 1],
    [7, 8],
    [11, 12],
    [11, 20],
  ])('tells for a load of %d on %d how much the number of busy ones varies', (load, replicas) => {
    const shares = often(load, replicas);
    const mean = (of: (busy: number) => number): number =>
      shares.reduce((sum, share, messages) => sum + share * of(Math.min(messages, replicas)), 0);
    expect(waitsShare(load, replicas)).toBeCloseTo(
      mean((busy) => (busy === replicas ? 1 : 0)),
      6,
    );
    expect(load * (1 - waitsShare(load, replicas))).toBeCloseTo(
      mean((busy) => busy ** 2) - mean((busy) => busy) ** 2,
      4,
    );
  });

  it('is none without a load and all of them from a full one on', () => {
    expect([waitsShare(0, 5), waitsShare(0, 0), waitsShare(5, 5), waitsShare(9, 5)]).toEqual([0, 1, 1, 1]);
  });
});
