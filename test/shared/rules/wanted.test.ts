import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wantedReplicas } from '../../../shared/rules/wanted.ts';

const target = { maxWaitSeconds: 30, utilization: 0.8 };
const positive = fc.double({ min: 0, max: 10_000, noNaN: true });
const rates = fc.double({ min: 0.01, max: 100, noNaN: true });

describe('wanted replicas', () => {
  it('keep up with arrivals and leave headroom', () => {
    expect(wantedReplicas({ arrivals: 50, waiting: 300 }, 1, target, 0)).toBe(63);
  });

  it('work off what waits within the target', () => {
    expect(wantedReplicas({ arrivals: 50, waiting: 3000 }, 1, target, 0)).toBe(150);
  });

  it('are none when nothing arrives and nothing waits', () => {
    expect(wantedReplicas({ arrivals: 0, waiting: 0 }, 1, target, 5)).toBe(0);
  });

  it('start with one for a single message', () => {
    expect(wantedReplicas({ arrivals: 0, waiting: 1 }, 1, target, 0)).toBe(1);
  });

  it.each([
    [53, 53],
    [52, 63],
  ])('of %i there are %i while the estimate wanders', (have, wanted) => {
    expect(wantedReplicas({ arrivals: 50, waiting: 0 }, 1, target, have)).toBe(wanted);
  });

  it('are always enough for what arrives, and to catch up within the target', () => {
    fc.assert(
      fc.property(positive, positive, rates, fc.nat({ max: 20_000 }), (arrivals, waiting, rate, have) => {
        const wanted = wantedReplicas({ arrivals, waiting }, rate, target, have);
        expect((wanted + 0.02) * rate).toBeGreaterThanOrEqual(arrivals + waiting / 30 - 1e-6 * arrivals);
      }),
    );
  });

  it('never are more for having replicas than for having none', () => {
    fc.assert(
      fc.property(positive, positive, rates, fc.nat({ max: 20_000 }), (arrivals, waiting, rate, have) => {
        const ideal = wantedReplicas({ arrivals, waiting }, rate, target, 0);
        expect(wantedReplicas({ arrivals, waiting }, rate, target, have)).toBeLessThanOrEqual(ideal);
      }),
    );
  });
});
