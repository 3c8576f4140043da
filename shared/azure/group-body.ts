import type { CreateGroup } from '../ports/container-groups.ts';
import { AzureFailure } from '../ports/errors.ts';
import type { Port } from '../workload/container-kinds.ts';
import type { WorkloadSpec } from '../workload/workload.ts';
import { containerBody, volumeBody, whole, type Json, type SecretOf } from './container-body.ts';

/** The first container's name inside its group; its logs are found by it. */
const CONTAINER = 'main';

/** The version the client's types describe, and the first stable one that knows standby pools. */
const API_VERSION = '2023-05-01';
const POOL_API_VERSION = '2025-09-01';

/** Version of the API to put this group with. */
export const apiVersionFor = ({ offering }: Pick<CreateGroup, 'offering'>): string =>
  offering?.standbyPool ? POOL_API_VERSION : API_VERSION;

/**
 * The JSON of a container group as Azure's API wants it: Linux containers, secrets as secure values (which no read ever
 * returns), and images pulled with an identity of the group where one is declared. Throws AzureFailure when a secret has
 * no value.
 */
export function groupBody(request: CreateGroup): Json {
  const { location, spec, offering } = request;
  const tags = { ...spec.tags, ...request.tags };
  if (offering?.standbyPool) return { location, tags, properties: pooledProperties(request, offering.standbyPool) };
  return whole({
    location,
    tags,
    zones: offering?.zone === undefined ? undefined : [offering.zone],
    identity: identityBody(spec),
    properties: properties(request),
  });
}

/** Every identity that anything in the group goes by must be one of the group. */
function identityBody({ identity, identities = [], systemIdentity, registries = [], encryption }: WorkloadSpec) {
  const all = [identity, ...identities, ...registries.map((each) => each.identity), encryption?.identity];
  const assigned = new Map(all.flatMap((id) => (id === undefined ? [] : [[id.toLowerCase(), id]])));
  const types = [...(systemIdentity ? ['SystemAssigned'] : []), ...(assigned.size > 0 ? ['UserAssigned'] : [])];
  if (types.length === 0) return undefined;
  const ids = Object.fromEntries([...assigned.values()].map((id) => [id, {}]));
  return whole({ type: types.join(', '), userAssignedIdentities: assigned.size > 0 ? ids : undefined });
}

function properties(request: CreateGroup): Json {
  const { spec, offering, replicas = 1 } = request;
  const { subnet, sku, priority, ccePolicy } = offering ?? {};
  const secretOf = (setting: string): string => secret(request.secrets, setting);
  const { containers = [], initContainers = [] } = spec;
  const main = { ...spec, ports: mainPorts(request) };
  return whole({
    osType: 'Linux',
    restartPolicy: spec.restartPolicy,
    sku: sku === 'Confidential' ? sku : undefined,
    confidentialComputeProperties: ccePolicy === undefined ? undefined : { ccePolicy },
    priority: priority === 'Spot' ? priority : undefined,
    subnetIds: subnet === undefined ? undefined : [{ id: subnet }],
    ipAddress: addressBody(request),
    imageRegistryCredentials: credentials(spec, secretOf),
    ...extras(spec, secretOf),
    initContainers: some(initContainers.map((each) => containerBody(each.name, each, secretOf))),
    containers: [
      ...Array.from({ length: replicas }, (_, index) =>
        containerBody(index === 0 ? CONTAINER : `${CONTAINER}-${index + 1}`, main, secretOf),
      ),
      ...containers.map((each) => containerBody(each.name, each, secretOf)),
    ],
  });
}

const some = <T>(list: T[]): T[] | undefined => (list.length > 0 ? list : undefined);

const same = (one: Port, other: Port): boolean => one.port === other.port && one.protocol === other.protocol;

const union = (ports: Port[]): Port[] =>
  ports.filter((port, index) => ports.findIndex((other) => same(port, other)) === index);

