import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { highest, lowest, remember } from '../../../shared/rules/stabilization.ts';

const T = 1_800_000_000_000;

const wishes = (values: number[], gap = 10_000): [number, number][] => {
  let history: [number, number][] = [];
  for (const [index, value] of values.entries()) history = remember(history, T + index * gap, value, 600_000);
  return history;
};

describe('what was wanted over a window', () => {
  it('is not known before the window is covered', () => {
    const history = wishes([5, 7, 6]);
    expect(highest(history, T + 20_000, 30_000)).toBeUndefined();
    expect(lowest(history, T + 20_000, 30_000)).toBeUndefined();
  });

  it('is the highest and the lowest wish inside it', () => {
    const history = wishes([9, 2, 5, 3, 4]);
    expect(highest(history, T + 40_000, 30_000)).toBe(5);
    expect(lowest(history, T + 40_000, 30_000)).toBe(2);
  });

  it('keeps the higher of two wishes that come close together', () => {
    expect(remember([[T, 5]], T + 3_000, 8, 60_000)).toEqual([[T, 8]]);
    expect(remember([[T, 8]], T + 3_000, 5, 60_000)).toEqual([[T, 8]]);
  });

  it('stays bounded: half an hour at one wish each four seconds', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 30_000 }), { maxLength: 2000 }), (gaps) => {
        let history: [number, number][] = [];
        let now = T;
        for (const gap of gaps) history = remember(history, (now += gap), 1, 24 * 3_600_000);
        expect(history.length).toBeLessThanOrEqual(451);
      }),
      { numRuns: 20 },
    );
  });

  it('never forgets a wish inside the window, whatever the rhythm', () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: 1, max: 20_000 }), fc.nat({ max: 100 })), { minLength: 1 });
    fc.assert(
      fc.property(steps, (sequence) => {
        let [history, now]: [[number, number][], number] = [[], T];
        const told: [number, number][] = [];
        for (const [gap, wanted] of sequence) {
          now += gap;
          history = remember(history, now, wanted, 60_000);
          told.push([now, wanted]);
        }
        const peak = highest(history, now, 60_000);
        // Wishes within four seconds share an entry, so the edge of the window is only so sharp.
        const inside = told.filter(([at]) => now - at <= 56_000).map(([, wanted]) => wanted);
        expect(peak ?? Infinity).toBeGreaterThanOrEqual(Math.max(...inside));
      }),
    );
  });
});
