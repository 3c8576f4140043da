// A container group as Azure shows it, read back into what was declared: written against the API description and not
// against the code that makes groups, so that a field lost on the way is missed here. Secrets never come back; where one
// stood, the mark SECRET stands.

import type { ContainerGroup, Container as ArmContainer, Volume as ArmVolume } from '@azure/arm-containerinstance';
import type { Container } from '../../shared/workload/container-kinds.ts';
import type { Volume } from '../../shared/workload/group-kinds.ts';
import { secretUses } from '../../shared/workload/secret-settings.ts';
import type { WorkloadSpec } from '../../shared/workload/workload.ts';

export const SECRET = 'secret';

type Loose = Record<string, unknown>;

/** Without members that say nothing, at any depth: undefined, and what was emptied by leaving them out. */
export const said = (value: unknown): unknown => JSON.parse(JSON.stringify(value, dropEmpty)) as unknown;

function dropEmpty(key: string, value: unknown): unknown {
  if (key === 'emptyDir') return value === undefined ? undefined : { yes: true };
  if (Array.isArray(value)) return value.length > 0 ? (value as unknown) : undefined;
  if (typeof value === 'object' && value !== null && Object.keys(value).length === 0) return undefined;
  return value;
}

/** What a declared workload must look like when it is read back. */
export function expected(spec: WorkloadSpec): unknown {
  const settings = new Set(secretUses(spec).map(({ setting }) => setting));
  const { identity, registry, registries = [], encryption, identities = [], ...rest } = spec;
  const used = [identity, ...identities, ...registries.map((each) => each.identity), encryption?.identity];
  return said({
    ...(hide(rest, settings) as Loose),
    volumes: Object.fromEntries(
      Object.entries(spec.volumes ?? {}).map(([name, volume]) => [name, shownVolume(volume)]),
    ),
    encryption,
    identities: [...new Set(used.filter((id) => id !== undefined))].toSorted(),
    registries: [
      ...(registry === undefined ? [] : [{ server: registry, identity }]),
      ...registries.map(({ server, identity: by, username }) => ({ server, identity: by, username })),
    ],
    logAnalytics: spec.logAnalytics && { ...spec.logAnalytics, keySetting: undefined },
  });
}

const hide = (value: unknown, settings: Set<string>): unknown =>
  JSON.parse(
    JSON.stringify(value, (_, member: unknown) =>
      typeof member === 'string' && settings.has(member) ? SECRET : member,
    ),
  );

// Names of files are a part of what Azure hides.
function shownVolume({ secret, files, azureFile, ...others }: Volume): unknown {
  if (secret ?? files) return { content: 'hidden' };
  return { ...others, azureFile: azureFile && { ...azureFile, keySetting: undefined, accountSetting: undefined } };
}

/** What a group that was read by name declares. */
export function specOfGroup(group: ContainerGroup): unknown {
  const [main, ...beside] = group.containers;
  const { image, ...first } = containerOf(main as ArmContainer);
  const spec: Loose = {
    image,
    ...first,
    name: undefined,
    containers: beside.map(containerOf),
    initContainers: (group.initContainers ?? []).map((each) => containerOf(each as ArmContainer)),
    restartPolicy: group.restartPolicy,
    systemIdentity: group.identity?.type?.includes('SystemAssigned') ? true : undefined,
    identities: Object.keys(group.identity?.userAssignedIdentities ?? {}).toSorted(),
    registries: group.imageRegistryCredentials?.map(({ server, identity, username }) => ({
      server,
      identity,
      username,
    })),
    volumes: Object.fromEntries((group.volumes ?? []).map((volume) => [volume.name, volumeOf(volume)])),
    dns: group.dnsConfig && {
      nameServers: group.dnsConfig.nameServers,
      searchDomains: group.dnsConfig.searchDomains?.split(' '),
      options: group.dnsConfig.options?.split(' '),
    },
    logAnalytics: group.diagnostics?.logAnalytics && { ...group.diagnostics.logAnalytics, workspaceKey: undefined },
    encryption: group.encryptionProperties,
    tags: Object.fromEntries(Object.entries(group.tags ?? {}).filter(([name]) => !name.startsWith('spillway-'))),
  };
  return said(spec);
}

function containerOf(container: ArmContainer): Partial<Container> & Loose {
  const variables = container.environmentVariables ?? [];
  const plain = variables.filter(({ value }) => value !== undefined);
  const secure = variables.filter(({ value }) => value === undefined);
  const { requests, limits } = container.resources ?? {};
  const { capabilities, ...rights } = container.securityContext ?? {};
  return {
    name: container.name,
    image: container.image,
    command: container.command,
    environment: Object.fromEntries(plain.map(({ name, value }) => [name, value ?? ''])),
    secureEnvironment: Object.fromEntries(secure.map(({ name }) => [name, SECRET])),
    ...(requests && { cpu: requests.cpu, memoryInGB: requests.memoryInGB }),
    limits,
    ports: container.ports?.map(({ port, protocol }) => ({ port, protocol: protocol as 'TCP' })),
    mounts: container.volumeMounts?.map(({ name, mountPath, readOnly }) => ({
      volume: name,
      path: mountPath,
      readOnly,
    })),
    livenessProbe: probeOf(container.livenessProbe) as Container['livenessProbe'],
    readinessProbe: probeOf(container.readinessProbe) as Container['readinessProbe'],
    securityContext: container.securityContext && {
      ...rights,
      addCapabilities: capabilities?.add,
      dropCapabilities: capabilities?.drop,
    },
  };
}

function probeOf(probe: ArmContainer['livenessProbe']): unknown {
  if (!probe) return undefined;
  const { exec, httpGet, ...times } = probe;
  const { httpHeaders, ...get } = httpGet ?? {};
  const headers = httpHeaders?.map(({ name = '', value }) => [name, value] as const);
  return {
    exec: exec?.command,
    httpGet: httpGet && { ...get, headers: headers && Object.fromEntries(headers) },
    ...times,
  };
}

function volumeOf({ azureFile, emptyDir, secret, gitRepo }: ArmVolume): unknown {
  return {
    ...(secret && { content: 'hidden' }),
    emptyDir: emptyDir as unknown,
    gitRepo,
    azureFile: azureFile && {
      share: azureFile.shareName,
      account: azureFile.storageAccountName,
      readOnly: azureFile.readOnly,
    },
  };
}
