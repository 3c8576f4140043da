import { array, assert, integer, property, tuple } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { budgetLeft, learnBudgets } from '../../../shared/placement/budgets.ts';
import { NOW } from '../../support/observation-of.ts';

const MINUTE = 60_000;

/** Creates answered at seconds before now, each as many, and what the last answer said is left of five minutes and an hour. */
function written(told: { per5Minutes?: number; perHour?: number }, ...writes: [ago: number, count: number][]) {
  let memory: ReturnType<typeof learnBudgets> | undefined;
  for (const [ago, count] of writes)
    for (let one = 0; one < count; one++) memory = learnBudgets(memory, 'west', 'create', told, true, NOW - ago * 1000);
  return memory?.['create west'];
}

describe('the budget of creates', () => {
  it('is what was reported, and what others wrote comes back evenly, all of it once the window has passed', () => {
    const reported = { per5Minutes: 10, at: NOW };
    const left = (minutes: number) => budgetLeft(reported, 'per5Minutes', 0, NOW + minutes * MINUTE);
    expect([0, 1, 2, 5, 30].map((minutes) => left(minutes)?.left)).toEqual([10, 28, 46, 100, 100]);
  });

  it('gets back what this workload wrote when the window has passed over it, not sooner', () => {
    const reported = written({ per5Minutes: 2, perHour: 202 }, [120, 60], [100, 38]);
    const left = (seconds: number) => budgetLeft(reported, 'per5Minutes', 0, NOW + seconds * 1000)?.left;
    expect([0, 100, 179, 180, 199, 200].map(left)).toEqual([2, 2, 2, 62, 62, 100]);
    expect(budgetLeft(reported, 'perHour', 0, NOW + 200_000)?.left).toBe(202);
    // An hour's writes are remembered to two minutes, and count from the last of them.
    expect(budgetLeft(reported, 'perHour', 0, NOW + 3_500_000)?.left).toBe(300);
  });

  it('of which nothing is left lets one be tried, in case it comes back evenly, unless some of ours come back within a minute', () => {
    const reported = written({ per5Minutes: 0 }, [10, 100]);
    const left = (seconds: number) => budgetLeft(reported, 'per5Minutes', 0, NOW + seconds * 1000)?.left;
    expect([0, 120, 229, 230, 289, 290].map(left)).toEqual([1, 1, 1, 0, 0, 100]);
    expect(budgetLeft(reported, 'per5Minutes', 50, NOW)?.left).toBe(0);
  });

  it('is less what was sent since, and never below nothing', () => {
    expect(budgetLeft({ perHour: 4, at: NOW }, 'perHour', 3, NOW)?.left).toBe(1);
    expect(budgetLeft({ perHour: 4, at: NOW }, 'perHour', 9, NOW)?.left).toBe(0);
  });

  it('is that of a larger subscription when one reports more than usual', () => {
    expect(budgetLeft({ per5Minutes: 1499, at: NOW }, 'per5Minutes', 0, NOW + 5 * MINUTE)).toEqual({
      left: 1500,
      limit: 1500,
    });
  });

  it('is not known before an answer reported it', () => {
    expect(budgetLeft(undefined, 'perHour', 5, NOW)).toBeUndefined();
    expect(budgetLeft({ per5Minutes: 3, at: NOW }, 'perHour', 5, NOW)).toBeUndefined();
  });

  it('of Resource Manager is a bucket of which a tenth fills up in two seconds', () => {
    expect(budgetLeft({ tokens: 0, at: NOW }, 'tokens', 0, NOW + 2_000)?.left).toBe(20);
  });

  it('is never larger than that of a window which slides over the writes, whenever they were made', () => {
    assert(
      property(
        array(tuple(integer({ min: 1, max: 400 }), integer({ min: 1, max: 40 })), { maxLength: 30 }),
        (steps) => {
          let [now, memory]: [number, ReturnType<typeof learnBudgets>] = [NOW, {}];
          const uses: number[] = [];
          const freeAt = (at: number): number => 100 - uses.filter((use) => use > at - 300_000).length;
          for (const [seconds, wish] of steps) {
            now += seconds * 1000;
            const known = budgetLeft(memory['create west'], 'per5Minutes', 0, now);
            expect(known?.left ?? 0).toBeLessThanOrEqual(Math.max(1, freeAt(now)));
            for (let one = 0; one < Math.min(wish, known?.left ?? wish); one++) {
              const isFree = freeAt(now) > 0;
              if (isFree) uses.push(now);
              memory = learnBudgets(memory, 'west', 'create', { per5Minutes: freeAt(now) }, isFree, now);
            }
          }
        },
      ),
      {
        examples: [
          [
            [
              [1, 1],
              [3, 1],
              [297, 1],
              [3, 1],
            ],
          ],
        ],
      },
    );
  });

  it('stays small, however often is written', () => {
    let memory: ReturnType<typeof learnBudgets> = {};
    for (let second = 0; second < 7200; second += 4)
      memory = learnBudgets(memory, 'west', 'create', { perHour: 9 }, true, NOW + second * 1000);
    expect(memory['create west']?.written?.length).toBeLessThanOrEqual(60);
  });
});

describe('answers of one evaluation', () => {
  it('count by the lowest, in whatever order they come', () => {
    const tell = (...told: number[]) =>
      told.reduce<ReturnType<typeof learnBudgets> | undefined>(
        (memory, perHour) => learnBudgets(memory, 'west', 'create', { perHour }, false, NOW),
        undefined,
      );
    expect(tell(7, 5, 6)).toEqual({ 'create west': { perHour: 5, at: NOW } });
    expect(tell(5, 6, 7)).toEqual(tell(7, 6, 5));
  });

  it('replace those of an earlier one, and what is an hour old is forgotten', () => {
    const early = learnBudgets(undefined, 'north', 'delete', { perHour: 1 }, true, NOW - 61 * MINUTE);
    const before = learnBudgets(early, 'west', 'create', { perHour: 1 }, false, NOW - MINUTE);
    expect(learnBudgets(before, 'west', 'create', { perHour: 9 }, false, NOW)).toEqual({
      'create west': { perHour: 9, at: NOW },
    });
  });
});
