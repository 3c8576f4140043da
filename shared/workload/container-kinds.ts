// What one container may have: the members of `containers` and `initContainers`, of which the fields of a file's first level
// are the short form for the main container. Limits and names are those of Container Instances, API version 2023-05-01.

import { z } from 'zod';
import { choice, integer, number, text, type Kind } from './kinds.ts';
import { isMap } from './strict.ts';
import { anyText, listOf, mapOf, orShort, section, yesNo } from './sections.ts';

export interface Port {
  port: number;
  protocol: 'TCP' | 'UDP';
}

export interface Mount {
  /** Name of the volume. */
  volume: string;
  /** Path in the container. */
  path: string;
  readOnly?: boolean | undefined;
}

/** A probe that Azure makes. One of `exec` and `httpGet`. */
export interface AzureProbe {
  exec?: string[] | undefined;
  httpGet?:
    | {
        port: number;
        path?: string | undefined;
        scheme?: 'http' | 'https' | undefined;
        headers?: Record<string, string> | undefined;
      }
    | undefined;
  initialDelaySeconds?: number | undefined;
  periodSeconds?: number | undefined;
  timeoutSeconds?: number | undefined;
  successThreshold?: number | undefined;
  failureThreshold?: number | undefined;
}

export interface SecurityContext {
  privileged?: boolean | undefined;
  allowPrivilegeEscalation?: boolean | undefined;
  addCapabilities?: string[] | undefined;
  dropCapabilities?: string[] | undefined;
  runAsUser?: number | undefined;
  runAsGroup?: number | undefined;
  /** Base64 of a seccomp profile. */
  seccompProfile?: string | undefined;
}

/** What the main container and those beside it may have. Absent means Azure's default. */
export interface ContainerExtras {
  /** Most that the container may use; at most what the whole group asks for. */
  limits?: { cpu?: number | undefined; memoryInGB?: number | undefined } | undefined;
  ports?: Port[] | undefined;
  mounts?: Mount[] | undefined;
  livenessProbe?: AzureProbe | undefined;
  readinessProbe?: AzureProbe | undefined;
  securityContext?: SecurityContext | undefined;
}

/** A container that runs before the others. */
export interface InitContainer {
  name: string;
  image: string;
  command?: string[] | undefined;
  environment?: Record<string, string> | undefined;
  /** Name in the container -> name of the app setting that holds the value. */
  secureEnvironment?: Record<string, string> | undefined;
  mounts?: Mount[] | undefined;
  securityContext?: SecurityContext | undefined;
}

/** A container beside the main one. */
export interface Container extends ContainerExtras, Omit<InitContainer, 'mounts' | 'securityContext'> {
  cpu: number;
  memoryInGB: number;
}

const imagePart = String.raw`[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*`;

/** A reference as registries read it: host with port, path, tag, digest; only the path has to be there. */
export const imageKind: Kind<string> = text(
  'an image, such as contoso.azurecr.io/worker:1.0',
  new RegExp(
    String.raw`^(?:[a-z0-9.-]+(?::\d+)?/)?${imagePart}(?:/${imagePart})*(?::\w[\w.-]{0,127})?(?:@[a-z0-9]+:[0-9a-f]{32,})?$`,
    'i',
  ),
);

export const commandKind: Kind<string[]> = {
  allowed: 'a list of texts, such as ["node", "worker.js"]',
  items: { allowed: 'text', schema: z.string({ error: 'is not text' }) },
  schema: z.array(z.string({ error: 'is not text' }), { error: 'is not a list' }).min(1, { error: 'is empty' }),
};

const variableName = z.string().regex(/^[A-Za-z_.-][\w.-]*$/, { error: 'is not a name of an environment variable' });

const variables = (what: string, value: z.ZodType<string>): Kind<Record<string, string>> => ({
  allowed: `a map of names (letters, digits, _, - and .) to ${what}`,
  schema: z.record(variableName, value, { error: 'is not a map' }),
});

export const environmentKind: Kind<Record<string, string>> = variables(
  'text; numbers, true and false need quotes',
  z.string({ error: 'is not text: put it in quotes' }),
);

/** Where a name of an app setting is wanted, someone may have put the secret itself. */
export const appSetting: Kind<string> = {
  allowed: 'the name of the app setting that holds the value',
  schema: z.string({ error: 'is not a name' }).regex(/^\w+$/, { error: 'is not a name of an app setting' }),
};

export const secureEnvironmentKind: Kind<Record<string, string>> = variables(appSetting.allowed, appSetting.schema);

export const containerName: Kind<string> = text(
  '1 to 63 lower-case letters, digits and inner hyphens',
  /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/,
  'is not a name of a container or volume',
);

/** A group's address has at most 5 ports. */
export const MOST_PORTS = 5;
export const MOST_CONTAINERS = 60;
export const MOST_VOLUMES = 20;

const port: Kind<Port> = orShort(
  section<Port>({
    port: { kind: integer(1, 65_535), required: true, help: 'Number of the port.' },
    protocol: { kind: choice('TCP', 'UDP'), help: '`TCP` unless said.' },
  }),
  'a number, or a map with port and protocol',
  (found) => {
    if (typeof found === 'number') return { port: found, protocol: 'TCP' };
    return isMap(found) ? { protocol: 'TCP', ...found } : found;
  },
);

