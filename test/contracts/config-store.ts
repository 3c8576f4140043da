import { beforeEach, describe, expect, it } from 'vitest';
import type { ConfigStore } from '../../shared/ports/stores.ts';

/** What every implementation of ConfigStore keeps. `make` answers a store that holds nothing. */
export function configStoreContract(name: string, make: () => Promise<ConfigStore>): void {
  describe(`config store: ${name}`, () => {
    let store: ConfigStore;
    beforeEach(async () => {
      store = await make();
    });

    it('a workload that was never valid has no configuration', async () => {
      expect(await store.lastValid('orders')).toBeUndefined();
    });

    it('the newest configuration is kept, however long', async () => {
      await store.keep('orders', '{"old":true}', 'aaaa', 1000);
      const json = JSON.stringify({ environment: 'väärtus '.repeat(10_000) });
      await store.keep('orders', json, 'bbbb', 2000);
      expect(await store.lastValid('orders')).toEqual({ json, hash: 'bbbb', at: 2000 });
    });

    it('the same configuration again changes nothing: it is valid since it was first kept', async () => {
      await store.keep('orders', '{}', 'aaaa', 1000);
      await store.keep('orders', '{}', 'aaaa', 9000);
      expect(await store.lastValid('orders')).toEqual({ json: '{}', hash: 'aaaa', at: 1000 });
    });
  });
}
