import { describe, expect, it } from 'vitest';
import type { PoolRow, Pools } from '../../shared/ports/pools.ts';

const row = (asked: number): PoolRow => ({
  workloads: { orders: { priority: 1, reserved: [{ groups: 2, at: 5 }], asked, askedAt: 7 } },
});

const foundIn = async (pools: Pools, home: string) => {
  const found = await pools.read(home);
  return found === 'unreadable' ? undefined : found;
};

/** What every implementation of Pools keeps. `make` answers one that holds nothing. */
export function poolsContract(name: string, make: () => Promise<Pools>): void {
  describe(`pools: ${name}`, () => {
    it('a region nobody claimed anything of has no row', async () => {
      expect(await (await make()).read('westeurope')).toBeUndefined();
    });

    it('a row is given as it was written, each region and subscription apart', async () => {
      const pools = await make();
      expect(await pools.write('westeurope@a/b?c', row(3), undefined)).toBe(true);
      expect((await foundIn(pools, 'westeurope@a/b?c'))?.row).toEqual(row(3));
      expect(await pools.read('westeurope')).toBeUndefined();
    });

    it('of two that claim at once, the second is told so and changes nothing', async () => {
      const pools = await make();
      expect(await pools.write('westeurope', row(1), undefined)).toBe(true);
      expect(await pools.write('westeurope', row(2), undefined)).toBe(false);
      const found = await foundIn(pools, 'westeurope');
      expect(await pools.write('westeurope', row(3), found?.etag)).toBe(true);
      expect(await pools.write('westeurope', row(4), found?.etag)).toBe(false);
      expect((await foundIn(pools, 'westeurope'))?.row).toEqual(row(3));
    });
  });
}