const called = ({ ports = [] }: CreateGroup): Port[] => ports.map((port) => ({ port, protocol: 'TCP' }));

// Spot has no inbound connectivity. What a container beside the main one listens on is not the main one's.
function mainPorts(request: CreateGroup): Port[] | undefined {
  const { spec, offering } = request;
  if (offering?.priority === 'Spot') return undefined;
  const others = (spec.containers ?? []).flatMap((each) => each.ports ?? []);
  const own = called(request).filter((port) => !others.some((other) => same(port, other)));
  return some(union([...(spec.ports ?? []), ...own]));
}

/**
 * A group in a subnet opens all its ports there. Outside of one, declared ports are opened to the world only where
 * `publicAddress` says so; those at which Spillway itself calls the replica are opened in any case.
 */
function addressBody(request: CreateGroup): Json | undefined {
  const { name, spec, offering } = request;
  if (offering?.priority === 'Spot') return undefined;
  const { publicAddress } = spec;
  const declared = [...(spec.ports ?? []), ...(spec.containers ?? []).flatMap((each) => each.ports ?? [])];
  const open = offering?.subnet !== undefined || publicAddress ? declared : [];
  const ports = union([...open, ...called(request)]);
  if (ports.length === 0) return undefined;
  if (offering?.subnet !== undefined) return { type: 'Private', ports };
  const { dnsLabel, dnsLabelScope } = publicAddress ?? {};
  return whole({
    type: 'Public',
    ports,
    // Each replica is a group with a name of its own in DNS: the end of a group's name tells it from all others there.
    dnsNameLabel: dnsLabel && `${dnsLabel}-${name.split('-').slice(-2).join('-')}`.toLowerCase(),
    autoGeneratedDomainNameLabelScope: dnsLabelScope,
  });
}

function credentials({ identity, registry, registries = [] }: WorkloadSpec, secretOf: SecretOf): Json[] | undefined {
  return some([
    ...(registry && identity ? [{ server: registry, identity }] : []),
    ...registries.map((each) =>
      whole({
        server: each.server,
        identity: each.identity,
        username: each.username,
        password: each.passwordSetting === undefined ? undefined : secretOf(each.passwordSetting),
      }),
    ),
  ]);
}

function extras({ volumes = {}, dns, logAnalytics, encryption }: WorkloadSpec, secretOf: SecretOf): Json {
  const { keySetting, ...workspace } = logAnalytics ?? {};
  return {
    volumes: some(Object.entries(volumes).map(([name, volume]) => volumeBody(name, volume, secretOf))),
    dnsConfig:
      dns &&
      whole({
        nameServers: dns.nameServers,
        searchDomains: dns.searchDomains?.join(' '),
        options: dns.options?.join(' '),
      }),
    diagnostics:
      keySetting === undefined
        ? undefined
        : { logAnalytics: whole({ ...workspace, workspaceKey: secretOf(keySetting) }) },
    encryptionProperties: encryption && whole({ ...encryption }),
  };
}

/**
 * A group from a pool has all from its profile; only a config map may come along. That map may be read by whoever may
 * read the group, so secrets stay in the profile. An empty pool falls back to an ordinary create.
 */
function pooledProperties(
  { spec }: CreateGroup,
  { id, profile, revision }: NonNullable<NonNullable<CreateGroup['offering']>['standbyPool']>,
): Json {
  return {
    containerGroupProfile: { id: profile, revision },
    standbyPoolProfile: { id, failContainerGroupCreateOnReuseFailure: false },
    containers: [{ name: CONTAINER, properties: { configMap: { keyValuePairs: spec.environment } } }],
  };
}

function secret(secrets: Record<string, string>, setting: string): string {
  const value = secrets[setting];
  if (value === undefined) {
    const message = `A secret of the workload has no value: the app setting ${setting} is missing.`;
    throw new AzureFailure(
      'Describing a container group',
      { class: 'permanent', code: 'SecretMissing', message },
      undefined,
    );
  }
  return value;
}
