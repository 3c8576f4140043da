import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstOfMonth, presumedSpent, spendRoom, spentUntil, utcDay } from '../../../shared/rules/spend.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOON = Date.UTC(2026, 10, 25, 12);

describe('the month of a day', () => {
  it('begins where the calendar says, for any day of two thousand years', () => {
    fc.assert(
      fc.property(fc.integer({ min: -365_000, max: 365_000 }), (day) => {
        const date = new Date(day * DAY);
        expect(firstOfMonth(day) * DAY).toBe(day * DAY - (date.getUTCDate() - 1) * DAY);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('what was spent', () => {
  it('is nothing before the first entry', () => {
    expect(spentUntil(undefined, NOON)).toEqual({ dayUsd: 0, monthUsd: 0 });
  });

  it('goes on at the last rate', () => {
    const entry = { at: NOON, day: utcDay(NOON), dayUsd: 1, monthUsd: 30, usdPerHour: 2 };
    expect(spentUntil(entry, NOON + HOUR / 2)).toEqual({ dayUsd: 2, monthUsd: 31 });
  });

  it('begins anew at midnight UTC and goes on for the month, with what has run since', () => {
    const entry = { at: NOON, day: utcDay(NOON), dayUsd: 9, monthUsd: 50, usdPerHour: 2 };
    expect(spentUntil(entry, NOON + 13 * HOUR)).toEqual({ dayUsd: 2, monthUsd: 76 });
  });

  it('begins anew on the first of the month', () => {
    const last = Date.UTC(2026, 10, 30, 23);
    const entry = { at: last, day: utcDay(last), dayUsd: 9, monthUsd: 500, usdPerHour: 2 };
    expect(spentUntil(entry, last + 4 * HOUR)).toEqual({ dayUsd: 6, monthUsd: 6 });
  });

  it('in an entry of before months were counted is at least that of its day', () => {
    expect(spentUntil({ at: NOON, day: utcDay(NOON), dayUsd: 9, usdPerHour: 0 }, NOON + DAY).monthUsd).toBe(9);
  });

  it('is presumed in proportion to the time that is over where nobody can tell', () => {
    const limits = { spendUsdPerDay: 20, spendUsdPerHour: 5, changesPerEvaluation: 50 };
    const { dayUsd, monthUsd } = presumedSpent({ ...limits, spendUsdPerMonth: 300 }, NOON);
    expect(dayUsd).toBeCloseTo(10, 9);
    expect(monthUsd).toBeCloseTo(300 * (24.5 / 30), 9);
    expect(presumedSpent(limits, NOON).monthUsd).toBeCloseTo(600 * (24.5 / 30), 9);
  });
});

describe('the room under the limits', () => {
  const limits = { spendUsdPerDay: 1, spendUsdPerHour: 5 };

  it('counts what a started group will run at least', () => {
    // 0.10 USD are left; ten minutes of a group cost 0.01.
    const room = spendRoom(limits, { dayUsd: 0.9, monthUsd: 9 }, 0.06, 600);
    expect(room).toEqual({ groups: 10, period: 'day', limit: 1, spent: 0.9, commitSeconds: 600 });
  });

  it('of the month bounds a day that has room, and says so', () => {
    const room = spendRoom({ ...limits, spendUsdPerMonth: 10 }, { dayUsd: 0, monthUsd: 9.95 }, 0.06, 600);
    expect(room).toEqual({ groups: 5, period: 'month', limit: 10, spent: 9.95, commitSeconds: 600 });
  });

  it('is none when the day is used up', () => {
    expect(spendRoom(limits, { dayUsd: 1.5, monthUsd: 1.5 }, 0.06, 600).groups).toBe(0);
    expect(spendRoom(limits, { dayUsd: 1, monthUsd: 1 }, 0.06, 0).groups).toBe(0);
  });

  it('counts a minute of each group that no delay keeps', () => {
    expect(spendRoom(limits, { dayUsd: 0.99, monthUsd: 9 }, 0.06, 0)).toMatchObject({ groups: 10, period: 'day' });
  });

  it('never admits more than any limit, whatever was spent', () => {
    const usd = fc.double({ min: 0.01, max: 1000, noNaN: true });
    const price = fc.double({ min: 0.001, max: 10, noNaN: true });
    fc.assert(
      fc.property(usd, usd, usd, usd, usd, price, (day, hour, month, spentDay, spentMonth, price) => {
        const limits = { spendUsdPerDay: day, spendUsdPerHour: hour, spendUsdPerMonth: month };
        const { groups } = spendRoom(limits, { dayUsd: spentDay, monthUsd: spentMonth }, price, 1200);
        expect(groups * price).toBeLessThanOrEqual(hour + 1e-6);
        expect(groups * price * (1200 / 3600)).toBeLessThanOrEqual(Math.max(0, day - spentDay) + 1e-6);
        expect(groups * price * (1200 / 3600)).toBeLessThanOrEqual(Math.max(0, month - spentMonth) + 1e-6);
      }),
    );
  });
});
