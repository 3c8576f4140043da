import { expect, it } from 'vitest';
import { mixOf } from '../../../shared/rollout/mix.ts';
import { firstRecord } from '../../../shared/rollout/record.ts';
import { inputOf } from '../../support/observation-of.ts';
import { workloadOf } from '../../support/workload-of.ts';

function unavailable(maxSurgePercent: number, maxUnavailablePercent: number, base: 'none' | 'manage' = 'none'): number {
  const workload = workloadOf({ base: { mode: base }, rollout: { maxSurgePercent, maxUnavailablePercent } });
  return mixOf(inputOf({ workload }), firstRecord(workload), { groups: 4, most: 40 }, base === 'none' ? 0 : 8)
    .unavailable;
}

it('a share of a few replicas that would be none is none while a surge lets a rollout move', () => {
  expect(unavailable(25, 10)).toBe(0);
});

it('without a surge one group may be missing at least, and of a managed base one instance', () => {
  expect(unavailable(0, 10)).toBe(1);
  expect(unavailable(0, 10, 'manage')).toBe(4);
  expect(unavailable(0, 50)).toBe(2);
});
