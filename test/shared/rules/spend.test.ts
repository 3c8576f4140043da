import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spendRoom, spentToday, utcDay } from '../../../shared/rules/spend.ts';

const HOUR = 3_600_000;
const NOON = Date.UTC(2026, 10, 25, 12);

describe('what was spent today', () => {
  it('is nothing before the first entry', () => {
    expect(spentToday(undefined, NOON)).toBe(0);
  });

  it('goes on at the last rate', () => {
    expect(spentToday({ at: NOON, day: utcDay(NOON), dayUsd: 1, usdPerHour: 2 }, NOON + HOUR / 2)).toBeCloseTo(2, 9);
  });

  it('begins anew at midnight UTC, with what has run since', () => {
    const entry = { at: NOON, day: utcDay(NOON), dayUsd: 9, usdPerHour: 2 };
    expect(spentToday(entry, NOON + 13 * HOUR)).toBeCloseTo(2, 9);
  });
});

describe('the room under the limits', () => {
  it('counts what a started group will run at least', () => {
    // 0.10 USD are left; ten minutes of a group cost 0.01.
    const room = spendRoom({ spendUsdPerDay: 1, spendUsdPerHour: 5 }, 0.9, 0.06, 600);
    expect(room).toEqual({ groups: 10, period: 'day', limit: 1 });
  });

  it('is none when the day is used up', () => {
    expect(spendRoom({ spendUsdPerDay: 1, spendUsdPerHour: 5 }, 1.5, 0.06, 600).groups).toBe(0);
  });

  it('never admits more than either limit, whatever was spent', () => {
    const usd = fc.double({ min: 0.01, max: 1000, noNaN: true });
    fc.assert(
      fc.property(usd, usd, usd, fc.double({ min: 0.001, max: 10, noNaN: true }), (day, hour, spent, price) => {
        const { groups } = spendRoom({ spendUsdPerDay: day, spendUsdPerHour: hour }, spent, price, 1200);
        expect(groups * price).toBeLessThanOrEqual(hour + 1e-6);
        expect(groups * price * (1200 / 3600)).toBeLessThanOrEqual(Math.max(0, day - spent) + 1e-6);
      }),
    );
  });
});
