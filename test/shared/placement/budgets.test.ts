import { describe, expect, it } from 'vitest';
import { budgetLeft, learnBudgets } from '../../../shared/placement/budgets.ts';
import { NOW } from '../../support/observation-of.ts';

const MINUTE = 60_000;

describe('the budget of creates', () => {
  it('is what was reported, and comes back evenly up to the limit', () => {
    const reported = { per5Minutes: 10, at: NOW };
    const left = (minutes: number) => budgetLeft(reported, 'per5Minutes', 0, NOW + minutes * MINUTE);
    expect([0, 1, 2, 30].map((minutes) => left(minutes)?.left)).toEqual([10, 30, 50, 100]);
  });

  it('is less what was sent since, and never below nothing', () => {
    expect(budgetLeft({ perHour: 4, at: NOW }, 'perHour', 3, NOW)?.left).toBe(1);
    expect(budgetLeft({ perHour: 4, at: NOW }, 'perHour', 9, NOW)?.left).toBe(0);
  });

  it('is that of a larger subscription when one reports more than usual', () => {
    expect(budgetLeft({ per5Minutes: 1499, at: NOW }, 'per5Minutes', 0, NOW + MINUTE)).toEqual({
      left: 1500,
      limit: 1500,
    });
  });

  it('is not known before an answer reported it', () => {
    expect(budgetLeft(undefined, 'perHour', 5, NOW)).toBeUndefined();
    expect(budgetLeft({ per5Minutes: 3, at: NOW }, 'perHour', 5, NOW)).toBeUndefined();
  });
});

describe('answers of one evaluation', () => {
  it('count by the lowest, in whatever order they come', () => {
    const tell = (...told: number[]) =>
      told.reduce<ReturnType<typeof learnBudgets> | undefined>(
        (memory, perHour) => learnBudgets(memory, 'west', 'create', { perHour }, NOW),
        undefined,
      );
    expect(tell(7, 5, 6)).toEqual({ 'create west': { perHour: 5, at: NOW } });
    expect(tell(5, 6, 7)).toEqual(tell(7, 6, 5));
  });

  it('replace those of an earlier one, and what is an hour old is forgotten', () => {
    const early = learnBudgets(undefined, 'north', 'delete', { perHour: 1 }, NOW - 61 * MINUTE);
    const before = learnBudgets(early, 'west', 'create', { perHour: 1 }, NOW - MINUTE);
    expect(learnBudgets(before, 'west', 'create', { perHour: 9 }, NOW)).toEqual({
      'create west': { perHour: 9, at: NOW },
    });
  });
});
