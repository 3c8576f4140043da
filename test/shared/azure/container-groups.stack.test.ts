import { afterEach, describe, expect, it } from 'vitest';
import { groupName } from '../../../shared/placement/names.ts';
import { AzureFailure } from '../../../shared/ports/errors.ts';
import { containerGroupsContract, wanted } from '../../contracts/container-groups.ts';
import { expected, specOfGroup } from '../../support/spec-of-group.ts';
import { WHOLE, WHOLE_SECRETS } from '../../support/whole-workload.ts';
import { ENV, file } from '../settings/settings-of.ts';
import { parseSettings } from '../../../shared/settings/parse.ts';
import { OWNER, startLocalStack, type LocalStack, type StackOptions } from '../../support/local-stack.ts';
import { workloadOf } from '../../support/workload-of.ts';

let stack: LocalStack;

const start = async (options: StackOptions = {}): Promise<LocalStack> => (stack = await startLocalStack(options));

containerGroupsContract('Azure', async ({ groupLimit }) => {
  const { connected, clock, closeChecked } = await start({ quota: { eastus: { groups: groupLimit } } });
  return {
    groups: connected.ports.containerGroups,
    ownerId: OWNER,
    advance: (milliseconds) => clock.advance(milliseconds),
    close: closeChecked,
  };
});

const requests = (): string[] =>
  stack.exchanges.map(({ method, url }) => `${method} ${url.split('?')[0]?.split('/').at(-1)}`);

