import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addSample, learnRate, queueDemand } from '../../../shared/signals/queue-demand.ts';
import type { PlannerState } from '../../../shared/controller/plan-types.ts';

type Sample = PlannerState['samples'][number];

const T = 1_800_000_000_000;

describe('the demand of a queue', () => {
  it('is what the busy replicas work off while the depth stays the same', () => {
    const demand = queueDemand([[T, 30, 10]], 30, 10, 2, undefined, T + 5_000);
    expect(demand).toMatchObject({ waiting: 20, growth: 0, busy: 10, arrivals: 20 });
  });

  it('of a spike is told by the first reading that shows it', () => {
    // 4 a second for long, then 40 a second for these five seconds: 200 came and 8 replicas took at most 40.
    const demand = queueDemand([[T, 4, 8]], 164, 8, 1, 4, T + 5_000);
    expect(demand.arrivals).toBeGreaterThan(35);
  });

  it('moves little by a reading that chance explains', () => {
    const demand = queueDemand([[T, 4, 8]], 8, 8, 1, 4, T + 5_000);
    expect(demand.arrivals).toBeGreaterThan(4);
    expect(demand.arrivals).toBeLessThan(4.5);
  });

  it('of one reading alone is what its replicas work off, whatever waits', () => {
    expect(queueDemand([], 500, 8, 1, undefined, T)).toMatchObject({ waiting: 492, arrivals: 8 });
  });

  it('is never negative and always a number', () => {
    const reading = fc.nat({ max: 1_000_000 });
    fc.assert(
      fc.property(
        reading,
        reading,
        fc.nat({ max: 500 }),
        fc.double({ min: 0.001, max: 1000, noNaN: true }),
        fc.integer({ min: 1_000, max: 3_600_000 }),
        fc.option(fc.double({ min: 0, max: 10_000, noNaN: true }), { nil: undefined }),
        (before, active, serving, rate, ms, estimate) => {
          const demand = queueDemand([[T, before, serving]], active, serving, rate, estimate, T + ms);
          expect(demand.arrivals).toBeGreaterThanOrEqual(0);
          expect(Number.isFinite(demand.arrivals)).toBe(true);
          expect(demand.waiting).toBe(active - Math.min(serving, active));
        },
      ),
    );
  });
});

/** Readings each 5 s of a minute in which `busy` replicas worked and the depth stood still, and its metrics. */
const minuteOf = (minute: number, busy: number, rate: number): { samples: Sample[]; incoming: number } => ({
  samples: Array.from({ length: 13 }, (_, index): Sample => [minute + index * 5_000, busy + 50, busy]),
  incoming: busy * rate * 60,
});

describe('the rate of a replica', () => {
  it('is learned from one full minute with readings', () => {
    const { samples, incoming } = minuteOf(T, 8, 2.5);
    expect(learnRate(undefined, [{ minute: T, incoming }], samples, 1)).toMatchObject({ value: 2.5, minutes: 1 });
  });

  it('is not learned from a minute in which nobody was busy, or that was not watched', () => {
    const idle = Array.from({ length: 13 }, (_, index): Sample => [T + index * 5_000, 0, 8]);
    expect(learnRate(undefined, [{ minute: T, incoming: 0 }], idle, 1)).toBeUndefined();
    expect(learnRate(undefined, [{ minute: T, incoming: 600 }], idle.slice(0, 3), 1)).toBeUndefined();
  });

  it('counts each minute once, however often it is told', () => {
    const { samples, incoming } = minuteOf(T, 8, 2);
    const once = learnRate(undefined, [{ minute: T, incoming }], samples, 1);
    expect(learnRate(once, [{ minute: T, incoming: 1 }], samples, 1)).toEqual(once);
  });

  it('never leaves the twentieth to twenty times of the setting, whatever the minutes say', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1e9, noNaN: true }), { maxLength: 20 }), (totals) => {
        const readings = totals.flatMap((_, index) => minuteOf(T + index * 60_000, 4, 1).samples);
        const minutes = totals.map((incoming, index) => ({ minute: T + index * 60_000, incoming }));
        const value = learnRate(undefined, minutes, readings, 3)?.value ?? 3;
        expect(value).toBeGreaterThanOrEqual(3 / 20 - 1e-9);
        expect(value).toBeLessThanOrEqual(3 * 20 + 1e-9);
      }),
    );
  });
});

describe('kept readings', () => {
  it('are at most sixty, the newest, and at least a second apart', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 200 }), (gaps) => {
        let at = T;
        let samples: Sample[] = [];
        for (const gap of gaps) samples = addSample(samples, (at += gap), 1, 1);
        expect(samples.length).toBeLessThanOrEqual(60);
        for (const [index, sample] of samples.entries()) {
          expect(sample[0] - (samples[index - 1]?.[0] ?? -Infinity)).toBeGreaterThanOrEqual(1000);
        }
      }),
    );
  });
});
