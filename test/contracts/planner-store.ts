import { beforeEach, describe, expect, it } from 'vitest';
import type { PlannerState } from '../../shared/controller/plan-types.ts';
import type { PlannerStore } from '../../shared/ports/stores.ts';

/** Planner state with `samples` readings in it. */
export const stateAt = (observedAt: number, samples = 0): PlannerState => ({
  version: 1,
  bornAt: observedAt,
  observedAt,
  samples: Array.from({ length: samples }, (_, index) => [
    observedAt + index * 5000,
    (index * 7919) % 10_007,
    index % 40,
  ]),
  wanted: [[observedAt, 4]],
  inFlight: [{ kind: 'create', name: 'orders-1', ordinal: 1, location: 'eastus', at: observedAt, outcome: 'claimed' }],
  seen: { 'orders-1': { health: 'starting', at: observedAt, since: observedAt } },
  drains: {},
  closed: {},
  usages: [],
  usagesAt: observedAt,
  minutesAt: observedAt,
});

/** What every implementation of PlannerStore keeps. `make` answers a store that holds nothing. */
export function plannerStoreContract(
  name: string,
  make: () => Promise<{ store: PlannerStore; wipe: () => Promise<void> }>,
): void {
  describe(`planner store: ${name}`, () => {
    let store: PlannerStore;
    let wipe: () => Promise<void>;
    beforeEach(async () => {
      ({ store, wipe } = await make());
    });

    it('a workload that was never planned has no state', async () => {
      expect(await store.load('orders')).toEqual({ status: 'missing' });
    });

    it('what was saved is loaded, whole, with the version that was told', async () => {
      const state = stateAt(1_795_600_000_000, 500);
      const etag = await store.save('orders', state, undefined);
      expect(etag).toBeTypeOf('string');
      expect(await store.load('orders')).toEqual({ status: 'found', state, etag });
    });

    it('each save makes a new version', async () => {
      const first = await store.save('orders', stateAt(1), undefined);
      const second = await store.save('orders', stateAt(2), first);
      expect(second).toBeTypeOf('string');
      expect(second).not.toBe(first);
      expect(await store.load('orders')).toMatchObject({ status: 'found', state: { observedAt: 2 }, etag: second });
    });

    it('of two writers that loaded the same version, one wins and the other is told of the conflict', async () => {
      const etag = await store.save('orders', stateAt(1), undefined);
      const outcomes = await Promise.all([2, 3].map((at) => store.save('orders', stateAt(at), etag)));
      expect(outcomes.filter((outcome) => outcome === undefined)).toHaveLength(1);
      const winner = outcomes[0] === undefined ? 3 : 2;
      expect(await store.load('orders')).toMatchObject({ state: { observedAt: winner } });
    });

    it('of two first writers, one wins', async () => {
      const outcomes = await Promise.all([1, 2].map((at) => store.save('orders', stateAt(at), undefined)));
      expect(outcomes.filter((outcome) => outcome === undefined)).toHaveLength(1);
    });

    it('workloads do not share state', async () => {
      await store.save('orders', stateAt(1), undefined);
      expect(await store.load('orders-eu')).toEqual({ status: 'missing' });
    });

    it('losing everything at any time heals by itself, and an old version claims nothing', async () => {
      const etag = await store.save('orders', stateAt(1), undefined);
      await wipe();
      expect(await store.save('orders', stateAt(2), etag)).toBeUndefined();
      expect(await store.load('orders')).toEqual({ status: 'missing' });
      expect(await store.save('orders', stateAt(3), undefined)).toBeTypeOf('string');
    });
  });
}
