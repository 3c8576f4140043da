// Rules between the fields that say what a replica runs. What Azure would refuse for good is refused here, all of it at
// once and before the first group is asked for.

import { MOST_CONTAINERS, MOST_PORTS, type Port } from '../workload/container-kinds.ts';
import { nearest } from '../workload/nearest.ts';
import type { Problem } from '../workload/problem.ts';
import { isUnresolved, RESOLVABLE, secretUses } from '../workload/secret-settings.ts';
import { mainOf, sizeOf } from '../workload/size.ts';
import { given } from './read.ts';
import { initial, reading, running, within, type Rule } from './spec-parts.ts';

const namesAreUnique = within((fields) => {
  const named = [...running(fields).slice(1), ...initial(fields)];
  return named.flatMap(({ path, container: { name } }, index) => {
    const twice = named.findIndex((other) => other.container.name === name) < index;
    if (!twice && !/^main(-\d+)?$/.test(name)) return [];
    const message = twice ? 'is the name of another container' : 'is a name of the main container';
    return [{ path: `${path}name`, value: name, message, allowed: 'a name of its own for each container' }];
  });
});

const containersFit = within((fields, { scaling }) => {
  const { containers = [], initContainers = [], placement } = fields;
  const count = 1 + containers.length + initContainers.length;
  const replicas = placement?.replicasPerGroup ?? 1;
  const found: Problem[] = [];
  if (count > MOST_CONTAINERS) {
    const allowed = `at most ${MOST_CONTAINERS} containers in a group, init containers included`;
    found.push({ path: 'containers', value: `${count} containers`, message: 'are too many', allowed });
  }
  const apart = [...containers, ...initContainers].length > 0 && 'containers';
  const extras = [apart, (fields.ports ?? []).length > 0 && 'ports'].filter((each) => each !== false);
  if (replicas > 1 && extras.length > 0 && scaling.burst?.lifecycle !== 'start-stop') {
    const message = `cannot be, because there are ${extras.join(' and ')}, which the replicas of a group would share`;
    found.push({ path: 'placement.replicasPerGroup', value: `${replicas}`, message, allowed: '1' });
  }
  return found;
});

const sizeFits = within((fields) => {
  const { cpu, memoryInGB, containers, placement } = fields;
  if (cpu === undefined || memoryInGB === undefined) return [];
  const replicas = placement?.replicasPerGroup ?? 1;
  const size = sizeOf({ cpu, memoryInGB, containers });
  const judge = (path: string, total: number, least: number, most: number, unit: string): Problem[] => {
    const all = Math.round(total * replicas * 1e6) / 1e6;
    if (all >= least && all <= most) return [];
    const message = all < least ? 'is too little for a container group' : 'is too much for a container group';
    const allowed = `${least} to ${most} ${unit} for all containers of a group together`;
    return [{ path, value: `${all} ${unit}`, message, allowed }];
  };
  const small = (placement?.sizes ?? []).flatMap((each, index): Problem[] => {
    const left = mainOf({ containers }, each);
    if (left.cpu >= 0.01 && left.memoryInGB >= 0.1) return [];
    const message = 'leaves nothing for the main container';
    const allowed = 'more than the other containers of a replica ask for';
    return [{ path: `placement.sizes.${index}`, value: `${each.cpu} vCPU, ${each.memoryInGB} GB`, message, allowed }];
  });
  return [...judge('cpu', size.cpu, 1, 31, 'vCPU'), ...judge('memoryInGB', size.memoryInGB, 1, 240, 'GB'), ...small];
});

// ContainerLimitGreaterThanContainerGroupTotalRequest, and a limit below its own request.
const limitsFit = within((fields) => {
  const { cpu, memoryInGB } = fields;
  if (cpu === undefined || memoryInGB === undefined) return [];
  const total = sizeOf({ ...fields, cpu, memoryInGB });
  return running(fields).flatMap(({ path, container }) =>
    (['cpu', 'memoryInGB'] as const).flatMap((what) => {
      const limit = container.limits?.[what];
      if (limit === undefined || (limit >= container[what] && limit <= total[what])) return [];
      const message = limit < container[what] ? 'is below what the container asks for' : 'is above the whole group';
      const allowed = `${container[what]} (its own) to ${total[what]} (what all containers ask for together)`;
      return [{ path: `${path}limits.${what}`, value: `${limit}`, message, allowed }];
    }),
  );
});

