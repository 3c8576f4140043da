import { expect, test } from 'vitest';
import { elasticity } from '../../../tools/backtest/elasticity.ts';

const DEMAND = [2, 2, 4, 6, 6, 3, 3, 1, 0, 0];

test('the metrics of a worked example: supply follows demand two steps late', () => {
  const found = elasticity(DEMAND, [3, 3, 3, 4, 7, 7, 5, 3, 2, 1]);
  expect(found.underPercent).toBeCloseTo(5.8333, 4);
  expect(found.overPercent).toBeCloseTo(81.6667, 4);
  expect(found.underTimePercent).toBe(20);
  expect(found.overTimePercent).toBe(80);
  expect(found.instabilityPercent).toBeCloseTo(55.5556, 4);
});

test('a constant supply of six is never short and far too much', () => {
  const constant = elasticity(
    DEMAND,
    DEMAND.map(() => 6),
  );
  expect(constant).toMatchObject({ underPercent: 0, underTimePercent: 0, overTimePercent: 80 });
  expect(constant.overPercent).toBeCloseTo(235, 9);
});
