// The size of a replica: what all of its containers ask for together. Init containers ask for nothing of their own.

import type { Size } from './placement.ts';
import type { WorkloadSpec } from './workload.ts';

type Sized = Pick<WorkloadSpec, 'cpu' | 'memoryInGB' | 'containers'>;

export function sizeOf({ cpu, memoryInGB, containers = [] }: Sized): Size {
  return {
    cpu: total(
      cpu,
      containers.map((each) => each.cpu),
    ),
    memoryInGB: total(
      memoryInGB,
      containers.map((each) => each.memoryInGB),
    ),
  };
}

// Hundredths are no binary fractions: a millionth is nothing.
const total = (first: number, rest: number[]): number =>
  Math.round(rest.reduce((sum, each) => sum + each, first) * 1e6) / 1e6;

/**
 * What the main container gets when the replica has another size than declared: the containers beside it keep theirs.
 * Not positive when the size is too small for them.
 */
export function mainOf({ containers = [] }: Pick<WorkloadSpec, 'containers'>, size: Size): Size {
  return {
    cpu: total(
      size.cpu,
      containers.map((each) => -each.cpu),
    ),
    memoryInGB: total(
      size.memoryInGB,
      containers.map((each) => -each.memoryInGB),
    ),
  };
}

/** The same workload at another size. No limit may stay above what the whole group asks for: Azure refuses that. */
export function withSize(spec: WorkloadSpec, size: Size): WorkloadSpec {
  const capped = <T extends Pick<WorkloadSpec, 'limits'>>(container: T): T =>
    container.limits
      ? {
          ...container,
          limits: {
            cpu: container.limits.cpu && Math.min(container.limits.cpu, size.cpu),
            memoryInGB: container.limits.memoryInGB && Math.min(container.limits.memoryInGB, size.memoryInGB),
          },
        }
      : container;
  const { containers } = spec;
  return { ...capped(spec), ...(containers && { containers: containers.map(capped) }), ...mainOf(spec, size) };
}
