// How long must a lower load last before groups go? As long as the user says, and longer while creates are scarce: Azure
// takes 300 in an hour, and a group that went with the last of them cannot come back with the next burst. With a share s of
// the hour's creates used up, beyond the half of them
//
//   window = delay x (1 + 20 (2 s - 1)^2), at most ten minutes
//
// so that three quarters used make it six times as long, and none left twenty-one times.

import type { PlannerState } from '../controller/plan-types.ts';
import { budgetKey, budgetLeft } from '../placement/budgets.ts';
import { homeKey, homesOf } from '../placement/offering.ts';
import type { Workload } from '../workload/workload.ts';

const STEEPNESS = 20;
const LONGEST_SECONDS = 600;

/** Seconds that wishes are held; at least the user's delay. */
export function scaleInWindow(workload: Workload, state: PlannerState | undefined, now: number): number {
  const { scaleInDelaySeconds, lifecycle } = workload.scaling.burst;
  if (lifecycle !== 'create-delete') return scaleInDelaySeconds;
  const left = homesOf(workload).map((home) => {
    const reported = state?.budgets?.[budgetKey(homeKey(home), 'create')];
    const budget = budgetLeft(reported, 'perHour', 0, now);
    return budget ? budget.left / budget.limit : 1;
  });
  const used = 1 - Math.max(0, ...left);
  const longer = Math.min(LONGEST_SECONDS, scaleInDelaySeconds * (1 + STEEPNESS * Math.max(0, 2 * used - 1) ** 2));
  return Math.max(scaleInDelaySeconds, longer);
}

/** The longest that it can become, seconds. */
export const longestScaleInWindow = ({ scaling: { burst } }: Workload): number =>
  Math.max(burst.scaleInDelaySeconds, LONGEST_SECONDS);
