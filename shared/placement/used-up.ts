// Would Azure refuse to start a group that was declared beforehand? Quota binds starts only where Azure itself refused one
// for it: whether stopped groups count against it is not documented, and a group that already has its share must not wait
// for another. While the quota is still used up, as read, nothing is tried there.

import type { PlanInput } from '../controller/plan-types.ts';
import { sizeOf } from '../workload/size.ts';

/** The quota for want of which a region refused, as long as it is used up. */
export function usedUp(
  location: string,
  { state, observation, workload: { spec, scaling } }: PlanInput,
): { used: number; limit: number; what: string } | undefined {
  if (scaling.burst.lifecycle !== 'start-stop' || !/quota/i.test(state?.closed[location]?.code ?? '')) return undefined;
  const usage = observation.usages.find((each) => each.location === location && each.subscription === undefined);
  if (!usage) return undefined;
  const { groups, cores } = usage;
  // A stopped group counts as a group already.
  if (groups.used > groups.limit) return { ...groups, what: 'groups' };
  return cores.used + sizeOf(spec).cpu > cores.limit ? { ...cores, what: 'cores' } : undefined;
}