const portsFit = within((fields) => {
  const placed = running(fields).flatMap(({ path, container }) =>
    (container.ports ?? []).map((port, index) => ({ path: `${path}ports.${index}`, port })),
  );
  const key = ({ port, protocol }: Port): string => `${port}/${protocol}`;
  const twice = placed
    .filter(({ port }, index) => placed.findIndex((other) => key(other.port) === key(port)) < index)
    .map(({ path, port }) => ({
      path,
      value: key(port),
      message: 'is a port of the group already',
      allowed: 'each port once: all containers of a replica share one network',
    }));
  const { drain, probe } = fields;
  const called = [...(typeof drain === 'object' ? [drain.http.port] : []), ...(probe ? [probe.port] : [])];
  const all = new Set([...placed.map(({ port }) => key(port)), ...called.map((port) => `${port}/TCP`)]);
  if (all.size <= MOST_PORTS) return twice;
  const allowed = `at most ${MOST_PORTS} ports, those of probe and drain included`;
  return [...twice, { path: 'ports', value: [...all].join(', '), message: 'are too many for an address', allowed }];
});

const mountsExist = within((fields) => {
  const volumes = Object.keys(fields.volumes ?? {});
  return [...running(fields), ...initial(fields)].flatMap(({ path, container: { mounts = [] } }) =>
    mounts.flatMap((mount, index): Problem[] => {
      const at = `${path}mounts.${index}`;
      const allowed = volumes.length > 0 ? `a name in volumes: ${volumes.join(', ')}` : 'a name in volumes';
      const missing = { path: `${at}.volume`, value: mount.volume, message: 'is not a volume', allowed };
      const unknown = volumes.includes(mount.volume) ? [] : [{ ...missing, nearest: nearest(mount.volume, volumes) }];
      const twice = mounts.findIndex((other) => other.path === mount.path) < index;
      const taken = { path: `${at}.path`, value: mount.path, message: 'is mounted already', allowed: 'each path once' };
      return twice ? [...unknown, taken] : unknown;
    }),
  );
});

const probesAreWhole = within((fields) =>
  running(fields).flatMap(({ path, container }) =>
    (['livenessProbe', 'readinessProbe'] as const).flatMap((name) => {
      const probe = container[name];
      if (!probe || (probe.exec === undefined) !== (probe.httpGet === undefined)) return [];
      const message = 'is not one kind of probe';
      return [{ path: `${path}${name}`, value: undefined, message, allowed: 'one of exec and httpGet' }];
    }),
  ),
);

const eachVariableOnce = within((fields) =>
  [...running(fields), ...initial(fields)].flatMap(
    ({ path, container: { environment = {}, secureEnvironment = {} } }) =>
      Object.keys(secureEnvironment)
        .filter((name) => Object.hasOwn(environment, name))
        .map((name) => ({
          path: `${path}secureEnvironment.${name}`,
          value: undefined,
          message: 'is in environment, too',
          allowed: 'each variable in one of the two',
        })),
  ),
);

// What stands where a name of an app setting should be may be the secret itself, so it is never repeated.
const secretsExist: Rule = ({ file, fields }, env) =>
  secretUses(fields).flatMap(({ path, setting }) => {
    const value = given(env, setting);
    const unresolved = value !== undefined && isUnresolved(value);
    if (value !== undefined && !unresolved) return [];
    const message = unresolved
      ? 'names an app setting whose Key Vault reference was not resolved'
      : 'names an app setting that is absent or empty';
    const allowed = unresolved ? RESOLVABLE : 'the name of an app setting that holds the value';
    return [{ path: `${file}: ${path}`, value: undefined, message, allowed }];
  });

export const SPEC_RULES: readonly Rule[] = [
  namesAreUnique,
  containersFit,
  reading(['containers'], sizeFits),
  reading(['containers'], limitsFit),
  portsFit,
  reading(['volumes'], mountsExist),
  probesAreWhole,
  eachVariableOnce,
  secretsExist,
];
