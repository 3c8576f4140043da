import { expect, it } from 'vitest';
import { mixOf } from '../../../shared/rollout/mix.ts';
import type { Rollout } from '../../../shared/workload/workload.ts';
import { firstRecord } from '../../../shared/rollout/record.ts';
import { inputOf } from '../../support/observation-of.ts';
import { workloadOf } from '../../support/workload-of.ts';

function unavailable(maxSurgePercent: number, maxUnavailablePercent: number, base: 'none' | 'manage' = 'none'): number {
  const workload = workloadOf({ base: { mode: base }, rollout: { maxSurgePercent, maxUnavailablePercent } });
  return mixOf(inputOf({ workload }), firstRecord(workload), { groups: 4, most: 40 }, base === 'none' ? 0 : 8)
    .unavailable;
}

/** Groups of each revision while a canary of one group is wanted. */
function canary(rollout: Partial<Rollout>, groups: number, maxGroups = 40): number[] {
  const workload = workloadOf({ base: { mode: 'none' }, burst: { maxGroups }, rollout });
  const underway = { revision: 'ffff0001', startedAt: 0, step: 0, stepAt: 0, crashes: 0, restarts: {} };
  const record = { ...firstRecord(workload), underway };
  return mixOf(inputOf({ workload }), record, { groups, most: 50 }, 0).wishes.map((wish) => wish.groups);
}

it('a canary runs on top of what is wanted as far as the maximum goes, and else instead of another', () => {
  expect(canary({}, 4, 5)).toEqual([4, 1]);
  expect(canary({}, 4, 4)).toEqual([3, 1]);
});

it('a canary takes the place of the only group where that may be missing, and else waits', () => {
  expect(canary({ maxSurgePercent: 0, maxUnavailablePercent: 10 }, 1)).toEqual([0, 1]);
  expect(canary({}, 1, 1)).toEqual([1, 0]);
});

it('a share of a few replicas that would be none is none while a surge lets a rollout move', () => {
  expect(unavailable(25, 10)).toBe(0);
});

it('without a surge one group may be missing at least, and of a managed base one instance', () => {
  expect(unavailable(0, 10)).toBe(1);
  expect(unavailable(0, 10, 'manage')).toBe(4);
  expect(unavailable(0, 50)).toBe(2);
});
