import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { replicasFor } from '../../../shared/rules/headroom.ts';

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
