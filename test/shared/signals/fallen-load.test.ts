import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { demandOf } from '../../../shared/signals/demand.ts';
import { arrivedBy, fallenLoad, type Arrived } from '../../../shared/signals/fallen-load.ts';
import { loadOf, type Load } from '../../../shared/signals/load.ts';
import { sentence } from '../../../shared/telemetry/reasons.ts';
import { seeded } from '../../../tools/local/random.ts';
import { inputOf, NOW, observationOf, stateOf } from '../../support/observation-of.ts';
import { poisson } from '../../support/queue-world.ts';

const MINUTE = 60_000;
/** Metrics are two minutes late. */
const NEWEST = Math.floor(NOW / MINUTE) - 3;
/** The newest count last. */
const counts = (...all: (number | null)[]): Arrived => ({ first: NEWEST - all.length + 1, counts: all });
const times = (minutes: number, count: number): number[] => Array<number>(minutes).fill(count);

const load: Load = { waiting: 0, growth: 0, busy: 10, replicas: 10, deviation: 0.3, seconds: 900, flow: [] };
const lately = (arrived: Arrived, changes: Partial<Load> = {}) => fallenLoad({ ...load, ...changes }, arrived, NOW);

describe('a load that fell while it was averaged', () => {
  it('is lower by as much as fewer messages arrive lately (the worked example)', () => {
    const { replicas, deviation, fell } = lately(counts(...times(8, 600), ...times(5, 520)));
    expect(replicas).toBeCloseTo((10 * 520 * 13) / (8 * 600 + 5 * 520), 6);
    expect(fell).toMatchObject({ from: 10, minutes: 5, lately: 520 });
    // Known as well as both are: the mean of the window, and 2,600 messages.
    expect(deviation).toBeCloseTo(Math.hypot(0.3 * (replicas / 10), replicas / Math.sqrt(2600)), 6);
  });

  it('of no more than chance is left alone, and one that rose always', () => {
    expect(lately(counts(...times(8, 600), ...times(5, 590)))).toEqual(load);
    expect(lately(counts(...times(8, 500), ...times(5, 600)))).toEqual(load);
    const short = { seconds: 120 };
    expect(lately(counts(...times(8, 600), ...times(5, 520)), short)).toEqual({ ...load, ...short });
  });

  it('keeps the mean that knows of a burst, which may return', () => {
    expect(lately(counts(...times(8, 600), 900, ...times(5, 520)))).toEqual(load);
    expect(lately(counts(...times(8, 600), 0, 0, 0))).toEqual(load);
  });

  it('is not told by minutes that are old, too few, or of before the window', () => {
    const falling = [...times(8, 600), ...times(5, 520)];
    expect(fallenLoad(load, counts(...falling), NOW + 3 * MINUTE)).toEqual(load);
    expect(lately(counts(600, 400))).toEqual(load);
    expect(lately(counts(...times(8, 600), ...times(5, 520)), { seconds: 400 }).fell).toBeUndefined();
    expect(fallenLoad(load, undefined, NOW)).toEqual(load);
  });

  it('at a constant demand is seen in less than one of a hundred looks, and then by little', () => {
    let [looks, seen, least] = [0, 0, 1];
    for (let seed = 1; seed <= 100; seed++) {
      const random = seeded(seed);
      const all = Array.from({ length: 113 }, () => poisson(600, random));
      for (let minute = 13; minute <= all.length; minute++) {
        const { replicas, fell } = lately(counts(...all.slice(minute - 13, minute)));
        looks++;
        if (fell) [seen, least] = [seen + 1, Math.min(least, replicas / 10)];
      }
    }
    expect(seen / looks).toBeLessThan(0.01);
    expect(least).toBeGreaterThan(0.8);
  });

  it('is never raised, and never below nothing, whatever the counts', () => {
    const some = fc.array(fc.option(fc.nat(100_000)), { maxLength: 16 });
    fc.assert(
      fc.property(some, fc.double({ min: 0, max: 500, noNaN: true }), (all, replicas) => {
        const { replicas: after } = lately(counts(...all), { replicas });
        expect(after).toBeLessThanOrEqual(replicas);
        expect(after).toBeGreaterThanOrEqual(0.5 * replicas);
      }),
    );
  });

  it('is told with the numbers that it comes from, and lets go what it needs no more', () => {
    // Ten of twelve were busy for a quarter of an hour, by the depths; lately a fifth fewer messages arrive.
    let flow: Load['flow'] | undefined;
    for (let second = 900; second > 0; second -= 5) flow = loadOf(flow, 10, 12, 1, NOW - second * 1000).flow;
    const wanted = (arrived: Arrived | undefined) => {
      const depth = { active: 10, deadLetter: 0, scheduled: 0 };
      const observation = observationOf({ queue: { status: 'read', value: depth, at: NOW } });
      const input = inputOf({ observation, state: stateOf({ flow, arrived }) });
      return demandOf(input, { serving: 16, starting: [] }, { usual: 25, slow: 40 });
    };
    const [before, after] = [wanted(undefined), wanted(counts(...times(8, 600), ...times(5, 450)))];
    expect(after.wanted).toBeLessThan(before.wanted);
    expect(before.reasons.some(({ code }) => code === 'load-fell')).toBe(false);
    expect(after.memory.arrived).toEqual(counts(...times(8, 600), ...times(5, 450)));
    expect(
      after.reasons
        .filter(({ code }) => code === 'load-fell')
        .map(sentence)
        .join(' '),
    ).toContain('In the last 5 minutes 450 messages a minute arrived');
  });
});

describe('arrivals by minute', () => {
  it('are kept for sixteen minutes, with gaps, and without what is no number or of a time to come', () => {
    const minute = (age: number) => (NEWEST - age) * MINUTE;
    let known: Arrived | undefined;
    for (let age = 40; age >= 0; age--)
      known = arrivedBy(known, [{ minute: minute(age), incoming: 100 + age }], minute(age) + 3 * MINUTE);
    expect(known).toEqual(counts(...Array.from({ length: 14 }, (_, index) => 113 - index)));
    const odd = [
      { minute: minute(-1), incoming: Number.NaN },
      { minute: minute(-2), incoming: -5 },
      { minute: minute(-3), incoming: 7 },
      { minute: minute(-9), incoming: 9 },
    ];
    const gap = arrivedBy(known, odd, NOW + 2 * MINUTE);
    expect(gap?.counts.slice(-4)).toEqual([100, null, null, 7]);
    // One that has just ended may be counted in part; what is read of it later replaces what was.
    const just = (incoming: number, now: number) => arrivedBy(known, [{ minute: minute(-2), incoming }], now);
    expect(just(40, NOW)?.counts).toEqual(known?.counts);
    expect(just(90, NOW + MINUTE)?.counts.at(-1)).toBe(90);
    // A clock that was put back forgets what is of a time to come, and a long time everything.
    expect(arrivedBy(known, [], minute(5))?.counts.at(-1)).toBe(105);
    expect(arrivedBy(known, [], NOW + 3_600_000)).toBeUndefined();
  });
});
