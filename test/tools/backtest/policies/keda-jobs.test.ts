import { expect, test } from 'vitest';
import { jobsToCreate } from '../../../../tools/backtest/policies/keda-jobs.ts';

test.each([
  { jobs: [100, 200, 0, 0], byDefault: 100, accurate: 100, eager: 100 },
  { jobs: [100, 200, 100, 100], byDefault: 0, accurate: 0, eager: 0 },
  { jobs: [3, 10, 3, 0], byDefault: 0, accurate: 3, eager: 3 },
  { jobs: [8, 20, 15, 5], byDefault: 0, accurate: 3, eager: 0 },
] as const)('of [messages, most, running, pending] $jobs the strategies make $byDefault, $accurate, $eager', (row) => {
  const [queue, most, running, pending] = row.jobs;
  const jobs = { queue, target: 1, most, running, pending };
  const found = (['default', 'accurate', 'eager'] as const).map((strategy) => jobsToCreate(jobs, strategy));
  expect(found).toEqual([row.byDefault, row.accurate, row.eager]);
});

test('the custom strategy leaves out only a share of the running jobs, and may pass the maximum with them', () => {
  const jobs = { queue: 100, target: 1, most: 200, running: 100, pending: 100 };
  expect(jobsToCreate(jobs, { customPercent: 0.5 })).toBe(50);
  expect(jobsToCreate({ queue: 10, target: 1, most: 10, running: 6, pending: 0 }, { customPercent: 0.5 })).toBe(7);
});
