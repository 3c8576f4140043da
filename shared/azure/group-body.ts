import type { CreateGroup } from '../ports/container-groups.ts';
import { AzureFailure } from '../ports/errors.ts';

/** The first container's name inside its group; its logs are found by it. */
const CONTAINER = 'main';

/** The version the client's types describe, and the first stable one that knows standby pools. */
const API_VERSION = '2023-05-01';
const POOL_API_VERSION = '2025-09-01';

/** Version of the API to put this group with. */
export const apiVersionFor = ({ offering }: Pick<CreateGroup, 'offering'>): string =>
  offering?.standbyPool ? POOL_API_VERSION : API_VERSION;

/**
 * The JSON of a container group as Azure's API wants it: one Linux container per replica, secrets as secure values (which
 * no read ever returns), and the image pulled with the same identity the container runs with. Throws AzureFailure when a
 * secret has no value.
 */
export function groupBody(request: CreateGroup): Record<string, unknown> {
  const { location, tags, spec, offering } = request;
  if (offering?.standbyPool) return { location, tags, properties: pooledProperties(request, offering.standbyPool) };
  const { identity } = spec;
  return {
    location,
    tags,
    ...(offering?.zone === undefined ? {} : { zones: [offering.zone] }),
    ...(identity ? { identity: { type: 'UserAssigned', userAssignedIdentities: { [identity]: {} } } } : {}),
    properties: properties(request),
  };
}

function properties({ spec, secrets, ports = [], offering, replicas = 1 }: CreateGroup): Record<string, unknown> {
  const { identity, registry } = spec;
  const { subnet, sku, priority, ccePolicy } = offering ?? {};
  // Spot has no inbound connectivity, and a group in a subnet no public address.
  const open = priority === 'Spot' ? [] : ports;
  const container = {
    image: spec.image,
    ...(spec.command ? { command: spec.command } : {}),
    ...(open.length > 0 ? { ports: open.map(tcp) } : {}),
    environmentVariables: [
      ...Object.entries(spec.environment).map(([name, value]) => ({ name, value })),
      ...Object.keys(spec.secureEnvironment).map((name) => ({ name, secureValue: secret(secrets, name) })),
    ],
    resources: { requests: { cpu: spec.cpu, memoryInGB: spec.memoryInGB } },
  };
  return {
    osType: 'Linux',
    restartPolicy: spec.restartPolicy,
    ...(sku === 'Confidential' ? { sku } : {}),
    ...(ccePolicy === undefined ? {} : { confidentialComputeProperties: { ccePolicy } }),
    ...(priority === 'Spot' ? { priority } : {}),
    ...(subnet === undefined ? {} : { subnetIds: [{ id: subnet }] }),
    ...(open.length > 0 ? { ipAddress: { type: subnet ? 'Private' : 'Public', ports: open.map(tcp) } } : {}),
    ...(registry && identity ? { imageRegistryCredentials: [{ server: registry, identity }] } : {}),
    containers: Array.from({ length: replicas }, (_, index) => ({
      name: index === 0 ? CONTAINER : `${CONTAINER}-${index + 1}`,
      properties: container,
    })),
  };
}

/**
 * A group from a pool has all from its profile; only a config map may come along. That map may be read by whoever may
 * read the group, so secrets stay in the profile. An empty pool falls back to an ordinary create.
 */
function pooledProperties(
  { spec }: CreateGroup,
  { id, profile, revision }: NonNullable<NonNullable<CreateGroup['offering']>['standbyPool']>,
): Record<string, unknown> {
  return {
    containerGroupProfile: { id: profile, revision },
    standbyPoolProfile: { id, failContainerGroupCreateOnReuseFailure: false },
    containers: [{ name: CONTAINER, properties: { configMap: { keyValuePairs: spec.environment } } }],
  };
}

const tcp = (port: number) => ({ port, protocol: 'TCP' });

function secret(secrets: Record<string, string>, name: string): string {
  const value = secrets[name];
  if (value === undefined) {
    const message = `The secure environment variable ${name} has no value: the app setting it names is missing.`;
    throw new AzureFailure(
      'Describing a container group',
      { class: 'permanent', code: 'SecretMissing', message },
      undefined,
    );
  }
  return value;
}
