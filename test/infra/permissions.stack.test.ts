// The roles of a deployment against the requests of a whole story: nothing is asked that no role allows.

import { expect, test } from 'vitest';
import { PERMISSIONS, type Permission } from '../../shared/azure/permissions.ts';
import { actionOf } from '../../tools/infra/actions.ts';
import { differences, secretsIn } from '../../tools/infra/cross-checks.ts';
import { startStack } from '../../tools/local/stack.ts';
import { AzureFailure } from '../../shared/ports/errors.ts';
import { DISCOVERY_WORLD } from '../contracts/discovery.ts';
import { startLocalStack } from '../support/local-stack.ts';
import { networkOf, subnetId } from '../support/networks.ts';
import { subscription } from '../support/azure-samples.ts';
import { POOL, standbyPoolOf } from '../support/standby-pools.ts';
import { workloadOf } from '../support/workload-of.ts';
import { alertPayload } from '../support/alert-payload.ts';
import { ask } from '../support/operate.ts';

const declared: readonly Permission[] = Object.values(PERMISSIONS).flat();
const allowed = new Set(declared.map(({ action }) => action.toLowerCase()));

test('a request is known by its action', () => {
  const group = '/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerInstance/containerGroups';
  expect(actionOf('GET', group)).toBe('Microsoft.ContainerInstance/containerGroups/read');
  expect(actionOf('POST', `${group}/a/stop`)).toBe('Microsoft.ContainerInstance/containerGroups/stop/action');
  expect(actionOf('GET', '/subscriptions/s/providers/Microsoft.ContainerInstance/locations/l/usages')).toBe(
    'Microsoft.ContainerInstance/locations/usages/read',
  );
});

test('a story with alerts, groups and a managed scale set needs no right that no role gives, and logs no secret', async () => {
  const asked = new Set<string>();
  const log: string[] = [];
  const stack = await startStack({
    seed: 1,
    env: { SPILLWAY_BASE_MODE: 'manage' },
    onLog: ({ message }) => void log.push(message),
    onExchange: (exchange) => {
      const action = actionOf(exchange.method, new URL(exchange.url, 'https://azure').pathname);
      if (action !== undefined) asked.add(action);
    },
  });
  try {
    await stack.clock.advance(65_000);
    const now = stack.clock.now();
    await ask(stack, 'POST', 'metricAlert?workload=orders', alertPayload({ condition: 'Fired', firedAt: now }));
    await stack.clock.advance(240_000);
  } finally {
    await stack.close();
  }
  expect(asked).toContain('Microsoft.ContainerInstance/containerGroups/write');
  expect([...asked].filter((action) => !allowed.has(action.toLowerCase()))).toEqual([]);
  expect(log.length).toBeGreaterThan(10);
  expect(secretsIn(log.join('\n'))).toEqual([]);
});

test('every action that a role allows is asked for by an adapter, and none asks for more', async () => {
  const set = (name: string): string =>
    `/subscriptions/${subscription}/resourceGroups/rg/providers/Microsoft.Compute/virtualMachineScaleSets/${name}`;
  const { clock, connected, exchanges, close } = await startLocalStack({
    ...DISCOVERY_WORLD,
    networks: [networkOf()],
    standbyPools: [standbyPoolOf(1)],
  });
  const { containerGroups, scaleSets, networks, queueMetrics, logQueries, ...rest } = connected.ports;
  const pool = `/subscriptions/${subscription}/resourceGroups/rg/providers/Microsoft.Network/applicationGateways/front/backendAddressPools/orders`;
  const zone = `/subscriptions/${subscription}/resourceGroups/rg/providers/Microsoft.Network/privateDnsZones/shop.internal/A/orders`;
  const asks: (() => Promise<unknown>)[] = [
    () => containerGroups.list(),
    () => containerGroups.create({ name: 'a', location: 'eastus', tags: {}, spec: workloadOf().spec, secrets: {} }),
    () => containerGroups.start('a'),
    () => containerGroups.stop('a'),
    () => containerGroups.delete('a'),
    () => containerGroups.usage('eastus'),
    () => scaleSets.read(set('uniform')),
    () => scaleSets.read(set('flexible')),
    () => scaleSets.autoscaleSettings(set('uniform')),
    () => scaleSets.setCapacity(set('uniform'), 2, undefined),
    () => scaleSets.deleteInstances(set('uniform'), ['0']),
    () => rest.instanceAddresses.read(set('uniform'), 'Uniform'),
    () => rest.instanceAddresses.read(set('flexible'), 'Flexible'),
    () => networks.subnet(subnetId('burst-a')),
    () => networks.missingRights(subnetId('burst-a'), ['a/b/read']),
    () => rest.standbyPools.read(POOL),
    () => networks.release(subnetId('burst-a')),
    () => queueMetrics.minutes({ namespace: 'localhost', queue: 'orders' }, clock.now() - 300_000),
    () => logQueries.number('workspace', 'Orders | count'),
    () => rest.recordSets.read(zone),
    () => rest.recordSets.publish(zone, { addresses: ['10.0.0.4'], ttlSeconds: 10, etag: undefined }),
    () => rest.backendPools.read(pool),
    async () => {
      const { etag } = await rest.backendPools.read(pool);
      return rest.backendPools.publish(pool, { addresses: ['10.0.0.4'], etag });
    },
  ];
  // What is answered does not matter here: the contract suites look at that.
  for (const ask of asks) {
    await ask().catch((error: unknown) => {
      if (!(error instanceof AzureFailure)) throw error;
    });
  }
  await close();
  const asked = exchanges.flatMap(({ method, url }) => actionOf(method, new URL(url, 'https://azure').pathname) ?? []);
  const granted = declared.filter(({ implied }) => !implied).map(({ action }) => action);
  const byDeployers = 'Microsoft.ContainerInstance/serviceAssociationLinks/delete';
  const lower = (list: string[]): string[] => [...new Set(list.map((each) => each.toLowerCase()))];
  expect(differences('Action', lower(asked), lower([...granted, byDeployers]))).toEqual([]);
  expect(granted).not.toContain(byDeployers);
});