export const portsKind: Kind<Port[]> = listOf(port, 'ports', MOST_PORTS);

export const mountsKind: Kind<Mount[]> = listOf(
  section<Mount>({
    volume: { kind: containerName, required: true, help: 'Name of one of `volumes`.' },
    path: {
      // The service refuses a colon (InvalidVolumeMountPath).
      kind: text('an absolute path without colon', /^\/[^:]*$/, 'is not an absolute path without colon'),
      required: true,
      help: 'Where it appears in the container.',
    },
    readOnly: { kind: yesNo, help: 'Writable unless true.' },
  }),
  'mounts',
  MOST_VOLUMES,
);

const headers: Kind<Record<string, string>> = mapOf(
  text('a name of a header', /^[\w-]+$/),
  anyText('text', 1000),
  'text',
  20,
);

const httpGet: Kind<NonNullable<AzureProbe['httpGet']>> = section<NonNullable<AzureProbe['httpGet']>>({
  port: { kind: integer(1, 65_535), required: true, help: 'Port to ask.' },
  path: { kind: text('a path that begins with a slash', /^\/\S*$/), help: 'Path to ask for.' },
  scheme: { kind: choice('http', 'https'), help: '`http` unless said.' },
  headers: { kind: headers, secret: true, help: 'Headers to send.' },
});

export const azureProbeKind: Kind<AzureProbe> = section<AzureProbe>({
  exec: { kind: commandKind, help: 'Command that ends with 0 when all is well.' },
  httpGet: { kind: httpGet, help: 'Request that is answered with 200 to 399 when all is well.' },
  initialDelaySeconds: { kind: integer(0, 3600), help: 'Wait before the first probe.' },
  periodSeconds: { kind: integer(1, 3600), help: 'Time between probes; Azure takes 10.' },
  timeoutSeconds: { kind: integer(1, 600), help: 'Time for an answer; Azure takes 1.' },
  successThreshold: { kind: integer(1, 100), help: 'Good answers in a row until it counts as well.' },
  failureThreshold: { kind: integer(1, 100), help: 'Bad answers in a row until it counts as unwell; Azure takes 3.' },
});

const capabilities: Kind<string[]> = listOf(
  text('a Linux capability such as NET_ADMIN', /^[A-Z][A-Z_]*$/),
  'capabilities',
  50,
);

export const securityContextKind: Kind<SecurityContext> = section<SecurityContext>({
  privileged: { kind: yesNo, help: 'All rights on its virtual machine.' },
  allowPrivilegeEscalation: { kind: yesNo, help: 'Whether a process may gain more rights than its parent.' },
  addCapabilities: { kind: capabilities, help: 'Capabilities to add.' },
  dropCapabilities: { kind: capabilities, help: 'Capabilities to drop.' },
  runAsUser: { kind: integer(0, 2_147_483_647), help: 'User id.' },
  runAsGroup: { kind: integer(0, 2_147_483_647), help: 'Group id.' },
  seccompProfile: { kind: text('base64', /^[A-Za-z0-9+/]+=*$/), help: 'Seccomp profile in base64.' },
});

// The smallest steps that the service takes are a hundredth of a vCPU and a tenth of a GB.
const cpu = number(0.01, 31);
const memory = number(0.1, 240);

export const limitsKind: Kind<NonNullable<ContainerExtras['limits']>> = section<NonNullable<ContainerExtras['limits']>>(
  {
    cpu: { kind: cpu, help: 'vCPU.' },
    memoryInGB: { kind: memory, help: 'GB.' },
  },
);

const common = {
  name: { kind: containerName, required: true, help: 'Name in the group.' },
  image: { kind: imageKind, required: true, help: 'Image.' },
  command: { kind: commandKind, help: "Replaces the image's command." },
  environment: { kind: environmentKind, secret: true, help: 'Environment variables that anyone may read.' },
  secureEnvironment: { kind: secureEnvironmentKind, secret: true, help: 'Secret environment variables.' },
} as const;

const extras = {
  limits: { kind: limitsKind, help: 'Most it may use.' },
  ports: { kind: portsKind, help: 'Ports it listens on.' },
  mounts: { kind: mountsKind, help: 'Volumes it sees.' },
  livenessProbe: { kind: azureProbeKind, help: 'Azure restarts it when this fails.' },
  readinessProbe: { kind: azureProbeKind, help: 'Azure says so in its events when this fails.' },
  securityContext: { kind: securityContextKind, help: 'Rights of its processes.' },
} as const;

export const containersKind: Kind<Container[]> = listOf(
  section<Container>({
    ...common,
    cpu: { kind: cpu, required: true, help: 'vCPU.' },
    memoryInGB: { kind: memory, required: true, help: 'GB.' },
    ...extras,
  }),
  'containers',
  MOST_CONTAINERS - 1,
);

export const initContainersKind: Kind<InitContainer[]> = listOf(
  section<InitContainer>({ ...common, mounts: extras.mounts, securityContext: extras.securityContext }),
  'init containers',
  MOST_CONTAINERS - 1,
);
