import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addSample, learnRate } from '../../../shared/signals/service-rate.ts';
import type { PlannerState } from '../../../shared/controller/plan-types.ts';

type Sample = PlannerState['samples'][number];

const T = 1_800_000_000_000;

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

  it('follows a threefold change that nobody announced within two minutes of metrics', () => {
    for (const changed of [3, 1 / 3]) {
      let rate: PlannerState['serviceRate'];
      for (let index = 0; index < 12; index++) {
        const { samples, incoming } = minuteOf(T + index * 60_000, 8, index < 10 ? 1 : changed);
        rate = learnRate(rate, [{ minute: T + index * 60_000, incoming }], samples, 1);
      }
      expect(Math.abs((rate?.value ?? 0) / changed - 1)).toBeLessThan(0.2);
    }
  });

  it('moves little by a minute that chance explains', () => {
    const [first, second] = [minuteOf(T, 8, 1), minuteOf(T + 60_000, 8, 1.1)];
    const once = learnRate(undefined, [{ minute: T, incoming: first.incoming }], first.samples, 1);
    const minutes = [{ minute: T + 60_000, incoming: second.incoming }];
    const twice = learnRate({ value: 1, error: 0, ...once, minutes: 9 } as typeof once, minutes, second.samples, 1);
    expect(twice?.value).toBeCloseTo(1.03);
    expect(twice?.error).toBeCloseTo(0.1);
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
