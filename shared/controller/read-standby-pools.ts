// Reads the standby pools that offerings of a workload take from, each once in an evaluation. Not less often, as slow readings
// are: what is ready changes with each group taken, a plan that waits because of a reading must not wait on an old one, and
// it is one call beside the list of groups and a read of each that starts.

import { standbyPoolsOf } from '../placement/offering.ts';
import type { Ports } from '../ports/ports.ts';
import type { Workload } from '../workload/workload.ts';
import { observed } from './observed.ts';
import type { Observation } from './plan-types.ts';

/** Undefined for a workload without such an offering. */
export async function readStandbyPools(ports: Ports, workload: Workload): Promise<Observation['standbyPools']> {
  const ids = standbyPoolsOf(workload);
  if (ids.length === 0) return undefined;
  const readings = await Promise.all(ids.map((id) => observed(ports, ports.standbyPools.read(id))));
  return Object.fromEntries(ids.flatMap((id, index) => (readings[index] ? [[id, readings[index]]] : [])));
}
