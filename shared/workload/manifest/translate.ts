// A pod as the fields of a workload file. The first container is the main one; a group is at least 1 vCPU and 1 GB, and no
// limit may be above what the whole group asks for.

import { containerOf, filled, initContainerOf, type Translated } from './containers.ts';
import type { PodSpec } from './kubernetes.ts';
import type { Report } from './report.ts';
import { volumeOf } from './volumes.ts';

export type FileFields = Record<string, unknown>;

/** `path` leads to the pod's spec. */
export function podFields(pod: PodSpec, path: string, report: Report): FileFields {
  const { containers = [], initContainers = [], volumes = [], restartPolicy } = pod;
  const all = containers.map((each, index) => containerOf(each, pod, `${path}.containers.${index}`, report));
  const [main, ...beside] = all;
  if (!main) {
    report.problem(`${path}.containers`, 'is missing', 'at least one container');
    return {};
  }
  fitGroup(main, all, path, report);
  if (containers[0]?.name !== undefined && containers[0].name !== 'main') {
    report.note(`${path}.containers.0.name`, `${containers[0].name} is the main container, and its name there is main`);
  }
  return written({
    ...main,
    name: undefined,
    restartPolicy,
    containers: beside.length > 0 ? beside.map(written) : undefined,
    initContainers:
      initContainers.length > 0
        ? initContainers.map((each, index) =>
            written(initContainerOf(each, pod, `${path}.initContainers.${index}`, report)),
          )
        : undefined,
    volumes: filled(
      Object.fromEntries(volumes.map((each, index) => [each.name, volumeOf(each, `${path}.volumes.${index}`, report)])),
    ),
    dns: dnsOf(pod, path, report),
  });
}

const written = (fields: FileFields): FileFields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

/** Gives the main container what the group lacks, and takes from limits what it has not. */
function fitGroup(main: Translated, all: Translated[], path: string, report: Report): void {
  const total = (what: 'cpu' | 'memoryInGB'): number => round(all.reduce((sum, each) => sum + each[what], 0));
  for (const [what, unit, field] of [
    ['cpu', 'vCPU', 'cpu'],
    ['memoryInGB', 'GB', 'memory'],
  ] as const) {
    const lack = round(1 - total(what));
    if (lack <= 0) continue;
    main[what] = round(main[what] + lack);
    const message = `is raised to ${main[what]} ${unit}, so that the group has 1 ${unit}, the least there is`;
    report.note(`${path}.containers.0.resources.requests.${field}`, message);
  }
  const most = total('cpu');
  all.forEach((each, index) => {
    const limit = (each['limits'] as { cpu: number } | undefined)?.cpu;
    if (limit === undefined) return;
    const capped = Math.min(limit, most);
    if (capped < limit) {
      const message = `is ${capped} vCPU: a container can use no more than its whole group asks for`;
      report.note(`${path}.containers.${index}.resources.limits.cpu`, message);
    }
    // A limit that equals the request is what Azure takes without one.
    each['limits'] = capped <= each.cpu ? undefined : { cpu: capped };
  });
}

const round = (value: number): number => Math.round(value * 1e6) / 1e6;

function dnsOf({ dnsPolicy, dnsConfig }: PodSpec, path: string, report: Report): unknown {
  const { nameservers = [], searches = [], options = [] } = dnsConfig ?? {};
  if (nameservers.length === 0) {
    if (dnsConfig || dnsPolicy === 'None') {
      report.problem(
        `${path}.dnsConfig`,
        'names no servers',
        'nameservers: Container Instances add to none of their own',
      );
    }
    return undefined;
  }
  if (dnsPolicy !== 'None') {
    report.note(`${path}.dnsPolicy`, 'is None in effect: the servers of dnsConfig replace all others');
  }
  return {
    nameServers: nameservers,
    ...(searches.length > 0 && { searchDomains: searches }),
    ...(options.length > 0 && {
      options: options.map(({ name, value }) => (value === undefined ? name : `${name}:${value}`)),
    }),
  };
}
