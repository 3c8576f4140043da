import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aheadOf } from '../../../shared/forecast/forecast.ts';
import type { Outlook } from '../../../shared/forecast/memory.ts';
import { forecastOf, learnOutlook } from '../../../shared/forecast/outlook.ts';
import { sentence } from '../../../shared/telemetry/reasons.ts';
import { inputOf, stateOf } from '../../support/observation-of.ts';
import { workloadOf } from '../../support/workload-of.ts';

const LEAD = 60;
/** A Monday, midnight UTC. */
const MONDAY = Date.UTC(2026, 0, 5);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Looks each half minute, until a moment. */
function learned(until: number, load: (at: number) => number, known?: Outlook, from = MONDAY): Outlook {
  let outlook = known;
  for (let at = from; at <= until; at += 30_000) outlook = learnOutlook(outlook, load(at), at, LEAD);
  return outlook ?? learnOutlook(undefined, load(from), from, LEAD);
}

/** 2 at night, 40 from nine sharp until five, on days of which the test says that they are worked. */
const office =
  (works: (day: number) => boolean = () => true) =>
  (at: number): number => {
    const hour = (at % DAY) / HOUR;
    return works(Math.floor((at - MONDAY) / DAY) % 7) && hour >= 9 && hour < 17 ? 40 : 2;
  };

describe('the load by the time a start is over', () => {
  it('is told by the trend while it rises steadily', () => {
    const ramp = (at: number): number => 10 + (at - MONDAY) / 10_000;
    const until = MONDAY + HOUR / 2;
    const forecast = forecastOf(learned(until, ramp), ramp(until), until, LEAD);
    expect(forecast?.by).toBe('trend');
    expect(forecast?.load).toBeCloseTo(ramp(until) + 6, 0);
    expect(forecast?.low).toBeGreaterThan(ramp(until));
  });

  it('is told by the time of day once that has been right for days, before there is anything to see', () => {
    const before = MONDAY + 12 * DAY + 9 * HOUR - 45_000;
    const forecast = forecastOf(learned(before, office()), 3, before, LEAD);
    expect(forecast).toMatchObject({ by: 'day', load: 40 });
    expect(forecast?.error).toBeLessThan(0.8 * (forecast?.stays ?? 0));
  });

  it('is not told by the time of day on the first day', () => {
    const before = MONDAY + 9 * HOUR - 45_000;
    expect(forecastOf(learned(before, office()), 3, before, LEAD)).toBeUndefined();
  });

  it('is told by the time of week where days differ', () => {
    const weekday = office((day) => day < 5);
    const before = MONDAY + 21 * DAY + 9 * HOUR - 45_000;
    expect(forecastOf(learned(before, weekday), 3, before, LEAD)?.load).toBeCloseTo(40, 0);
  });

  it('is never told to be more at a load that stays, whatever its noise', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 9.5, max: 10.5, noNaN: true }), { minLength: 100, maxLength: 400 }),
        (noise) => {
          const load = (at: number): number => noise[Math.floor((at - MONDAY) / 30_000) % noise.length] ?? 10;
          const until = MONDAY + 2 * HOUR;
          expect(forecastOf(learned(until, load), 11, until, LEAD)).toBeUndefined();
        },
      ),
      { numRuns: 50 },
    );
  });

  it('takes less than 20 KB to know after a month', () => {
    const month = learned(
      MONDAY + 30 * DAY,
      office((day) => day < 5),
    );
    expect(JSON.stringify(month).length).toBeLessThan(20_000);
  });
});

describe('a forecast that counts', () => {
  const before = MONDAY + 12 * DAY + 9 * HOUR - 45_000;
  const outlook = learned(before - 30_000, office());
  const ahead = (forecast: 'off' | 'shadow' | 'on') => {
    const workload = workloadOf({ forecast });
    const input = { ...inputOf({ workload, state: stateOf({ outlook }) }), now: before };
    return aheadOf(input, { replicas: 2, deviation: 1 }, { start: { usual: 30, slow: 50 }, at: before });
  };

  it('is used and explained when it is on', () => {
    const { expected, reasons } = ahead('on');
    expect(expected).toBe(40);
    expect(reasons.map(sentence).join('')).toMatch(
      /^By this time of other days the load will be 40 replicas in 60 s .*: it counts\.$/,
    );
  });

  it('is only explained in shadow', () => {
    const { expected, reasons } = ahead('shadow');
    expect(expected).toBeUndefined();
    expect(reasons.map(sentence).join('')).toContain('it would count (SPILLWAY_FORECAST is shadow)');
  });

  it('is neither made nor learned when it is off', () => {
    expect(ahead('off')).toEqual({ outlook: undefined, reasons: [] });
  });
});
