// What clients are told now, and the addresses of the base: read for workloads that are published, in one round.

import { servesOf } from '../discovery/declared.ts';
import type { Ports } from '../ports/ports.ts';
import type { ScaleSet } from '../ports/scale-sets.ts';
import type { Workload } from '../workload/workload.ts';
import { observed } from './observed.ts';
import type { Observation, Observed } from './plan-types.ts';

export async function observeService(
  ports: Ports,
  workload: Workload,
  base: Observed<ScaleSet> | undefined,
): Promise<Pick<Observation, 'records' | 'pool' | 'registry' | 'addresses'>> {
  const discovery = servesOf(workload);
  if (!discovery) return {};
  const { recordSet, backendPool } = discovery;
  const { scaleSet } = workload.scaling.base;
  const [records, pool, registry, addresses] = await Promise.all([
    recordSet === undefined
      ? undefined
      : observed(
          ports,
          ports.recordSets.read(recordSet).then((found) => found ?? null),
        ),
    backendPool === undefined ? undefined : observed(ports, ports.backendPools.read(backendPool)),
    observed(
      ports,
      ports.registry.read(workload.name).then((found) => found ?? null),
    ),
    base?.status === 'read' && scaleSet !== undefined
      ? observed(ports, ports.instanceAddresses.read(scaleSet, base.value.orchestration))
      : undefined,
  ]);
  return { records, pool, registry, addresses };
}
