// Has an instance of the scale set that drains finished? As any replica, by the workload's kind of drain; one that does not
// run has nothing to finish. One that is unhealthy runs, and may be at work.

import type { PlanInput, PlannerState } from '../controller/plan-types.ts';
import { instanceState, type InstanceState } from '../health/instance-health.ts';
import type { Instance } from '../ports/scale-sets.ts';
import { drainDone, replicasPoll } from './drain-done.ts';

const ENDED: ReadonlySet<InstanceState> = new Set(['evicted', 'stopped', 'deleting']);

const PREFIX = 'instance:';

/** Key of an instance among the drains. */
export const instanceKey = (id: string): string => `${PREFIX}${id}`;

/** Whether a key among the drains is that of an instance, and not the name of a container group. */
export const isInstanceKey = (key: string): boolean => key.startsWith(PREFIX);

/** False for an instance that does not drain. */
export function instanceDrained(instance: Instance, drains: PlannerState['drains'], input: PlanInput): boolean {
  const { observation, workload, now } = input;
  const since = drains[instanceKey(instance.id)];
  if (since === undefined) return false;
  if (ENDED.has(instanceState(instance, now))) return true;
  const beat = observation.beats.find(({ replica }) => replica === instance.id);
  return drainDone(workload.scaling, beat, since, replicasPoll(input), now);
}
