import { describe, expect, it } from 'vitest';
import { isConstant, sameLoad, type SameLoad } from '../../../shared/signals/same-load.ts';

const T = 1_800_000_000_000;
const MINUTE = 60_000;

/** A look each minute, with a deviation of a tenth of a replica. */
const looked = (loads: number[]): SameLoad | undefined =>
  loads.reduce<SameLoad | undefined>(
    (known, replicas, index) => sameLoad(known, { replicas, deviation: 0.1 }, T + index * MINUTE),
    undefined,
  );

describe('a load', () => {
  it('is constant half an hour after it moved by more than chance', () => {
    const moved = [...Array<number>(60).fill(5), ...Array<number>(30).fill(4)];
    expect(looked(moved)).toMatchObject({ since: T + 60 * MINUTE });
    expect(isConstant(looked(moved) ?? { replicas: 0, since: 0, at: 0 })).toBe(false);
    expect(isConstant(looked([...moved, 4]) ?? { replicas: 0, since: 0, at: 0 })).toBe(true);
  });

  it('is as high as it was on average since then, whatever the first look said', () => {
    const known = looked([5.4, ...Array<number>(40).fill(5)]);
    expect(known).toMatchObject({ since: T, at: T + 40 * MINUTE });
    expect(known?.replicas).toBeCloseTo(5, 1);
  });

  it('that creeps is none: it moved once it is away from its mean', () => {
    const creeping = Array.from({ length: 120 }, (_, minute) => 5 - minute / 30);
    expect(looked(creeping)?.since).toBeGreaterThan(T + 80 * MINUTE);
  });

  it('begins anew where a clock was put back', () => {
    const before = looked([5, 5]);
    expect(sameLoad(before, { replicas: 5, deviation: 0.1 }, T)).toEqual({ replicas: 5, since: T, at: T });
  });
});
