import { expect, test } from 'vitest';
import { claimWrite, GATEWAY_WRITES, writeKey, ZONE_WRITES } from '../../../shared/discovery/write-budget.ts';
import type { PoolRow } from '../../../shared/ports/pools.ts';

/** Asks one after the other, each with its time in seconds; tells who may write. */
function asking(most: number) {
  let row: PoolRow | undefined;
  return (workload: string, seconds: number): boolean => {
    const claimed = claimWrite(row, workload, most, 1_000_000 + seconds * 1000);
    row = claimed.row;
    return claimed.granted;
  };
}

test('workloads share the writes of a zone, and each comes back after a minute', () => {
  const ask = asking(ZONE_WRITES);
  for (let count = 0; count < ZONE_WRITES; count++) {
    expect(ask(count % 2 === 0 ? 'orders' : 'mails', count / 10)).toBe(true);
  }
  expect(ask('images', 59.999)).toBe(false);
  expect(ask('images', 60)).toBe(true);
  expect(ask('images', 60)).toBe(false);
});

test('who has waited longest for a gateway is next, however often others ask', () => {
  const ask = asking(GATEWAY_WRITES);
  expect(ask('orders', 0)).toBe(true);
  expect(ask('mails', 10)).toBe(false);
  expect(ask('images', 20)).toBe(false);
  expect(ask('orders', 30)).toBe(false);
  expect(ask('orders', 60)).toBe(false);
  expect(ask('images', 61)).toBe(false);
  expect(ask('mails', 62)).toBe(true);
  expect(ask('orders', 122)).toBe(false);
  expect(ask('images', 123)).toBe(true);
  expect(ask('orders', 183)).toBe(true);
});

test('who does not ask any more keeps nobody waiting', () => {
  const ask = asking(GATEWAY_WRITES);
  expect(ask('orders', 0)).toBe(true);
  expect(ask('mails', 10)).toBe(false);
  expect(ask('orders', 159)).toBe(false);
  expect(ask('orders', 160)).toBe(true);
});

test('record sets of one zone share a row, whatever the case of their ids', () => {
  const zone = '/subscriptions/s/resourceGroups/RG/providers/Microsoft.Network/privateDnsZones/shop.internal';
  expect(writeKey(`${zone}/A/orders`)).toBe(writeKey(`${zone.toLowerCase()}/A/mails`));
});
