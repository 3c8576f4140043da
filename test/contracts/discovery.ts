import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type {
  BackendPools,
  InstanceAddresses,
  RecordSets,
  Registry,
  RegistryDocument,
} from '../../shared/ports/discovery.ts';
import { gatewayType } from '../../tools/local/azure/gateways.ts';
import { zoneType } from '../../tools/local/azure/private-zones.ts';
import { scaleSetId, subscription } from '../support/azure-samples.ts';

const network = `/subscriptions/${subscription}/resourceGroups/rg/providers/Microsoft.Network`;
const RECORDS = `${network}/privateDnsZones/shop.internal/A/orders`;
const POOL = `${network}/applicationGateways/front/backendAddressPools/orders`;
const SETS = `/subscriptions/${subscription}/resourceGroups/rg/providers/Microsoft.Compute/virtualMachineScaleSets`;

const inNetwork = (type: string, name: string) => ({ subscription, resourceGroup: 'rg', type, name });

/** What the local Azure of these contracts begins with. */
export const DISCOVERY_WORLD = {
  zones: [inNetwork(zoneType, 'shop.internal')],
  gateways: [{ id: inNetwork(gatewayType, 'front'), location: 'eastus', pools: ['orders', 'mails'] }],
  scaleSets: [
    { id: scaleSetId('uniform'), location: 'eastus', capacity: 2, mode: 'Uniform' as const },
    { id: scaleSetId('flexible'), location: 'eastus', capacity: 2, mode: 'Flexible' as const },
  ],
};

export interface DiscoveryWorld {
  recordSets: RecordSets;
  backendPools: BackendPools;
  instanceAddresses: InstanceAddresses;
  /** Ids of the instances of a scale set. */
  instances(set: 'uniform' | 'flexible'): string[];
  advance(milliseconds: number): Promise<void>;
  close(): Promise<void>;
}

