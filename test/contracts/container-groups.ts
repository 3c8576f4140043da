import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TAGS } from '../../shared/placement/tags.ts';
import type { ContainerGroups, CreateGroup } from '../../shared/ports/container-groups.ts';

export interface GroupsWorld {
  groups: ContainerGroups;
  ownerId: string;
  advance(milliseconds: number): Promise<void>;
  close(): Promise<void>;
}

/** Longer than any container group takes to start, to be gone or to show in a list. */
const LONG = 130_000;

/** A request for a small container group; `tags` are added to the owner's. */
export const wanted = (name: string, ownerId: string, tags: Record<string, string> = {}): CreateGroup => ({
  name,
  location: 'eastus',
  tags: { [TAGS.owner]: ownerId, ...tags },
  spec: {
    image: 'contoso.azurecr.io/orders:1',
    environment: { QUEUE: 'orders' },
    secureEnvironment: { KEY: 'ORDERS_KEY' },
    cpu: 1,
    memoryInGB: 2,
    restartPolicy: 'Always',
  },
  secrets: { ORDERS_KEY: 'hidden' },
});

const ACCEPTED = { status: 'accepted' };

/** What every implementation of ContainerGroups keeps. `groupLimit` is the quota of groups in `eastus`. */
export function containerGroupsContract(
  name: string,
  make: (options: { groupLimit: number }) => Promise<GroupsWorld>,
): void {
  describe(`container groups: ${name}`, () => {
    let world: GroupsWorld;
    let groups: ContainerGroups;
    beforeEach(async () => {
      world = await make({ groupLimit: 3 });
      groups = world.groups;
    });
    afterEach(() => world.close());

    const create = (group: string, tags: Record<string, string> = {}) =>
      groups.create(wanted(group, world.ownerId, tags));

    it('a name that was never used is free', async () => {
      expect(await groups.get('orders-1')).toBeUndefined();
    });

    it('a created group is accepted at once, begins by and by, and then runs what was asked for', async () => {
      expect(await create('orders-1')).toMatchObject(ACCEPTED);
      const young = await groups.get('orders-1');
      expect(young?.provisioningState).not.toBe('Succeeded');
      expect(young?.containers).toMatchObject([{ state: 'Waiting', restartCount: 0 }]);
      await world.advance(LONG);
      const grown = await groups.get('orders-1');
      expect(grown).toMatchObject({ name: 'orders-1', location: 'eastus', provisioningState: 'Succeeded' });
      expect(grown).toMatchObject({ state: 'Running', cpu: 1, memoryInGB: 2 });
      expect(grown?.containers).toMatchObject([{ state: 'Running', restartCount: 0 }]);
      expect(grown?.containers[0]?.since).toBeGreaterThan(0);
    });

    it('the list shows own groups with their tags, and nobody else’s', async () => {
      await create('orders-1', { [TAGS.workload]: 'orders' });
      await groups.create(wanted('foreign-1', 'another deployment'));
      await world.advance(LONG);
      const listed = await groups.list();
      expect(listed.map((group) => group.name)).toEqual(['orders-1']);
      expect(listed[0]?.tags).toEqual({ [TAGS.owner]: world.ownerId, [TAGS.workload]: 'orders' });
    });

    it('a stopped group ends its containers, and a start runs them again', async () => {
      await create('orders-1');
      await world.advance(LONG);
      expect(await groups.stop('orders-1')).toMatchObject(ACCEPTED);
      const stopped = await groups.get('orders-1');
      expect(stopped).toMatchObject({ state: 'Stopped', containers: [{ state: 'Terminated' }] });
      expect(await groups.start('orders-1')).toMatchObject(ACCEPTED);
      await world.advance(LONG);
      expect(await groups.get('orders-1')).toMatchObject({ state: 'Running', containers: [{ state: 'Running' }] });
    });

    it('stopping a stopped group and starting a running one change nothing', async () => {
      await create('orders-1');
      await world.advance(LONG);
      const before = await groups.get('orders-1');
      expect(await groups.start('orders-1')).toMatchObject(ACCEPTED);
      expect(await groups.get('orders-1')).toEqual(before);
      await groups.stop('orders-1');
      const stopped = await groups.get('orders-1');
      expect(await groups.stop('orders-1')).toMatchObject(ACCEPTED);
      expect(await groups.get('orders-1')).toEqual(stopped);
    });

    it('a deleted group frees its name, and deleting it again is accepted', async () => {
      await create('orders-1');
      await world.advance(LONG);
      expect(await groups.delete('orders-1')).toMatchObject(ACCEPTED);
      await world.advance(LONG);
      expect(await groups.get('orders-1')).toBeUndefined();
      expect(await groups.list()).toEqual([]);
      expect(await groups.delete('orders-1')).toMatchObject(ACCEPTED);
    });

    it('starting or stopping what is gone fails without harm', async () => {
      expect(await groups.start('orders-1')).toMatchObject({
        status: 'failed',
        failure: { class: 'wait', status: 404 },
      });
      expect(await groups.stop('orders-1')).toMatchObject({
        status: 'failed',
        failure: { class: 'wait', status: 404 },
      });
    });

    it('new tags replace all tags and leave the containers alone', async () => {
      await create('orders-1', { [TAGS.ordinal]: '1' });
      await world.advance(LONG);
      const before = await groups.get('orders-1');
      const tags = { [TAGS.owner]: world.ownerId, [TAGS.drain]: '1' };
      expect(await groups.setTags('orders-1', tags)).toMatchObject(ACCEPTED);
      expect(await groups.get('orders-1')).toEqual({ ...before, tags });
    });

    it('a create and a delete say what is left of their budgets, a refused create too', async () => {
      const first = await create('orders-1');
      const second = await create('orders-2');
      expect(first.budgets?.per5Minutes).toBe((second.budgets?.per5Minutes ?? 0) + 1);
      expect(first.budgets?.perHour).toBe((second.budgets?.perHour ?? 0) + 1);
      await create('orders-3');
      expect(await create('orders-4')).toMatchObject({ status: 'failed', budgets: { per5Minutes: 96 } });
      await world.advance(LONG);
      expect((await groups.delete('orders-1')).budgets).toMatchObject({ per5Minutes: 99, perHour: 299 });
    });

    it('usage counts groups and cores from the moment a create is accepted', async () => {
      const before = await groups.usage('eastus');
      await create('orders-1');
      const after = await groups.usage('eastus');
      expect(after).toMatchObject({
        location: 'eastus',
        groups: { used: before.groups.used + 1, limit: 3 },
        cores: { used: before.cores.used + 1, limit: before.cores.limit },
      });
    });

    it('a group over the quota of its region is refused, to go elsewhere', async () => {
      for (const ordinal of [1, 2, 3]) await create(`orders-${ordinal}`);
      const refused = await create('orders-4');
      expect(refused).toMatchObject({
        status: 'failed',
        failure: { class: 'elsewhere', code: 'ContainerGroupQuotaReached' },
      });
      expect(await groups.get('orders-4')).toBeUndefined();
    });
  });
}
