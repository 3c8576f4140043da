// Containers and init containers of a pod, translated.

import type { Container, PodSpec, Probe, Quantities, Rights } from './kubernetes.ts';
import { cpuOf, gigabytesOf, quantity } from './quantity.ts';
import type { Report } from './report.ts';
import { commandOf, variablesOf } from './variables.ts';

/** A container as a workload file has it; undefined members are left out of the file. */
export type Translated = Record<string, unknown> & { cpu: number; memoryInGB: number };

/** What a container gets that says nothing of its size: the least that suits most, and a note. */
const USUAL = { cpu: 1, memoryInGB: 1.5 };

export function containerOf(container: Container, pod: PodSpec, path: string, report: Report): Translated {
  const { ports } = container;
  return {
    ...initContainerOf(container, pod, path, report),
    ...sizeOf(container, path, report),
    ports: ports && portsOf(ports, `${path}.ports`, report),
    livenessProbe: probeOf(container.livenessProbe, container, `${path}.livenessProbe`, report),
    readinessProbe: probeOf(container.readinessProbe, container, `${path}.readinessProbe`, report),
  };
}

const portsOf = (ports: NonNullable<Container['ports']>, path: string, report: Report): unknown[] =>
  ports.map(({ containerPort, protocol = 'TCP' }, index) => {
    if (protocol === 'TCP') return containerPort;
    if (protocol !== 'UDP') {
      report.problem(`${path}.${index}.protocol`, 'is refused: Azure knows no other', 'TCP, UDP', protocol);
    }
    return { port: containerPort, protocol };
  });

export function initContainerOf(
  container: Container,
  pod: PodSpec,
  path: string,
  report: Report,
): Record<string, unknown> {
  const variables = variablesOf(container, path, report);
  return {
    name: container.name,
    image: container.image,
    command: commandOf(container, variables, path, report),
    environment: filled(variables.environment),
    secureEnvironment: filled(variables.secureEnvironment),
    mounts: container.volumeMounts?.map(({ name, mountPath, readOnly }) => ({
      volume: name,
      path: mountPath,
      ...(readOnly !== undefined && { readOnly }),
    })),
    securityContext: rightsOf({ ...pod.securityContext, ...container.securityContext }, path, report),
  };
}

/** Undefined for an empty map, which a file does not need. */
export const filled = <T extends object>(map: T): T | undefined => (Object.keys(map).length > 0 ? map : undefined);

function rightsOf({ runAsNonRoot, capabilities, ...rights }: Rights, path: string, report: Report): unknown {
  if (runAsNonRoot && !rights.runAsUser) {
    const allowed = 'runAsUser with another user than 0 besides';
    report.problem(`${path}.securityContext.runAsNonRoot`, 'is refused: Azure does not look at the user', allowed);
  }
  return filled({
    ...rights,
    ...(capabilities?.add && { addCapabilities: capabilities.add }),
    ...(capabilities?.drop && { dropCapabilities: capabilities.drop }),
  });
}

function sizeOf({ resources = {} }: Container, path: string, report: Report) {
  const at = `${path}.resources`;
  const read = (what: keyof Quantities, kind: 'requests' | 'limits'): number | undefined => {
    const value = resources[kind]?.[what];
    return value === undefined ? undefined : quantity(value);
  };
  const cpuLimit = read('cpu', 'limits');
  const cores = read('cpu', 'requests') ?? cpuLimit;
  if (cores === undefined) report.note(`${at}.requests.cpu`, `is missing: ${USUAL.cpu} vCPU is taken`);
  if (cores !== undefined && cpuLimit !== undefined && cpuLimit < cores) {
    report.problem(`${at}.limits.cpu`, 'is below what is asked for', 'at least requests.cpu', String(cpuLimit));
  }
  return {
    cpu: cores === undefined ? USUAL.cpu : cpuOf(cores),
    memoryInGB: memoryOf(read('memory', 'requests'), read('memory', 'limits'), at, report),
    limits: cpuLimit === undefined || cpuLimit === cores ? undefined : { cpu: cpuOf(cpuLimit) },
  };
}

/** Bytes that are asked for, and that may be used: a group has none to lend, so the larger is asked for. */
function memoryOf(requested: number | undefined, limit: number | undefined, at: string, report: Report): number {
  const bytes = limit === undefined ? requested : Math.max(requested ?? 0, limit);
  if (bytes === undefined) {
    report.note(`${at}.requests.memory`, `is missing: ${USUAL.memoryInGB} GB is taken`);
    return USUAL.memoryInGB;
  }
  if (requested !== undefined && bytes > requested) {
    report.note(`${at}.limits.memory`, `${gigabytesOf(bytes)} GB is asked for: a group has no memory to lend`);
  }
  return gigabytesOf(bytes);
}

function probeOf(probe: Probe | undefined, container: Container, path: string, report: Report): unknown {
  if (!probe) return undefined;
  const { exec, httpGet, tcpSocket, grpc, ...times } = probe;
  // Those were refused by their own names.
  if (tcpSocket ?? grpc) return undefined;
  if (exec) return { exec: exec.command, ...times };
  if (!httpGet) {
    report.problem(path, 'says not how to probe', 'one of exec and httpGet');
    return undefined;
  }
  const { path: address, port, scheme, httpHeaders = [] } = httpGet;
  const headers = headersOf(httpHeaders, `${path}.httpGet.httpHeaders`, report);
  return {
    httpGet: {
      port: portOf(port, container, `${path}.httpGet.port`, report),
      ...(address !== undefined && { path: address }),
      ...(scheme !== undefined && { scheme: scheme.toLowerCase() }),
      ...(httpHeaders.length > 0 && { headers }),
    },
    ...times,
  };
}

/** Names of headers are the same in upper and lower case. */
function headersOf(
  headers: NonNullable<NonNullable<Probe['httpGet']>['httpHeaders']>,
  path: string,
  report: Report,
): Record<string, string> {
  const known = new Set<string>();
  headers.forEach(({ name }, index) => {
    const lower = name.toLowerCase();
    if (known.has(lower)) {
      report.problem(
        `${path}.${index}.name`,
        'is refused: Azure tells headers of a probe apart by name',
        'another name',
        name,
      );
    }
    known.add(lower);
  });
  return report.map(
    path,
    headers.map(({ name, value = '' }) => [name, value] as const),
  );
}

function portOf(port: string | number, { ports = [] }: Container, path: string, report: Report): number {
  if (typeof port === 'number') return port;
  const named = ports.find(({ name }) => name === port);
  if (named) return named.containerPort;
  if (/^\d+$/.test(port)) return Number(port);
  const names = ports.flatMap(({ name }) => name ?? []).join(', ');
  report.problem(path, 'is not the name of a port', names === '' ? 'a number' : `a number, or ${names}`, port);
  return 0;
}
