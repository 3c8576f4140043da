import { DefaultAzureCredential, ManagedIdentityCredential } from '@azure/identity';
import { expect, it } from 'vitest';
import { connectAzure } from '../../../shared/azure/azure.ts';
import { azureCredential } from '../../../shared/azure/credential.ts';
import { scaleSetId, subscription } from '../../support/azure-samples.ts';
import { SERVICE_BUS_ID, startLocalStack, startStorage } from '../../support/local-stack.ts';

it('every port works with tokens of the managed identity', async () => {
  const storage = await startStorage();
  const stack = await startLocalStack({
    storage,
    managedIdentity: true,
    queues: [{ name: 'evaluations', requiresSession: true }, { name: 'orders' }],
    scaleSets: [{ id: scaleSetId('web'), location: 'eastus', capacity: 2 }],
    logs: () => ({ columns: [{ name: 'wanted', type: 'long' }], rows: [[3]] }),
  });
  const { ports, callCounts } = stack.connected;
  const queue = { namespace: stack.bus?.host ?? '', queue: 'orders' };
  const set = `/subscriptions/${subscription}/resourceGroups/rg/providers/Microsoft.Compute/virtualMachineScaleSets/web`;

  expect(await ports.containerGroups.list()).toEqual([]);
  expect((await ports.scaleSets.read(set)).capacity).toBe(2);
  expect((await ports.queueDepths.read(queue.namespace, [queue.queue])).size).toBe(1);
  expect((await ports.queueMetrics.minutes(queue, ports.clock.now() - 300_000)).length).toBe(0);
  expect(await ports.logQueries.number('workspace', 'Orders | count')).toBe(3);
  expect(await ports.planner.load('orders')).toEqual({ status: 'missing' });
  expect(await ports.ledger.last('orders')).toBeUndefined();
  await ports.evaluations.request('orders', 'heartbeat');
  expect(stack.bus?.queue('evaluations').counts().active).toBe(1);
  expect(callCounts()).toEqual({ GET: 3, POST: 2 });
  // As the local Azure's headers say: a bucket of 250 reads, of which three were taken.
  expect(await ports.armLimits.readsLeft()).toBe(247);

  await stack.closeChecked();
  await storage.close();
});

it('the identity of the platform is used where there is one', () => {
  expect(azureCredential({ IDENTITY_ENDPOINT: 'http://localhost/token' })).toBeInstanceOf(ManagedIdentityCredential);
  expect(azureCredential({})).toBeInstanceOf(DefaultAzureCredential);
});

const OPTIONS = {
  clock: { now: () => 600_000 },
  env: {},
  subscriptionId: subscription,
  resourceGroup: 'rg',
  ownerId: 'o',
  armEndpoint: 'https://localhost',
  metricsEndpoint: 'https://localhost',
  logsEndpoint: 'https://localhost',
  serviceBusConnection: 'SPILLWAY_SERVICEBUS',
  evaluationsQueue: 'evaluations',
};

it.each([
  ['its own', 'northeurope', 'northeurope'],
  ['that of the deployment, where none is told', undefined, 'westeurope'],
])('minute metrics of a namespace are asked for in one region: %s', async (_, serviceBusLocation, asked) => {
  const stack = await startLocalStack();
  const { ports, close } = connectAzure({
    ...OPTIONS,
    env: {
      SPILLWAY_SERVICEBUS: 'Endpoint=sb://localhost;SharedAccessKeyName=k;SharedAccessKey=v',
      AzureWebJobsStorage__accountName: 'unused',
    },
    credential: { getToken: async () => ({ token: 't', expiresOnTimestamp: Date.now() + 3_600_000 }) },
    metricsEndpoint: `${stack.azure.endpoint}/{region}`,
    location: 'westeurope',
    serviceBusLocation,
    serviceBusResourceId: SERVICE_BUS_ID,
  });
  await ports.queueMetrics.minutes({ namespace: 'localhost', queue: 'orders' }, 0).catch(() => {});
  await close();
  await stack.close();
  expect(stack.exchanges.map(({ url }) => url.split('/')[1])).toEqual([asked]);
});

it('a missing connection is told before anything is sent', () => {
  expect(() => connectAzure(OPTIONS)).toThrow(/SPILLWAY_SERVICEBUS__fullyQualifiedNamespace/);
});
