import { beforeEach, describe, expect, it } from 'vitest';
import type { Rollouts } from '../../shared/ports/rollouts.ts';
import { firstRecord } from '../../shared/rollout/record.ts';
import { workloadOf } from '../support/workload-of.ts';

/** What every implementation of Rollouts keeps. `make` answers one that holds nothing. */
export function rolloutsContract(name: string, make: () => Promise<Rollouts>): void {
  describe(`rollouts: ${name}`, () => {
    const record = firstRecord(workloadOf());
    let rollouts: Rollouts;
    beforeEach(async () => {
      rollouts = await make();
    });

    it('before the first one is written there is none', async () => {
      expect(await rollouts.read('orders')).toBeUndefined();
    });

    it('what was written is read, each workload its own', async () => {
      expect(await rollouts.write('orders', record, undefined)).toBe(true);
      expect((await rollouts.read('orders'))?.record).toEqual(record);
      expect(await rollouts.read('orders-eu')).toBeUndefined();
    });

    it('of two that write the first one only one does', async () => {
      expect(await rollouts.write('orders', record, undefined)).toBe(true);
      expect(await rollouts.write('orders', { ...record, proven: true }, undefined)).toBe(false);
      expect((await rollouts.read('orders'))?.record.proven).toBe(false);
    });

    it('of two that change the same version only the first does', async () => {
      await rollouts.write('orders', record, undefined);
      const found = await rollouts.read('orders');
      expect(await rollouts.write('orders', { ...record, proven: true }, found?.etag)).toBe(true);
      expect(await rollouts.write('orders', { ...record, before: 'x' }, found?.etag)).toBe(false);
      expect((await rollouts.read('orders'))?.record).toEqual({ ...record, proven: true });
    });
  });
}
