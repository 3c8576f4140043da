import { expect, test } from 'vitest';
import { byRules, type Rules } from '../../../../tools/backtest/policies/azure-autoscale.ts';

const rules = (changes: Partial<Rules>): Rules => ({ out: [], in: [], least: 1, most: 100, ...changes });

test('three instances at 394 threads become two: the estimate of 591 fires nothing', () => {
  const threads = rules({
    out: [{ metric: 'threads', threshold: 600, orEqual: true, change: 1 }],
    in: [{ metric: 'threads', threshold: 400, change: 1 }],
  });
  expect(byRules(threads, { threads: 394 }, 3)).toBe(2);
});

test('two instances at 28 % stay: one would carry 56 % and be added again', () => {
  const cpu = rules({
    out: [{ metric: 'cpu', threshold: 50, change: 1 }],
    in: [{ metric: 'cpu', threshold: 30, change: 1 }],
  });
  expect(byRules(cpu, { cpu: 28 }, 2)).toBe(2);
});

test('of thirty at 65 % ten should go, and two may by the linear estimate', () => {
  const mixed = rules({
    out: [{ metric: 'cpu', threshold: 70, change: 1 }],
    in: [{ metric: 'requests', threshold: 50, change: 10 }],
  });
  expect(byRules(mixed, { cpu: 65, requests: 40 }, 30)).toBe(28);
});

test('of two rules to scale in one is not enough', () => {
  const both = rules({
    in: [
      { metric: 'cpu', threshold: 30, change: 1 },
      { metric: 'memory', threshold: 30, change: 1 },
    ],
  });
  expect(byRules(both, { cpu: 10, memory: 50 }, 4)).toBe(4);
  expect(byRules(both, { cpu: 10, memory: 20 }, 4)).toBe(3);
});

test('of two rules to scale out the larger counts', () => {
  const both = rules({
    out: [
      { metric: 'cpu', threshold: 60, change: 2 },
      { metric: 'cpu', threshold: 70, change: 5 },
    ],
  });
  expect(byRules(both, { cpu: 80 }, 4)).toBe(9);
});

test('what is outside the bounds comes back without any rule, and a missing metric changes nothing', () => {
  const cpu = rules({ in: [{ metric: 'cpu', threshold: 30, change: 1 }], least: 2, most: 8 });
  expect(byRules(cpu, { cpu: 90 }, 1)).toBe(2);
  expect(byRules(cpu, { cpu: 90 }, 9)).toBe(8);
  expect(byRules(cpu, { cpu: undefined }, 4)).toBe(4);
});
