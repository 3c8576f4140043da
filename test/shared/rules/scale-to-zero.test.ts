import { describe, expect, it } from 'vitest';
import { atZero, idleSeconds } from '../../../shared/rules/scale-to-zero.ts';

const T = 1_800_000_000_000;

describe('the last replica', () => {
  it('stays through the delay, whatever the estimate says, and goes after it', () => {
    expect([60, 119, 120].map((idle) => atZero(0, 3, idle))).toEqual([1, 1, 0]);
    expect([60, 120].map((idle) => atZero(2, 3, idle))).toEqual([2, 0]);
  });

  it('is not started for nothing', () => {
    expect(atZero(0, 0, 10)).toBe(0);
  });

  it('goes at once where the user sets no delay', () => {
    expect(atZero(0, 1, 0, 0)).toBe(0);
  });
});

describe('the time without work', () => {
  it('counts from the last reading with messages, or after which somebody had been busy', () => {
    expect(
      idleSeconds(
        [
          [T, 5, 0],
          [T + 5_000, 0, 12],
          [T + 10_000, 0, 12],
        ],
        T + 20_000,
      ),
    ).toBe(15);
    expect(
      idleSeconds(
        [
          [T, 0, 0],
          [T + 5_000, 0, 0],
        ],
        T + 20_000,
      ),
    ).toBe(20);
    expect(
      idleSeconds(
        [
          [T, 0, 0],
          [T + 5_000, 3, 0],
        ],
        T + 5_000,
      ),
    ).toBe(0);
  });
});