describe('container groups on Azure', () => {
  afterEach(() => stack.close());

  it('every write is one request and is not polled', async () => {
    const { connected, clock } = await start();
    const { containerGroups } = connected.ports;
    await containerGroups.create(wanted('g', OWNER));
    await clock.advance(130_000);
    await containerGroups.stop('g');
    await containerGroups.start('g');
    await clock.advance(130_000);
    await containerGroups.setTags('g', {});
    await containerGroups.delete('g');
    expect(requests()).toEqual(['PUT g', 'POST stop', 'POST start', 'PATCH g', 'DELETE g']);
    expect(connected.callCounts()).toEqual({ PUT: 1, POST: 2, PATCH: 1, DELETE: 1 });
  });

  it('a secret goes out as a secure value and the identity pulls the image', async () => {
    const { connected, exchanges } = await start();
    const identity = '/subscriptions/s/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id';
    const request = wanted('g', OWNER);
    const spec = { ...request.spec, identity, registry: 'contoso.azurecr.io', command: ['run', '--fast'] };
    await connected.ports.containerGroups.create({ ...request, spec });
    expect(exchanges[0]?.requestBody).toEqual({
      location: 'eastus',
      tags: request.tags,
      identity: { type: 'UserAssigned', userAssignedIdentities: { [identity]: {} } },
      properties: {
        osType: 'Linux',
        restartPolicy: 'Always',
        imageRegistryCredentials: [{ server: 'contoso.azurecr.io', identity }],
        containers: [
          {
            name: 'main',
            properties: {
              image: 'contoso.azurecr.io/orders:1',
              command: ['run', '--fast'],
              environmentVariables: [
                { name: 'QUEUE', value: 'orders' },
                { name: 'KEY', secureValue: 'hidden' },
              ],
              resources: { requests: { cpu: 1, memoryInGB: 2 } },
            },
          },
        ],
      },
    });
    expect(stack.problems()).toEqual([]);
  });

  it('everything that a workload can say is created in its subnet, and read back as declared', async () => {
    const { connected, clock } = await start();
    const subnet = '/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/n/subnets/burst';
    const [workload] = parseSettings({ ...ENV, ...WHOLE_SECRETS }, [file('orders', WHOLE)]).workloads;
    if (!workload) throw new Error('the sample is not valid');
    const { spec } = workload;
    const request = { ...wanted('g', OWNER), spec, offering: { subnet }, secrets: WHOLE_SECRETS };
    await connected.ports.containerGroups.create(request);
    await clock.advance(130_000);
    const group = await stack.arm.containerGroups.get('rg', 'g');
    expect(specOfGroup(group)).toEqual(expected(spec));
    expect(group).toMatchObject({ subnetIds: [{ id: subnet }], ipAddress: { type: 'Private' } });
    expect([group.containers.length, group.initContainers?.length]).toEqual([3, 1]);
    expect(JSON.stringify(group)).not.toContain('hidden-');
    expect(await connected.ports.containerGroups.get('g')).toMatchObject({ cpu: 1.1, state: 'Running' });
    expect(stack.problems()).toEqual([]);
  });

  it('zone, subnet, SKU, priority and replicas go out as the API description says', async () => {
    const { connected, exchanges } = await start();
    const subnet = '/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/n/subnets/burst';
    const offerings = [
      { zone: '2', subnet },
      { sku: 'Confidential' as const, ccePolicy: 'cG9saWN5' },
      { priority: 'Spot' as const },
    ];
    for (const [index, offering] of offerings.entries()) {
      await connected.ports.containerGroups.create({ ...wanted(`g-${index}`, OWNER), offering, replicas: 2 });
    }
    expect(exchanges.map(({ requestBody }) => requestBody)).toMatchObject([
      { zones: ['2'], properties: { subnetIds: [{ id: subnet }] } },
      { properties: { sku: 'Confidential', confidentialComputeProperties: { ccePolicy: 'cG9saWN5' } } },
      { properties: { priority: 'Spot', containers: [{ name: 'main' }, { name: 'main-2' }] } },
    ]);
    expect(stack.problems()).toEqual([]);
  });

  it('a group in another subscription is created, found, listed, counted and deleted there', async () => {
    const other = '99999999-9999-9999-9999-999999999999';
    const { connected, exchanges, clock } = await start({ moreSubscriptions: [other] });
    const { containerGroups } = connected.ports;
    const name = groupName(OWNER, workloadOf(), 'eastus', 1, other);
    await containerGroups.create(wanted(name, OWNER));
    await clock.advance(130_000);
    expect(await containerGroups.get(name)).toMatchObject({ name });
    expect((await containerGroups.list()).map((group) => group.name)).toEqual([name]);
    expect(await containerGroups.usage('eastus', other)).toMatchObject({ subscription: other, groups: { used: 1 } });
    expect(await containerGroups.usage('eastus')).toMatchObject({ groups: { used: 0 } });
    await containerGroups.delete(name);
    const written = exchanges.filter(({ method }) => method !== 'GET');
    expect(written.map(({ method, url }) => [method, url.includes(other)])).toEqual([
      ['PUT', true],
      ['DELETE', true],
    ]);
    expect(stack.problems()).toEqual([]);
  });

  it('a secret without a value is refused here and nothing is sent', async () => {
    const { connected, exchanges } = await start();
    const outcome = await connected.ports.containerGroups.create({ ...wanted('g', OWNER), secrets: {} });
    expect(outcome).toMatchObject({ status: 'failed', failure: { class: 'permanent', code: 'SecretMissing' } });
    expect(exchanges).toEqual([]);
  });

  it('a create whose answer is lost is unknown, and a read by name settles it', async () => {
    const { connected, azure } = await start({ faults: { rules: [{ fault: 'dropAnswer', calls: 'writes' }] } });
    const { containerGroups } = connected.ports;
    const outcome = await containerGroups.create(wanted('g', OWNER));
    expect(outcome).toMatchObject({ status: 'failed', failure: { class: 'unknown', code: 'Network' } });
    expect(connected.callCounts()).toEqual({ PUT: 1 });
    azure.model.faults.set({});
    expect(await containerGroups.get('g')).toMatchObject({ name: 'g' });
  });

  it('a throttled write is told how long to wait and is not sent again', async () => {
    const { connected } = await start({ faults: { rules: [{ fault: '429', calls: 'writes', retryAfter: 40 }] } });
    const outcome = await connected.ports.containerGroups.create(wanted('g', OWNER));
    expect(outcome).toMatchObject({ status: 'failed', failure: { class: 'wait', retryAfterMs: 40_000 } });
    expect(connected.callCounts()).toEqual({ PUT: 1 });
  });

  it('a write that meets a group in transition is unknown', async () => {
    const { connected } = await start({ faults: { rules: [{ fault: '409', calls: 'writes' }] } });
    const outcome = await connected.ports.containerGroups.create(wanted('g', OWNER));
    expect(outcome).toMatchObject({ failure: { class: 'unknown', code: 'ContainerGroupTransitioning', status: 409 } });
  });

  it('a failed read throws and says what was being read', async () => {
    const { connected } = await start({ faults: { rules: [{ fault: '503', calls: 'reads', retryAfter: 7 }] } });
    const failed = await connected.ports.containerGroups.list().catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(AzureFailure);
    expect(failed).toMatchObject({
      message: expect.stringMatching(/^Listing container groups: ServerTimeout: /),
      failure: { class: 'wait', retryAfterMs: 7000 },
    });
  });

  it('a list of many pages is read to its end', async () => {
    const { connected, clock } = await start({ pageSize: 2 });
    const { containerGroups } = connected.ports;
    for (const ordinal of [1, 2, 3, 4, 5]) await containerGroups.create(wanted(`g-${ordinal}`, OWNER));
    await clock.advance(20_000);
    expect((await containerGroups.list()).map(({ name }) => name).sort()).toEqual(['g-1', 'g-2', 'g-3', 'g-4', 'g-5']);
    expect(connected.callCounts()).toMatchObject({ GET: 3 });
    expect(stack.problems()).toEqual([]);
  });

  it('usages without the two quotas are a failure, never a quota of zero', async () => {
    const { connected, azure } = await start();
    azure.model.groups.usages = () => ({ status: 200, headers: {}, body: { value: [] } });
    await expect(connected.ports.containerGroups.usage('eastus')).rejects.toMatchObject({
      failure: { code: 'UsageMissing' },
    });
  });
});
