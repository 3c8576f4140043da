import { expect, test } from 'vitest';
import { claimWrite, writeKey, ZONE_WRITES } from '../../../shared/discovery/write-budget.ts';
import type { PoolRow } from '../../../shared/ports/pools.ts';

test('workloads share the writes of a zone, and each comes back after a minute', () => {
  let row: PoolRow | undefined;
  for (let count = 0; count < ZONE_WRITES; count++) {
    row = claimWrite(row, count % 2 === 0 ? 'orders' : 'mails', ZONE_WRITES, count * 100);
    expect(row).toBeDefined();
  }
  expect(claimWrite(row, 'images', ZONE_WRITES, 59_999)).toBeUndefined();
  const later = claimWrite(row, 'images', ZONE_WRITES, 60_000);
  expect(later?.workloads['images']?.reserved).toEqual([{ groups: 1, at: 60_000 }]);
  expect(claimWrite(later, 'images', ZONE_WRITES, 60_000)).toBeUndefined();
});

test('record sets of one zone share a row, whatever the case of their ids', () => {
  const zone = '/subscriptions/s/resourceGroups/RG/providers/Microsoft.Network/privateDnsZones/shop.internal';
  expect(writeKey(`${zone}/A/orders`)).toBe(writeKey(`${zone.toLowerCase()}/A/mails`));
});
