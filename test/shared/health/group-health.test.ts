import { expect, test } from 'vitest';
import { mayBill } from '../../../shared/health/group-health.ts';

test('the bill runs in every state that is not certainly free', () => {
  const all = ['starting', 'serving', 'unready', 'stopped', 'ended', 'failed', 'deleting', 'gone', 'unknown'] as const;
  expect(all.filter((health) => !mayBill(health))).toEqual(['stopped', 'ended', 'gone']);
});
