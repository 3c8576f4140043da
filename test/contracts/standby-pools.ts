import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ContainerGroups } from '../../shared/ports/container-groups.ts';
import type { StandbyPools } from '../../shared/ports/standby-pools.ts';
import { POOL, standbyPool } from '../support/standby-pools.ts';
import { wanted } from './container-groups.ts';

export interface StandbyPoolsWorld {
  /** `POOL` exists and holds two groups when it is full. */
  pools: StandbyPools;
  groups: ContainerGroups;
  ownerId: string;
  /** Says what is wrong with the pools. */
  degrade(message: string): void;
  advance(milliseconds: number): Promise<void>;
  close(): Promise<void>;
}

/** Longer than any container group takes to start. */
const LONG = 130_000;

/** What every implementation of StandbyPools keeps, beside container groups that are taken from a pool. */
export function standbyPoolsContract(name: string, make: () => Promise<StandbyPoolsWorld>): void {
  describe(`standby pools: ${name}`, () => {
    let world: StandbyPoolsWorld;
    beforeEach(async () => void (world = await make()));
    afterEach(() => world.close());

    const take = (group: string) => world.groups.create({ ...wanted(group, world.ownerId), offering: { standbyPool } });
    const running = async (group: string): Promise<boolean> =>
      (await world.groups.get(group))?.containers[0]?.state === 'Running';

    it('a pool tells how many groups run in it, fewer while those taken are made anew', async () => {
      expect(await world.pools.read(POOL)).toEqual({ running: 2 });
      expect(await take('orders-1')).toMatchObject({ status: 'accepted' });
      expect(await world.pools.read(POOL)).toEqual({ running: 1 });
      await world.advance(LONG);
      expect(await world.pools.read(POOL)).toEqual({ running: 2 });
    });

    it('a group that was ready serves within ten seconds; an empty pool falls back to an ordinary create', async () => {
      for (const group of ['orders-1', 'orders-2', 'orders-3']) await take(group);
      expect(await world.pools.read(POOL)).toEqual({ running: 0 });
      await world.advance(10_000);
      expect([await running('orders-1'), await running('orders-2'), await running('orders-3')]).toEqual([
        true,
        true,
        false,
      ]);
      await world.advance(LONG);
      expect(await running('orders-3')).toBe(true);
      expect((await world.groups.get('orders-3'))?.cpu).toBe(1);
    });

    it('what is wrong with a pool is told', async () => {
      world.degrade('no capacity in the zone');
      expect(await world.pools.read(POOL)).toEqual({ running: 2, degraded: 'no capacity in the zone' });
    });

    it('a pool that is not there is a failure, for reading and for taking', async () => {
      const other = POOL.replace(/warm$/, 'cold');
      await expect(world.pools.read(other)).rejects.toMatchObject({ failure: { status: 404 } });
      const offering = { standbyPool: { ...standbyPool, id: other } };
      expect(await world.groups.create({ ...wanted('orders-1', world.ownerId), offering })).toMatchObject({
        status: 'failed',
        failure: { status: 404 },
      });
    });
  });
}
