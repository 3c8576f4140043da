// Which stopped groups are kept, to start again? Azure takes 300 creates in an hour and region; what answers a start carries
// no such budget, and a stopped group bills nothing. So a group that was drained and stopped is not deleted, but kept as long
// as
//
//   half of the hour's creates of its region are used up, and a quarter of its quota of groups is free
//
// (whether stopped groups hold quota is not documented; deletes have a budget of their own). Where a group is wanted at its
// place, it starts instead of a new one: a deployment of the same configuration, which takes as long. When creates are
// plentiful again it is deleted like any other.

import type { Action, PlanInput } from '../controller/plan-types.ts';
import { BETWEEN_OPERATIONS_MS, endsByItself, names, undrainAction } from '../failover/retire.ts';
import type { BurstGroup } from '../health/fleet.ts';
import { budgetKey, budgetLeft } from './budgets.ts';
import { candidatesOf, homeKey, offeringsOf, replicasPerGroup, type Candidate, type Offering } from './offering.ts';
import { reason, type Reason } from '../telemetry/reasons.ts';
import type { Workload } from '../workload/workload.ts';
import { offeringKey, replicasIn } from './tally.ts';

const SCARCE_SHARE = 1 / 2;
const FREE_SHARE = 1 / 4;

/** Stopped groups that stay, those that still carry the mark of their drain included. */
export function keptOf(input: PlanInput, groups: BurstGroup[]): BurstGroup[] {
  const { workload } = input;
  const stopped = groups.filter(({ health, revision }) => health === 'stopped' && revision === workload.revision);
  if (stopped.length === 0 || !mayStartAgain(input)) return [];
  const scarce = new Set(
    offeringsOf(workload).flatMap((offering) => (isScarce(offering, input) ? [offering.key] : [])),
  );
  const replicas = replicasPerGroup(workload);
  return stopped.filter((group) => {
    const same = replicasIn([group], workload) === replicas;
    return scarce.has(offeringKey(group)) && same && group.fresh && !group.inFlight;
  });
}

/** Whether it can start now: its mark is off, and Azure takes the next operation. */
export const mayStart = ({ drainingSince, since }: BurstGroup, now: number): boolean =>
  drainingSince === undefined && now - since >= BETWEEN_OPERATIONS_MS;

/** Takes the marks of their drain off, so that a start is all that is needed later, and says that they stay. */
export function keep(kept: BurstGroup[]): { actions: Action[]; reasons: Reason[] } {
  if (kept.length === 0) return { actions: [], reasons: [] };
  const marked = kept.filter(({ drainingSince, strayMark }) => drainingSince !== undefined || strayMark === true);
  return {
    actions: marked.map(undrainAction),
    reasons: [reason('kept-stopped', { count: kept.length, names: names(kept) })],
  };
}

/** What was declared beforehand is never made; what has several sizes may have been made smaller than wanted today. */
const mayStartAgain = ({ workload }: PlanInput): boolean =>
  workload.scaling.burst.lifecycle === 'create-delete' &&
  !endsByItself(workload) &&
  candidatesOf(workload).every(({ sizeIndex }) => sizeIndex === 0);

/** A group from a pool is one of the pool's shape, ready at once: it is not kept. */
function isScarce(offering: Offering, { state, observation, now }: PlanInput): boolean {
  const home = homeKey(offering);
  const creates = budgetLeft(state?.budgets?.[budgetKey(home, 'create')], 'perHour', 0, now);
  const quota = observation.usages.find((usage) => homeKey(usage) === home)?.groups;
  const crowded = quota !== undefined && quota.used > (1 - FREE_SHARE) * quota.limit;
  return (
    offering.standbyPool === undefined &&
    creates !== undefined &&
    creates.left < SCARCE_SHARE * creates.limit &&
    !crowded
  );
}

/** Those that stand at each offering. */
export const byOffering = (kept: BurstGroup[]): Map<string, BurstGroup[]> =>
  Map.groupBy(kept, (group) => offeringKey(group));

/** One kept group for each place, those that stopped last first. */
export function startAgain(workload: Workload, places: Candidate[], kept: BurstGroup[]): Action[] {
  const byKey = byOffering(kept.toSorted((a, b) => a.since - b.since || b.ordinal - a.ordinal));
  const replicas = replicasPerGroup(workload);
  return places.flatMap(({ offering, place, size }) => {
    const group = byKey.get(offering.key)?.pop();
    if (!group) return [];
    const { name, ordinal, location } = group;
    const { key, subscription } = offering;
    return [
      { kind: 'start-group', name, ordinal, location, place, offering: key, subscription, cores: size.cpu * replicas },
    ];
  });
}
