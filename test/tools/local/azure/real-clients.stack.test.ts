// The real SDK clients against the local Azure, every exchange held against the official API descriptions.

import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { ComputeManagementClient } from '@azure/arm-compute';
import { ContainerInstanceManagementClient } from '@azure/arm-containerinstance';
import { ManagedIdentityCredential } from '@azure/identity';
import { LogsQueryClient } from '@azure/monitor-query-logs';
import { MetricsClient } from '@azure/monitor-query-metrics';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { idText } from '../../../../tools/local/azure/arm.ts';
import { identityHeader } from '../../../../tools/local/azure/identity.ts';
import { type Exchange, type LocalAzure, startAzure } from '../../../../tools/local/azure/server.ts';
import { localCertificate, trust } from '../../../../tools/local/certificate.ts';
import { SimulatedClock } from '../../../../tools/local/clock.ts';
import { createValidator, specsFolder } from '../../../support/api-description.ts';
import { begin, groupId, scaleSetId, subscription } from '../../../support/azure-samples.ts';

const clock = new SimulatedClock(begin, 1000);
const exchanges: Exchange[] = [];
const fast = { updateIntervalInMs: 1 };
const worker = {
  location: 'eastus',
  osType: 'Linux',
  tags: { owner: 'test' },
  containers: [{ name: 'worker', image: 'worker:1', resources: { requests: { cpu: 1, memoryInGB: 1.5 } } }],
};
const namespaceId = `/subscriptions/${subscription}/resourceGroups/rg/providers/Microsoft.ServiceBus/namespaces/bus`;

let azure: LocalAzure;
let aci: ContainerInstanceManagementClient;
let compute: ComputeManagementClient;
let credential: ManagedIdentityCredential;

beforeAll(async () => {
  const certificate = await localCertificate();
  trust(certificate.ca);
  azure = await startAzure({
    ...certificate,
    clock,
    seed: 5,
    pageSize: 2,
    faults: { listLagSeconds: 5 },
    scaleSets: [
      { id: scaleSetId('web'), location: 'eastus', capacity: 2 },
      { id: scaleSetId('flex'), location: 'eastus', capacity: 2, mode: 'Flexible' },
    ],
    metrics: (_, metric, aggregation, minute, dimension) =>
      metric === 'ActiveMessages' && aggregation === 'average' && dimension?.value === 'orders'
        ? (minute - begin) / 60_000
        : undefined,
    logs: (workspace, query) => ({
      columns: [
        { name: 'Workspace', type: 'string' },
        { name: 'Count', type: 'long' },
      ],
      rows: [[workspace, query.length]],
    }),
    onExchange: (exchange) => exchanges.push(exchange),
  });
  vi.stubEnv('IDENTITY_ENDPOINT', `${azure.endpoint}/msi/token`);
  vi.stubEnv('IDENTITY_HEADER', identityHeader);
  credential = new ManagedIdentityCredential();
  const options = { endpoint: azure.endpoint, retryOptions: { maxRetries: 0 } };
  aci = new ContainerInstanceManagementClient(credential, subscription, options);
  compute = new ComputeManagementClient(credential, subscription, options);
});

afterAll(async () => {
  await azure.close();
  vi.unstubAllEnvs();
});

async function all<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const each of pages) found.push(each);
  return found;
}

describe('container groups', () => {
  test('are created, read, tagged, restarted, stopped, started and deleted', async () => {
    const { containerGroups } = aci;
    const creation = await containerGroups.beginCreateOrUpdate('rg', 'burst-0', worker, fast);
    expect((await containerGroups.get('rg', 'burst-0')).instanceView?.state).toBe('Pending');
    await clock.advance(110_000);
    expect((await creation.pollUntilDone()).instanceView?.state).toBe('Running');
    expect((await containerGroups.update('rg', 'burst-0', { tags: { drain: 'yes' } })).tags).toEqual({ drain: 'yes' });

    const restart = await containerGroups.beginRestart('rg', 'burst-0', fast);
    await clock.advance(110_000);
    await restart.pollUntilDone();
    await containerGroups.stop('rg', 'burst-0');
    expect((await containerGroups.get('rg', 'burst-0')).instanceView?.state).toBe('Stopped');
    const start = await containerGroups.beginStart('rg', 'burst-0', fast);
    await clock.advance(110_000);
    await start.pollUntilDone();

    const deleted = await containerGroups.beginDeleteAndWait('rg', 'burst-0', fast);
    expect(deleted.name).toBe('burst-0');
    await expect(containerGroups.get('rg', 'burst-0')).rejects.toMatchObject({
      statusCode: 404,
      code: 'ResourceNotFound',
    });
    await containerGroups.beginDeleteAndWait('rg', 'burst-0', fast);
  });

  test('are listed over several pages, without instance views', async () => {
    for (const name of ['a', 'b', 'c']) await aci.containerGroups.beginCreateOrUpdate('rg', name, worker, fast);
    await clock.advance(5_000);
    const groups = await all(aci.containerGroups.listByResourceGroup('rg'));
    expect(groups.map(({ name, instanceView }) => [name, instanceView])).toEqual([
      ['a', undefined],
      ['b', undefined],
      ['c', undefined],
    ]);
    expect(await all(aci.containerGroups.list())).toHaveLength(3);
    const usages = await all(aci.location.listUsage('eastus'));
    expect(usages.find(({ name }) => name?.value === 'ContainerGroups')?.currentValue).toBe(3);
  });

  test('a create whose answer was lost has happened', async () => {
    azure.model.faults.set({ rules: [{ fault: 'dropAnswer', calls: 'writes' }] });
    await expect(aci.containerGroups.beginCreateOrUpdate('rg', 'lost', worker, fast)).rejects.toMatchObject({
      code: 'ECONNRESET',
    });
    azure.model.faults.clear();
    expect((await aci.containerGroups.get('rg', 'lost')).provisioningState).toBe('Pending');
  });

  test('a creation that fails while it is polled throws an error that names the code', async () => {
    const creation = await aci.containerGroups.beginCreateOrUpdate('rg', 'doomed', worker, fast);
    azure.model.groups.named('doomed')[0]?.fail();
    await expect(creation.pollUntilDone()).rejects.toThrow(/ContainerGroupFailed/);
    await expect(aci.containerGroups.beginRestart('rg', 'a', fast)).rejects.toMatchObject({
      statusCode: 409,
      code: 'ContainerGroupTransitioning',
    });
  });
});

