import { describe, expect, test } from 'vitest';
import { Behavior, byAverageValue, byPods, combined, legacyUpLimit } from '../../../../tools/backtest/policies/hpa.ts';
import { KedaQueue } from '../../../../tools/backtest/policies/keda-queue.ts';

const WIDE = { least: 1, most: 1000 };

describe('the HPA, by the examples of its specification', () => {
  test.each([
    { ratio: 0.9, wanted: 10 },
    { ratio: 0.89, wanted: 9 },
    { ratio: 1.1, wanted: 10 },
    { ratio: 1.11, wanted: 12 },
  ])('of ten pods a ratio of $ratio asks for $wanted', ({ ratio, wanted }) => {
    expect(byPods(ratio, 10, 0, 10)).toBe(wanted);
  });

  test('pods that start count as idle, and never turn growth into shrinking', () => {
    expect(byPods(2, 5, 5, 10)).toBe(10);
    expect(byPods(3, 5, 5, 10)).toBe(15);
    expect(byPods(1.5, 4, 8, 12)).toBe(12);
  });

  test.each([
    { current: 1, limit: 5 },
    { current: 5, limit: 10 },
    { current: 100, limit: 200 },
  ])('from $current pods it grows to at most $limit in 15 s', ({ current, limit }) => {
    expect(new Behavior().next(1000, current, 0, WIDE)).toBe(limit);
  });

  test('what was added within 15 s counts against the limit', () => {
    const behavior = new Behavior();
    expect(behavior.next(1000, 5, 0, WIDE)).toBe(10);
    expect(behavior.next(1000, 10, 10, WIDE)).toBe(10);
    expect(behavior.next(1000, 10, 15, WIDE)).toBe(20);
  });

  test('without behavior one sync at most doubles, or reaches four', () => {
    expect([1, 5, 100].map(legacyUpLimit)).toEqual([4, 10, 200]);
  });

  test('a proposal of ten holds for 300 s', () => {
    const behavior = new Behavior();
    expect(behavior.next(10, 10, 0, WIDE)).toBe(10);
    expect(behavior.next(4, 10, 285, WIDE)).toBe(10);
    expect(behavior.next(4, 10, 300, WIDE)).toBe(4);
  });

  test('with one of two metrics invalid it does not shrink', () => {
    expect(combined([4, undefined], 6)).toBe(6);
    expect(combined([8, undefined], 6)).toBe(8);
    expect(combined([undefined], 6)).toBe(6);
    expect(combined([4, 5], 6)).toBe(5);
  });
});

describe('KEDA, by the examples of its specification', () => {
  test.each([
    { length: 23, wanted: 5 },
    { length: 26, wanted: 5 },
    { length: 28, wanted: 6 },
  ])('a queue of $length at five each asks for $wanted of five', ({ length, wanted }) => {
    expect(byAverageValue(length, 5, 5)).toBe(wanted);
  });

  test.each([
    { current: 40, wanted: 45 },
    { current: 41, wanted: 41 },
    { current: 50, wanted: 50 },
    { current: 51, wanted: 45 },
  ])('a cron wish of 45 makes $wanted of $current: the tolerance sticks', ({ current, wanted }) => {
    expect(byAverageValue(45, 1, current)).toBe(wanted);
  });

  test('from none it starts one at a poll, and goes to none only 300 s after the last active poll', () => {
    const keda = new KedaQueue(5, 300);
    expect(keda.next(0, 0, 0)).toBe(0);
    expect(keda.next(3, 0, 15)).toBe(0);
    expect(keda.next(3, 0, 30)).toBe(1);
    expect(keda.next(0, 1, 60)).toBe(1);
    expect(keda.next(0, 1, 330)).toBe(1);
    expect(keda.next(0, 1, 360)).toBe(0);
  });
});
