import { afterEach, describe, expect, it } from 'vitest';
import { parseSettings } from '../../../shared/settings/parse.ts';
import { wanted } from '../../contracts/container-groups.ts';
import { OWNER, startLocalStack, type LocalStack, type StackOptions } from '../../support/local-stack.ts';
import { IDENTITY, networkOf, subnetId } from '../../support/networks.ts';
import { expected, specOfGroup } from '../../support/spec-of-group.ts';
import { ENV, file } from '../settings/settings-of.ts';

let stack: LocalStack;
const start = async (options: StackOptions = {}): Promise<LocalStack> =>
  (stack = await startLocalStack({ networks: [networkOf({}, {}, 'eastus')], ...options }));
afterEach(() => stack.closeChecked());

const SUBNET = subnetId('burst-a');

describe('networks on Azure', () => {
  it('tell all that the pre-flight checks go by', async () => {
    const { connected } = await start({
      networks: [
        networkOf({ delegation: 'Microsoft.Web/serverFarms', natGateway: false, otherUses: 3, routeTable: true }),
      ],
    });
    expect(await connected.ports.networks.subnet(SUBNET)).toEqual({
      id: SUBNET,
      status: 'found',
      location: 'westeurope',
      delegations: ['Microsoft.Web/serverFarms'],
      natGateway: false,
      routeTable: true,
      otherUses: 3,
      addresses: { used: 0, limit: 251 },
    });
  });

  it('tell what is missing and what may not be read', async () => {
    const { connected, azure } = await start();
    const { networks } = connected.ports;
    expect(await networks.subnet(subnetId('other'))).toMatchObject({ status: 'missing' });
    expect(await networks.subnet(SUBNET.replace('/shop/', '/none/'))).toMatchObject({ status: 'missing' });
    azure.model.networks.deniedActions = ['Microsoft.Network/virtualNetworks/read'];
    const alone = await networks.subnet(SUBNET);
    expect([alone.status, alone.location]).toEqual(['found', undefined]);
    azure.model.networks.deniedActions = ['Microsoft.Network/virtualNetworks/subnets/read'];
    expect(await networks.subnet(SUBNET)).toMatchObject({ status: 'forbidden' });
  });

  it('tell which rights are missing', async () => {
    const { connected, azure } = await start();
    const join = 'Microsoft.Network/virtualNetworks/subnets/join/action';
    azure.model.networks.deniedActions = ['Microsoft.Network/*/join/action'];
    expect(await connected.ports.networks.missingRights(SUBNET, [join, 'Microsoft.Network/read'])).toEqual([join]);
    expect(await connected.ports.networks.missingRights(IDENTITY, ['a/b/action'])).toEqual([]);
  });

  it('let go of a subnet once no group is in it', async () => {
    const { connected, clock } = await start();
    const { containerGroups, networks } = connected.ports;
    await containerGroups.create({ ...wanted('g', OWNER), offering: { subnet: SUBNET } });
    expect(await networks.subnet(SUBNET)).toMatchObject({ addresses: { used: 1 } });
    expect(await networks.release(SUBNET)).toMatchObject({ status: 'failed' });
    await clock.advance(130_000);
    await containerGroups.delete('g');
    await clock.advance(130_000);
    expect(await networks.release(SUBNET)).toMatchObject({ status: 'accepted' });
  });
});

const THREE = `
cpu: 0.5
memoryInGB: 1
identity: ${IDENTITY}
registry: contoso.azurecr.io
ports: [8080, { port: 5353, protocol: UDP }]
dns: { nameServers: [10.0.0.4] }
volumes: { tls: { secret: { tls.key: SHOP_TLS_KEY } }, work: { emptyDir: {} } }
mounts: [{ volume: tls, path: /etc/tls, readOnly: true }, { volume: work, path: /work }]
livenessProbe: { httpGet: { port: 8080, path: /healthz }, periodSeconds: 10 }
readinessProbe: { exec: [cat, /work/ready] }
initContainers: [{ name: schema, image: contoso.azurecr.io/schema:3, mounts: [{ volume: work, path: /work }] }]
containers:
  - { name: proxy, image: contoso.azurecr.io/envoy:1, cpu: 0.25, memoryInGB: 0.5, ports: [8443], livenessProbe: { httpGet: { port: 8443 } } }
  - { name: shipper, image: contoso.azurecr.io/shipper:2, cpu: 0.25, memoryInGB: 0.5 }
placement: { offerings: [{ location: eastus, subnets: [${SUBNET}] }] }
`;

describe('three containers with an init container, a secret volume, probes and an identity that pulls', () => {
  it('are created in a subnet as declared, in a request as the official description has it', async () => {
    const { connected, clock, exchanges } = await start();
    const secrets = { SHOP_TLS_KEY: 'hidden' };
    const { workloads, problems } = parseSettings({ ...ENV, ...secrets }, [file('orders', THREE)]);
    expect(problems).toEqual([]);
    const [workload] = workloads;
    const [place] = workload?.scaling.placement?.offerings ?? [];
    if (!workload || !place) throw new Error('the sample is not valid');
    const request = { ...wanted('g', OWNER), spec: workload.spec, secrets, offering: place };
    expect(await connected.ports.containerGroups.create(request)).toMatchObject({ status: 'accepted' });
    await clock.advance(130_000);
    const group = await stack.arm.containerGroups.get('rg', 'g');
    expect(specOfGroup(group)).toEqual(expected(workload.spec));
    expect(group).toMatchObject({
      subnetIds: [{ id: SUBNET }],
      identity: { type: 'UserAssigned', userAssignedIdentities: { [IDENTITY]: {} } },
      imageRegistryCredentials: [{ server: 'contoso.azurecr.io', identity: IDENTITY }],
      ipAddress: {
        type: 'Private',
        ports: [
          { port: 8080, protocol: 'TCP' },
          { port: 5353, protocol: 'UDP' },
          { port: 8443, protocol: 'TCP' },
        ],
      },
      instanceView: { state: 'Running' },
    });
    expect(exchanges.filter(({ method }) => method === 'PUT')).toHaveLength(1);
    expect(JSON.stringify(group)).not.toContain('hidden');
    expect(stack.problems()).toEqual([]);
  });

  it('are refused for good by a subnet that is not delegated', async () => {
    const { connected } = await start({ networks: [networkOf({ delegation: '' }, {}, 'eastus')] });
    const outcome = await connected.ports.containerGroups.create({
      ...wanted('g', OWNER),
      offering: { subnet: SUBNET },
    });
    expect(outcome).toMatchObject({ status: 'failed', failure: { class: 'permanent' } });
  });
});
