import { expect, test } from 'vitest';
import { byTargetValue } from '../../../../tools/backtest/policies/nomad.ts';

test('within one percent of the target nothing changes; beyond, the count is proportional and rounded up', () => {
  expect(byTargetValue(10, 1.01)).toBe(10);
  expect(byTargetValue(10, 1.02)).toBe(11);
  expect(byTargetValue(10, 0.985)).toBe(10);
  expect(byTargetValue(10, 0.5)).toBe(5);
  expect(byTargetValue(0, 2.4)).toBe(3);
});
