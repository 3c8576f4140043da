import { beforeEach, describe, expect, it } from 'vitest';
import { MOST_HINTS, type Hint, type HintStore } from '../../shared/ports/stores.ts';

const hint = (id: string, changes: Partial<Hint> = {}): Hint => {
  return { id, load: 40.5, unit: 'messages-per-second', at: 5000, expiresAt: 9000, ...changes };
};

/** What every implementation of HintStore keeps. `make` answers a store that holds nothing. */
export function hintStoreContract(name: string, make: () => Promise<HintStore>): void {
  describe(`hint store: ${name}`, () => {
    let store: HintStore;
    beforeEach(async () => {
      store = await make();
    });

    it('a hint is listed as it was told, for its workload only', async () => {
      const addressed = hint('a / b', { signal: 'visitors', unit: 'replicas', load: 3 });
      expect(await store.list('orders')).toEqual([]);
      expect(await store.put('orders', addressed, 1000)).toBe(true);
      expect(await store.put('orders', hint('sale'), 1000)).toBe(true);
      expect((await store.list('orders')).sort((a, b) => a.load - b.load)).toEqual([addressed, hint('sale')]);
      expect(await store.list('orders-eu')).toEqual([]);
    });

    it('one of the same id is replaced, though it be of less', async () => {
      await store.put('orders', hint('sale', { signal: 'visitors' }), 1000);
      await store.put('orders', hint('sale', { load: 1 }), 1000);
      expect(await store.list('orders')).toEqual([hint('sale', { load: 1 })]);
    });

    it('the next one drops those that are over', async () => {
      await store.put('orders', hint('old', { expiresAt: 6000 }), 1000);
      await store.put('orders', hint('new', { expiresAt: 8000 }), 6000);
      expect((await store.list('orders')).map(({ id }) => id)).toEqual(['new']);
    });

    it(`more than ${MOST_HINTS} are refused, but one more of a known id is not`, async () => {
      for (let index = 0; index < MOST_HINTS; index++) await store.put('orders', hint(`hint ${index}`), 1000);
      expect(await store.put('orders', hint('one more'), 1000)).toBe(false);
      expect(await store.put('orders', hint('hint 7', { load: 2 }), 1000)).toBe(true);
      expect(await store.put('orders', hint('one more', { expiresAt: 12_000 }), 9000)).toBe(true);
      expect((await store.list('orders')).map(({ id }) => id)).toEqual(['one more']);
    });
  });
}