/** What every implementation of RecordSets, BackendPools and InstanceAddresses keeps. */
export function discoveryContract(name: string, make: () => Promise<DiscoveryWorld>): void {
  describe(`discovery: ${name}`, () => {
    let world: DiscoveryWorld;
    beforeEach(async () => {
      world = await make();
    });
    afterEach(() => world.close());

    it('a record set that nobody made is absent, and the first to write makes it', async () => {
      const { recordSets } = world;
      expect(await recordSets.read(RECORDS)).toBeUndefined();
      const listing = { addresses: ['10.0.0.1', '10.0.0.2'], ttlSeconds: 10 };
      expect(await recordSets.publish(RECORDS, listing)).toMatchObject({ status: 'accepted' });
      expect(await recordSets.read(RECORDS)).toEqual({ ...listing, etag: expect.any(String) });
    });

    it('a record set is not made over one that somebody made meanwhile', async () => {
      const { recordSets } = world;
      await recordSets.publish(RECORDS, { addresses: ['10.0.0.1'], ttlSeconds: 10 });
      const second = await recordSets.publish(RECORDS, { addresses: ['10.0.0.2'], ttlSeconds: 10 });
      expect(second).toMatchObject({ status: 'failed', failure: { class: 'wait', code: 'PreconditionFailed' } });
      expect(await recordSets.read(RECORDS)).toMatchObject({ addresses: ['10.0.0.1'] });
    });

    it('a record set that was changed since it was read is left as it is', async () => {
      const { recordSets } = world;
      await recordSets.publish(RECORDS, { addresses: ['10.0.0.1'], ttlSeconds: 10 });
      const etag = (await recordSets.read(RECORDS))?.etag;
      const mine = { addresses: ['10.0.0.2'], ttlSeconds: 10, etag };
      expect(await recordSets.publish(RECORDS, mine)).toMatchObject({ status: 'accepted' });
      const late = await recordSets.publish(RECORDS, { addresses: [], ttlSeconds: 10, etag });
      expect(late).toMatchObject({ status: 'failed', failure: { class: 'wait', code: 'PreconditionFailed' } });
      expect(await recordSets.read(RECORDS)).toMatchObject({ addresses: ['10.0.0.2'] });
    });

    it('a record set keeps what is written back of what it carries besides', async () => {
      const { recordSets } = world;
      const metadata = { team: 'shop' };
      await recordSets.publish(RECORDS, { addresses: ['10.0.0.1'], ttlSeconds: 10, metadata });
      const found = await recordSets.read(RECORDS);
      expect(found).toMatchObject({ metadata });
      await recordSets.publish(RECORDS, { ...found, addresses: ['10.0.0.2'] });
      expect(await recordSets.read(RECORDS)).toMatchObject({ addresses: ['10.0.0.2'], metadata });
    });

    it('nobody in service leaves a record set without addresses', async () => {
      const { recordSets } = world;
      await recordSets.publish(RECORDS, { addresses: ['10.0.0.1'], ttlSeconds: 10 });
      const etag = (await recordSets.read(RECORDS))?.etag;
      await recordSets.publish(RECORDS, { addresses: [], ttlSeconds: 5, etag });
      expect(await recordSets.read(RECORDS)).toMatchObject({ addresses: [], ttlSeconds: 5 });
    });

    it('a zone that does not exist is a failure, not an empty record set', async () => {
      await expect(world.recordSets.read(RECORDS.replace('shop.', 'other.'))).rejects.toMatchObject({
        failure: { code: 'ParentResourceNotFound' },
      });
    });

    it('a zone takes sixty changes a minute', async () => {
      const { recordSets } = world;
      for (let count = 0; count < 60; count++) {
        const listing = { addresses: ['10.0.0.1'], ttlSeconds: 10 };
        await recordSets.publish(`${RECORDS}-${count}`, listing);
      }
      const refused = await recordSets.publish(RECORDS, { addresses: ['10.0.0.1'], ttlSeconds: 10 });
      expect(refused).toMatchObject({ status: 'failed', failure: { class: 'wait', status: 429 } });
      await world.advance(61_000);
      expect(await recordSets.publish(RECORDS, { addresses: ['10.0.0.1'], ttlSeconds: 10 })).toMatchObject({
        status: 'accepted',
      });
    });

    it('the addresses of a pool are replaced, and those of other pools stay', async () => {
      const { backendPools } = world;
      const mails = POOL.replace('/orders', '/mails');
      const first = await backendPools.read(mails);
      expect(first).toMatchObject({ addresses: [], busy: false });
      expect(await backendPools.publish(mails, { addresses: ['10.0.0.9'], etag: first.etag })).toMatchObject({
        status: 'accepted',
      });
      await world.advance(60_000);
      const { etag } = await backendPools.read(POOL);
      await backendPools.publish(POOL, { addresses: ['10.0.0.1', '10.0.0.2'], etag });
      expect(await backendPools.read(POOL)).toMatchObject({ addresses: ['10.0.0.1', '10.0.0.2'], busy: true });
      expect(await backendPools.read(mails)).toMatchObject({ addresses: ['10.0.0.9'] });
      await world.advance(60_000);
      expect(await backendPools.read(POOL)).toMatchObject({ busy: false });
    });

    it('a gateway that was changed since it was read is left as it is', async () => {
      const { backendPools } = world;
      const { etag } = await backendPools.read(POOL);
      await backendPools.publish(POOL, { addresses: ['10.0.0.1'], etag });
      await world.advance(60_000);
      const late = await backendPools.publish(POOL, { addresses: [], etag });
      expect(late).toMatchObject({ status: 'failed', failure: { class: 'wait', code: 'PreconditionFailed' } });
      expect(await backendPools.read(POOL)).toMatchObject({ addresses: ['10.0.0.1'] });
    });

    it('a pool that does not exist is a failure that names those that do', async () => {
      await expect(world.backendPools.read(`${POOL}-old`)).rejects.toMatchObject({
        failure: { class: 'permanent', message: expect.stringContaining('orders, mails') },
      });
    });

    it.each(['Uniform', 'Flexible'] as const)('every instance of a set has its address (%s)', async (mode) => {
      const set = mode === 'Uniform' ? 'uniform' : 'flexible';
      const addresses = await world.instanceAddresses.read(`${SETS}/${set}`, mode);
      expect(Object.keys(addresses).toSorted()).toEqual(world.instances(set).toSorted());
      expect(new Set(Object.values(addresses)).size).toBe(2);
    });
  });
}

/** What every implementation of Registry keeps. */
export function registryContract(name: string, make: () => Promise<Registry>): void {
  const document = (count: number): RegistryDocument => ({
    workload: 'orders',
    port: 8080,
    ttlSeconds: 10,
    members: Array.from({ length: count }, (_, n) => ({ name: `g-${n}`, address: `10.0.${n % 250}.1`, place: 'base' })),
  });

  describe(`registry: ${name}`, () => {
    it('a document is given as it was written, a thousand members included', async () => {
      const registry = await make();
      expect(await registry.read('orders')).toBeUndefined();
      expect(await registry.write('orders', document(1000), undefined)).toBe(true);
      expect(await registry.read('orders')).toEqual({ document: document(1000), etag: expect.any(String) });
    });

    it('of two that write at once, the second is told so and changes nothing', async () => {
      const registry = await make();
      await registry.write('orders', document(1), undefined);
      expect(await registry.write('orders', document(2), undefined)).toBe(false);
      const etag = (await registry.read('orders'))?.etag;
      expect(await registry.write('orders', document(3), etag)).toBe(true);
      expect(await registry.write('orders', document(4), etag)).toBe(false);
      expect((await registry.read('orders'))?.document).toEqual(document(3));
    });
  });
}
