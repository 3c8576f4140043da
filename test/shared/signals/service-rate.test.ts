import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { learnRate } from '../../../shared/signals/service-rate.ts';
import type { PlannerState } from '../../../shared/controller/plan-types.ts';

type Point = NonNullable<PlannerState['flow']>[number];

const T = 1_800_000_000_000;

/** Readings each 5 s of a minute in which `busy` replicas worked and the depth stood still, and its metrics. */
const minuteOf = (minute: number, busy: number, rate: number): { flow: Point[]; incoming: number } => ({
  flow: Array.from({ length: 13 }, (_, index): Point => [
    minute + index * 5_000,
    busy + 50,
    ((minute - T) / 1000 + index * 5) * busy,
  ]),
  incoming: busy * rate * 60,
});

/** Minute by minute, with so many messages done as arrive. */
function learnedFrom(minutes: { busy: number; incoming: number }[], guess = 1): PlannerState['serviceRate'] {
  let rate: PlannerState['serviceRate'];
  for (const [index, { busy, incoming }] of minutes.entries()) {
    const minute = T + index * 60_000;
    rate = learnRate(rate, [{ minute, incoming }], minuteOf(minute, busy, 1).flow, guess);
  }
  return rate;
}

describe('the rate of a replica', () => {
  it('is learned from one full minute with readings', () => {
    const { flow, incoming } = minuteOf(T, 8, 2.5);
    expect(learnRate(undefined, [{ minute: T, incoming }], flow, 1)).toMatchObject({ value: 2.5, minutes: 1 });
  });

  it('is not learned from a minute in which nobody was busy, or that was not watched', () => {
    const idle = Array.from({ length: 13 }, (_, index): Point => [T + index * 5_000, 0, 0]);
    expect(learnRate(undefined, [{ minute: T, incoming: 0 }], idle, 1)).toBeUndefined();
    expect(learnRate(undefined, [{ minute: T, incoming: 600 }], idle.slice(0, 3), 1)).toBeUndefined();
  });

  it('counts each minute once, however often it is told', () => {
    const { flow, incoming } = minuteOf(T, 8, 2);
    const once = learnRate(undefined, [{ minute: T, incoming }], flow, 1);
    expect(learnRate(once, [{ minute: T, incoming: 1 }], flow, 1)).toEqual(once);
  });

  it('follows a threefold change that nobody announced within two minutes of metrics', () => {
    for (const changed of [3, 1 / 3]) {
      let rate: PlannerState['serviceRate'];
      for (let index = 0; index < 12; index++) {
        const { flow, incoming } = minuteOf(T + index * 60_000, 8, index < 10 ? 1 : changed);
        rate = learnRate(rate, [{ minute: T + index * 60_000, incoming }], flow, 1);
      }
      expect(Math.abs((rate?.value ?? 0) / changed - 1)).toBeLessThan(0.2);
    }
  });

  it('moves little by a minute that chance explains, and says how well it is known', () => {
    const calm = learnedFrom(Array.from({ length: 10 }, () => ({ busy: 8, incoming: 480 })));
    expect(calm?.value).toBeCloseTo(1);
    expect(calm?.error).toBeLessThan(0.03);
    const next = minuteOf(T + 600_000, 8, 1.1);
    const after = learnRate(calm, [{ minute: T + 600_000, incoming: next.incoming }], next.flow, 1);
    expect(after?.value).toBeGreaterThan(1.01);
    expect(after?.value).toBeLessThan(1.04);
  });

  it('hardly moves by a minute of an idle fleet, of which only few moments were seen', () => {
    const calm = learnedFrom(Array.from({ length: 10 }, () => ({ busy: 8, incoming: 480 })));
    const minute = T + 600_000;
    const times = [0, 10_000, 45_000, 50_000, 55_000, 60_000];
    const flow = times.map((at): Point => [minute + at, 2, (at / 1000) * 1.5]);
    const after = learnRate(calm, [{ minute, incoming: 180 }], flow, 1);
    expect(after?.value).toBeGreaterThan(1);
    expect(after?.value).toBeLessThan(1.1);
  });

  it('is right where a message takes minutes, because a minute in which none was finished counts as well', () => {
    const offAfter = (minutes: number): number => {
      const done = Array.from({ length: minutes }, (_, minute) => ({ busy: 2, incoming: minute % 5 < 2 ? 1 : 0 }));
      return (learnedFrom(done, 1 / 300)?.value ?? 0) * 300 - 1;
    };
    const off = [56, 57, 58, 59, 60].map(offAfter);
    expect(Math.max(...off.map(Math.abs))).toBeLessThan(0.2);
    expect(Math.abs(off.reduce((sum, one) => sum + one, 0) / off.length)).toBeLessThan(0.01);
  });

  it('is not what it was in a minute in which everything stood still', () => {
    const calm = Array.from({ length: 10 }, () => ({ busy: 8, incoming: 480 }));
    expect(learnedFrom([...calm, { busy: 8, incoming: 0 }])).toEqual(learnedFrom(calm));
  });

  it('is not what a minute says in which somebody emptied the queue, but what one says in which the replicas did', () => {
    const calm = learnedFrom(Array.from({ length: 10 }, () => ({ busy: 8, incoming: 480 })));
    const minute = T + 600_000;
    const after = (depths: number[], incoming: number): number | undefined => {
      const flow = depths.map((depth, index): Point => [minute + index * 5_000, depth, index * 40]);
      return learnRate(calm, [{ minute, incoming }], flow, 1)?.value;
    };
    // 892 of 900 messages are gone within five seconds, in which eight replicas do forty.
    expect(after([900, 900, 900, 900, 900, 900, 8, 8, 8, 8, 8, 8, 8], 480)).toBe(calm?.value);
    // Eight that became twelve times as fast: as steep a fall, but all minute long.
    expect(after([5288, 4848, 4408, 3968, 3528, 3088, 2648, 2208, 1768, 1328, 888, 448, 8], 480)).toBeGreaterThan(2);
  });

  it('never leaves the twentieth to twenty times of the setting, whatever the minutes say', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.double({ min: 0, max: 1e9 }), fc.double()), { maxLength: 20 }), (totals) => {
        const readings = totals.flatMap((_, index) => minuteOf(T + index * 60_000, 4, 1).flow);
        const minutes = totals.map((incoming, index) => ({ minute: T + index * 60_000, incoming }));
        const value = learnRate(undefined, minutes, readings, 3)?.value ?? 3;
        expect(value).toBeGreaterThanOrEqual(3 / 20 - 1e-9);
        expect(value).toBeLessThanOrEqual(3 * 20 + 1e-9);
      }),
    );
  });
});
