import * as fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { AlertSignal, AlertStore } from '../../shared/ports/stores.ts';

const alert = (at: number, condition: AlertSignal['condition'], rule = 'queue-long'): AlertSignal => ({
  id: `/subscriptions/s/resourceGroups/rg/providers/Microsoft.Insights/metricAlerts/${rule}`,
  rule,
  severity: 'Sev2',
  condition,
  at,
  expiresAt: at + 600_000,
});

/** What every implementation of AlertStore keeps. `make` answers a store that holds nothing. */
export function alertStoreContract(name: string, make: () => Promise<AlertStore>): void {
  describe(`alert store: ${name}`, () => {
    let store: AlertStore;
    beforeEach(async () => {
      store = await make();
    });

    it('a workload without alerts has an empty list', async () => {
      expect(await store.list('orders')).toEqual([]);
    });

    it('an alert is listed as it was told, for its workload only', async () => {
      await store.put('orders', alert(1000, 'fired'));
      expect(await store.list('orders')).toEqual([alert(1000, 'fired')]);
      expect(await store.list('orders-eu')).toEqual([]);
    });

    it('each rule has one alert, the newest', async () => {
      await store.put('orders', alert(1000, 'fired'));
      await store.put('orders', alert(2000, 'resolved'));
      await store.put('orders', alert(1500, 'fired', 'cpu-high'));
      const listed = await store.list('orders');
      expect(listed.sort((a, b) => a.at - b.at)).toEqual([alert(1500, 'fired', 'cpu-high'), alert(2000, 'resolved')]);
    });

    it('a late event never replaces a newer one', async () => {
      await store.put('orders', alert(2000, 'resolved'));
      await store.put('orders', alert(1000, 'fired'));
      expect(await store.list('orders')).toEqual([alert(2000, 'resolved')]);
    });

    it('whatever the order and however many at once, the newest event stays', async () => {
      const times = fc.uniqueArray(fc.integer({ min: 1, max: 10_000 }), { minLength: 2, maxLength: 4 });
      let run = 0;
      await fc.assert(
        fc.asyncProperty(times, async (moments) => {
          const workload = `orders-${run++}`;
          await Promise.all(moments.map((at) => store.put(workload, alert(at, 'fired'))));
          expect(await store.list(workload)).toEqual([alert(Math.max(...moments), 'fired')]);
        }),
        { numRuns: 15 },
      );
    });
  });
}
