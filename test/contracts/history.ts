import { beforeEach, describe, expect, it } from 'vitest';
import type { Decision } from '../../shared/controller/plan-types.ts';
import type { History } from '../../shared/ports/stores.ts';
import { reason } from '../../shared/telemetry/reasons.ts';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 25, 12);

const decision = (at: number, workload = 'orders'): Decision => ({
  workload,
  at,
  trigger: 'probe',
  mode: 'enforce',
  figures: {
    messagesPerSecondPerReplica: 1,
    wanted: 4,
    baseServing: 4,
    baseInstances: 1,
    burstServing: 0,
    burstStarting: 0,
    burstDraining: 0,
    burstBilling: 0,
    spentTodayUsd: 0,
    spentThisMonthUsd: 0,
    usdPerHour: 0,
  },
  reasons: [reason('steady', { wanted: 4, serving: 4 })],
  results: [{ action: { kind: 'stop-group', name: 'g', ordinal: 1, location: 'eastus' }, outcome: 'accepted' }],
});

/** What every implementation of History keeps. `make` answers a history that holds nothing. */
export function historyContract(name: string, make: () => Promise<History>): void {
  describe(`history: ${name}`, () => {
    let history: History;
    beforeEach(async () => {
      history = await make();
    });

    it('a workload without decisions has an empty history', async () => {
      expect(await history.recent('orders', 10)).toEqual([]);
    });

    it('decisions come back whole, newest first, in whatever order they came', async () => {
      for (const at of [NOW + 2, NOW, NOW + 1]) await history.append(decision(at));
      await history.append(decision(NOW + 9, 'mails'));
      expect(await history.recent('orders', 10)).toEqual([decision(NOW + 2), decision(NOW + 1), decision(NOW)]);
      expect(await history.recent('orders', 2)).toEqual([decision(NOW + 2), decision(NOW + 1)]);
    });

    it('two decisions of one moment are two', async () => {
      await Promise.all([history.append(decision(NOW)), history.append(decision(NOW))]);
      expect(await history.recent('orders', 10)).toHaveLength(2);
    });

    it('what is older than seven days goes, so that the history stays bounded', async () => {
      await history.append(decision(NOW - 8 * DAY));
      await history.append(decision(NOW - 6 * DAY));
      await history.append(decision(NOW));
      expect(await history.recent('orders', 10)).toEqual([decision(NOW), decision(NOW - 6 * DAY)]);
    });
  });
}