describe('scale sets', () => {
  test('grow by a guarded patch and shrink by named instances', async () => {
    const { virtualMachineScaleSets: sets, virtualMachineScaleSetVMs: machines } = compute;
    const { etag } = await sets.get('rg', 'web');
    const options = { ...fast, ifMatch: etag ?? '' };
    const growth = sets.update('rg', 'web', { sku: { capacity: 3 } }, options);
    await growth.submitted();
    await expect(sets.update('rg', 'web', { sku: { capacity: 4 } }, options).submitted()).rejects.toMatchObject({
      statusCode: 412,
    });
    await clock.advance(210_000);
    expect((await growth).sku?.capacity).toBe(3);

    const instances = await all(machines.list('rg', 'web', { expand: 'instanceView' }));
    expect(instances.map(({ instanceView }) => instanceView?.statuses?.map(({ code }) => code))).toEqual(
      Array.from({ length: 3 }, () => ['ProvisioningState/succeeded', 'PowerState/running']),
    );
    const removal = sets.deleteInstances('rg', 'web', { instanceIds: [instances[0]?.instanceId ?? ''] }, fast);
    await removal.submitted();
    await clock.advance(40_000);
    await removal;
    expect((await sets.get('rg', 'web')).sku?.capacity).toBe(2);
    const view = await sets.getInstanceView('rg', 'web');
    expect(view.virtualMachine?.statusesSummary).toEqual([{ code: 'ProvisioningState/succeeded', count: 2 }]);
  });

  test('in Flexible orchestration are read as virtual machines', async () => {
    await expect(compute.virtualMachineScaleSets.getInstanceView('rg', 'flex')).rejects.toMatchObject({
      code: 'OperationNotAllowed',
    });
    expect(await all(compute.virtualMachineScaleSetVMs.list('rg', 'flex'))).toHaveLength(2);
    const setId = `/subscriptions/${subscription}/resourceGroups/rg/providers/Microsoft.Compute/virtualMachineScaleSets/flex`;
    const filter = `'virtualMachineScaleSet/id' eq '${setId}'`;
    const [machine] = await all(compute.virtualMachines.list('rg', { filter, expand: 'instanceView' }));
    const view = await compute.virtualMachines.instanceView('rg', machine?.name ?? '');
    expect(view.statuses?.map(({ code }) => code)).toEqual(['ProvisioningState/succeeded', 'PowerState/running']);
  });
});

test('metrics come per full minute, the newest about a minute late, for one queue', async () => {
  const metrics = new MetricsClient(azure.endpoint, credential, { retryOptions: { maxRetries: 0 } });
  const endTime = new Date(clock.now());
  const [result] = await metrics.queryResources([namespaceId], ['ActiveMessages'], 'microsoft.servicebus/namespaces', {
    startTime: new Date(clock.now() - 300_000),
    endTime,
    interval: 'PT1M',
    aggregation: 'average',
    filter: "EntityName eq 'orders'",
  });
  const series = result?.metrics[0]?.timeseries[0];
  expect(series?.metadatavalues).toEqual([expect.objectContaining({ value: 'orders' })]);
  const newest = series?.data?.at(-1);
  const age = endTime.getTime() - (newest?.timeStamp.getTime() ?? 0);
  expect(age).toBeGreaterThanOrEqual(120_000);
  expect(age).toBeLessThan(180_000);
  expect(newest?.average).toBe(((newest?.timeStamp.getTime() ?? 0) - begin) / 60_000);
});

test('a log query answers the table of its source', async () => {
  const logs = new LogsQueryClient(credential, { endpoint: `${azure.endpoint}/v1` });
  const result = await logs.queryWorkspace('workspace-1', 'Heartbeat | count', { duration: 'PT1H' });
  expect(result).toMatchObject({ tables: [{ name: 'PrimaryResult', rows: [['workspace-1', 17]] }] });
});

test('simulated time stands still while a request is being received', async () => {
  const slow = request(`${azure.endpoint}${idText(groupId('a'))}?api-version=2023-05-01`, {
    method: 'PATCH',
    headers: { expect: '100-continue', 'content-length': '2', authorization: 'Bearer x' },
  });
  slow.flushHeaders();
  await once(slow, 'continue');
  const before = clock.now();
  let advanced = false;
  const advance = clock.advance(1000).then(() => (advanced = true));
  await aci.containerGroups.get('rg', 'a');
  expect([advanced, clock.now()]).toEqual([false, before]);
  slow.end('{}');
  const [response] = (await once(slow, 'response')) as [IncomingMessage];
  response.resume();
  await advance;
  expect(clock.now()).toBe(before + 1000);
});

test('every exchange so far agrees with the official API descriptions', ({ skip }) => {
  const folder = specsFolder();
  if (folder === undefined) return skip('the official API descriptions are not beside this repository');
  const validator = createValidator(folder);
  expect(exchanges.length).toBeGreaterThan(40);
  expect(exchanges.flatMap((exchange) => validator.check(exchange))).toEqual([]);
});
