import { beforeEach, describe, expect, it } from 'vitest';
import type { Ledger, LedgerEntry } from '../../shared/ports/stores.ts';

const HOUR = 3_600_000;
const NOON = Date.UTC(2026, 10, 25, 12);

const entry = (at: number, dayUsd: number): LedgerEntry => ({
  at,
  day: Math.floor(at / (24 * HOUR)),
  dayUsd,
  usdPerHour: 0.4,
});

/** What every implementation of Ledger keeps. `make` answers a ledger that holds nothing. */
export function ledgerContract(name: string, make: () => Promise<Ledger>): void {
  describe(`ledger: ${name}`, () => {
    let ledger: Ledger;
    beforeEach(async () => {
      ledger = await make();
    });

    it('where nothing was ever spent there is no entry', async () => {
      expect(await ledger.last('orders')).toBeUndefined();
    });

    it('the newest entry is the last one, also after hundreds and over hours and days', async () => {
      for (let index = 0; index < 120; index++) await ledger.append('orders', entry(NOON + index * 1000, index / 100));
      expect(await ledger.last('orders')).toEqual(entry(NOON + 119_000, 1.19));
      await ledger.append('orders', entry(NOON + HOUR, 1.2));
      expect(await ledger.last('orders')).toEqual(entry(NOON + HOUR, 1.2));
      await ledger.append('orders', entry(NOON + 13 * HOUR, 0));
      expect(await ledger.last('orders')).toEqual(entry(NOON + 13 * HOUR, 0));
    });

    it('workloads whose names begin alike have ledgers of their own', async () => {
      await ledger.append('orders-eu', entry(NOON, 3));
      expect(await ledger.last('orders')).toBeUndefined();
      await ledger.append('orders', entry(NOON, 1));
      expect(await ledger.last('orders-eu')).toEqual(entry(NOON, 3));
    });
  });
}
