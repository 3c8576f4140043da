import { describe, expect, it } from 'vitest';
import { secondsLeft, startTimeOf } from '../../../shared/placement/start-time.ts';
import { seeded } from '../../../tools/local/random.ts';

const START = { usual: 30, slow: 60 };

describe('the start time', () => {
  it('is the nearest rank of those that served where none was taken away', () => {
    const seen = Array.from({ length: 40 }, (_, index) => 11 + index);
    expect(startTimeOf(seen)).toEqual({ usual: 30, slow: 46 });
  });

  it('is longer where the slow ones were taken away: of 10, 20, 30 and two that were beaten at 25 half take 30 s', () => {
    // 4/5 take longer than 10, 3/5 longer than 20; of the one that is left at 30, none.
    expect(startTimeOf([30, -25, 10, 20, -25])).toEqual({ usual: 30, slow: 30 });
    expect(startTimeOf([30, 10, 20])).toEqual({ usual: 20, slow: 30 });
  });

  it('is at least the longest that one was waited for, where so few served that it is not known', () => {
    expect(startTimeOf([10, 11, 12, ...Array<number>(9).fill(-40)])).toEqual({ usual: 40, slow: 40 });
  });

  it('is found again from starts of which half are taken away early', () => {
    const random = seeded(7);
    const starts = Array.from({ length: 4_000 }, () => random.logNormal(30, 75));
    const cut = starts.map((seconds) => (random.next() < 0.5 && seconds > 25 ? -25 : seconds));
    const [truth, found] = [startTimeOf(starts), startTimeOf(cut)];
    expect(Math.abs(found.usual / truth.usual - 1)).toBeLessThan(0.1);
    expect(Math.abs(found.slow / truth.slow - 1)).toBeLessThan(0.1);
  });

  it('is a guess until enough were seen to serve', () => {
    expect(startTimeOf([10, 12, -60, -60])).toEqual({ usual: 25, slow: 40 });
  });
});

describe('the seconds that a start still takes', () => {
  it('are the usual ones for one just asked for, and those of half of all that took as long for one that is late', () => {
    expect(secondsLeft(0, START)).toBe(30);
    // 30 x 3^(1 / b) - 30 with b = ln 9 / ln 2; nine of ten serve by 60 s, and of the last half of those left 30 x 19^(1 / b).
    expect(secondsLeft(30, START)).toBeCloseTo(30 * Math.SQRT2 - 30, 6);
    expect(secondsLeft(60, START)).toBeCloseTo(30 * 19 ** (1 / (Math.log(9) / Math.log(2))) - 60, 6);
  });

  it('are never none, and for one that is on its way never more than when it was asked for', () => {
    for (let age = 1; age <= 60; age++) {
      expect(secondsLeft(age, START)).toBeGreaterThan(0);
      expect(secondsLeft(age, START)).toBeLessThan(30);
    }
    expect(secondsLeft(1, { usual: 0, slow: 0 })).toBeGreaterThan(0);
  });
});
