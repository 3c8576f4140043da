import { describe, expect, test } from 'vitest';
import { pause } from '../../../shared/controller/brake.ts';
import { pauseStatus, workloadStatuses } from '../../../shared/controller/status.ts';
import type { DegradedWorkload } from '../../../shared/workload/last-valid.ts';
import { scenario } from '../../support/scenario.ts';

const PROBLEM = { path: 'SPILLWAY_MODE', value: 'enfroce', message: 'is none of them', allowed: 'enforce' };
const degraded = (workload: string, runsConfigurationFrom?: number): DegradedWorkload => ({
  workload,
  problems: [PROBLEM],
  runsConfigurationFrom,
});

describe('the status', () => {
  test('shows a declared workload that never was valid with its problems, also when it alone is asked for', async () => {
    const { context } = scenario();
    const never = { name: 'mail', problems: [PROBLEM], silent: true, decisions: [] };
    const all = await workloadStatuses(context, [degraded('mail')]);
    expect(all).toMatchObject([{ name: 'orders', mode: 'enforce' }, never]);
    expect(await workloadStatuses(context, [degraded('mail')], 'mail')).toEqual([never]);
    expect(await workloadStatuses(context, [degraded('mail')], 'orders')).toHaveLength(1);
    expect(await workloadStatuses(context, [degraded('mail')], 'mails')).toEqual([]);
  });

  test('shows the times of a pause as those of a decision are shown', async () => {
    const { context, clock } = scenario();
    expect(await pauseStatus(context)).toBeUndefined();
    await pause(context, '{"author": "kim", "minutes": 1}');
    const [since, until] = [0, 60_000].map((after) => new Date(clock.now() + after).toISOString());
    expect(await pauseStatus(context)).toEqual({ scope: 'all', author: 'kim', since, until });
  });

  test.each([
    ['cores', { groups: 100, cores: 10 }, 'You ask for up to 10 cores; the quota in westeurope is 10.'],
    ['cores', { groups: 100, cores: 9 }, 'the quota in westeurope is 9; ask Azure for more, or the burst ends there.'],
    ['groups', { groups: 10, cores: 100 }, 'You ask for up to 10 container groups; the quota in westeurope is 10.'],
    ['groups', { groups: 9, cores: 100 }, 'the quota in westeurope is 9; ask Azure for more, or the burst ends there.'],
  ])('tells what the quota of %s allows: %o', async (_, quota, said) => {
    const scaling = { burst: { maxGroups: 10, locations: ['westeurope'] } };
    const { context } = scenario({ scaling, quota: { westeurope: quota } });
    expect(await workloadStatuses(context, [])).toMatchObject([{ quota: [expect.stringContaining(said)] }]);
  });

  test('shows a workload once that runs on its last valid configuration', async () => {
    const { context } = scenario();
    expect(await workloadStatuses(context, [degraded('orders', 1)])).toMatchObject([
      { name: 'orders', mode: 'enforce' },
    ]);
  });
});
