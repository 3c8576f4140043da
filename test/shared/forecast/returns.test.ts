import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { returningOf } from '../../../shared/forecast/returns.ts';

const HOLDING = { worth: 600, lead: 60, ready: false };
const READY = { ...HOLDING, ready: true };

describe('groups after a burst', () => {
  it('are held through gaps that cost less than a burst which finds none', () => {
    expect(returningOf([180, 200, 190], HOLDING)).toEqual({ hold: 200 * 1.05 + 5 });
  });

  it('are not held when the gaps are longer than that', () => {
    expect(returningOf([3500, 3480, 3510], HOLDING)).toEqual({ hold: 0 });
  });

  it('are held through the short gaps when few are long', () => {
    expect(returningOf([100, 110, 3000, 105], HOLDING).hold).toBeCloseTo(110 * 1.05 + 5);
  });

  it('are let go and ready again just before the next burst when bursts are regular', () => {
    // The earliest gap less a slow start, 5 s and a third of the spread: 3480 - 60 - 5 - 10.
    expect(returningOf([3500, 3480, 3510], READY)).toEqual({ hold: 0, from: 3405, to: 3510 * 1.05 + 15 });
  });

  it('are made ready for a series of which enough bursts need so many, and forgotten when most do not', () => {
    // Ready each time costs some 130 s of each; a burst that finds none costs 600, one that needs fewer nothing.
    expect(returningOf([3500, -3480, 3510, -3500], READY).from).toBeGreaterThan(3400);
    expect(returningOf([3500, -3480, -3510, -3500, -3500, -3500], READY)).toEqual({ hold: 0 });
  });

  it('are not made ready for two gaps that may be alike by chance', () => {
    // Ready from 1532.5 s on: 192.5 and 327.5 s, and 432.5 s until it is given up once; the one that finds none costs 600.
    expect(returningOf([1665, -1800], READY)).toEqual({ hold: 0 });
    expect(returningOf([1665, 1800], READY).from).toBe(1532.5);
  });

  it('are forgotten when gaps are long and irregular', () => {
    expect(returningOf([900, 4000, 9000], READY)).toEqual({ hold: 0 });
  });

  it('are made ready once more as long after as the first gap was', () => {
    expect(returningOf([3500], READY)).toEqual({ hold: 0, from: 3500 - 60 - 5, to: 3500 * 1.05 + 15 });
  });

  it('are held for half of what it is worth while too little is known', () => {
    expect(returningOf([], READY)).toEqual({ hold: 300 });
    expect(returningOf([350], READY)).toEqual({ hold: 300 });
    expect(returningOf([3500], HOLDING)).toEqual({ hold: 300 });
  });

  it('cost at most what holding for ever or never would have cost, but for the little that they are held longer', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 14_400 }), { minLength: 2, maxLength: 8 }),
        fc.integer({ min: 0, max: 3600 }),
        (gaps, worth) => {
          const { hold } = returningOf(gaps, { worth, lead: 60, ready: false });
          const cost = gaps.reduce((sum, gap) => sum + (gap <= hold ? gap : hold + worth), 0);
          const longer = gaps.length * (0.05 * hold + 5);
          expect(cost).toBeLessThanOrEqual(gaps.length * worth + longer);
          expect(cost).toBeLessThanOrEqual(gaps.reduce((sum, gap) => sum + gap, 0) + longer);
        },
      ),
    );
  });
});
