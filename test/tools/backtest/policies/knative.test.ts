import { expect, test } from 'vitest';
import { Knative } from '../../../../tools/backtest/policies/knative.ts';

test('twice as many as are ready start a panic, a little less does not', () => {
  const panics = new Knative(70);
  expect(panics.next(700, 1400, 10, 0)).toBe(20);
  expect(panics.panics).toBe(true);
  const calm = new Knative(70);
  expect(calm.next(840, 1330, 10, 0)).toBe(12);
  expect(calm.panics).toBe(false);
});

test('without load it halves at most', () => {
  expect(new Knative(70).next(0, 0, 10, 0)).toBe(5);
});

test('a panic ends one stable window after the threshold was last passed, and holds its highest wish until then', () => {
  const knative = new Knative(70);
  for (let now = 0; now <= 20; now += 2) expect(knative.next(700, 1400, 10, now)).toBe(20);
  for (let now = 22; now <= 80; now += 2) expect(knative.next(0, 0, 10, now)).toBe(20);
  expect(knative.next(0, 0, 10, 82)).toBe(5);
  expect(knative.panics).toBe(false);
});
