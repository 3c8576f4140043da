// Which stopped groups are kept, to start again? Azure takes 100 creates in five minutes and 300 in an hour and region; what
// answers a start carries no such budget, and a stopped group bills nothing. So a group that was drained and stopped is not
// deleted, but kept as long as
//
//   half of the creates of five minutes, or a quarter of those of an hour, are used up in its region
//
// and only as many as leave a quarter of its quota of groups free: those go that stopped first (whether stopped groups hold quota is
// not documented; deletes have a budget of their own). Where a group is wanted at its
// place, it starts instead of a new one: a deployment of the same configuration, which takes as long. What a standby pool has
// ready comes first (capacity.ts). When creates are plentiful again a kept group is deleted like any other.

import type { Action, PlanInput, PlannerState } from '../controller/plan-types.ts';
import { BETWEEN_OPERATIONS_MS, endsByItself, names, undrainAction } from '../failover/retire.ts';
import type { BurstGroup } from '../health/fleet.ts';
import { seenIn } from '../health/short-seen.ts';
import { budgetKey, budgetLeft } from './budgets.ts';
import type { Usage } from '../ports/container-groups.ts';
import { candidatesOf, homeKey, offeringsOf, replicasPerGroup, type Candidate, type Offering } from './offering.ts';
import { wasReady } from './ready.ts';
import { reason, type Reason } from '../telemetry/reasons.ts';
import type { Workload } from '../workload/workload.ts';
import { TAGS } from './tags.ts';
import { offeringKey, replicasIn } from './tally.ts';

/** Share of a window's creates that is left when they become scarce. What an hour's bursts need is kept from the first ones on. */
const SCARCE = { per5Minutes: 1 / 2, perHour: 3 / 4 };
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
  const startable = stopped.filter((group) => {
    const same = replicasIn([group], workload) === replicas;
    return scarce.has(offeringKey(group)) && same && group.fresh && !group.inFlight;
  });
  const homes = new Map(offeringsOf(workload).map((offering) => [offering.key, homeKey(offering)]));
  const homeOf = (group: BurstGroup): string => homes.get(offeringKey(group)) ?? group.location;
  return [...Map.groupBy(startable, homeOf)].flatMap(([home, here]) => {
    const going = groups.filter((group) => homeOf(group) === home && goes(group)).length;
    return here
      .toSorted((a, b) => a.since - b.since || a.ordinal - b.ordinal)
      .slice(Math.max(0, tooMany(home, input) - going));
  });
}

/** Groups of a home that would have to go for enough of the quota to be free, as last read. */
function tooMany(home: string, { observation }: PlanInput): number {
  const usage = observation.usages.find((each) => homeKey(each) === home);
  return usage ? beyond(usage) : 0;
}

/** Groups beyond the share of the quota that stopped ones may fill; negative while there is room. */
const beyond = ({ groups: { used, limit } }: Usage): number => Math.ceil(used - (1 - FREE_SHARE) * limit);

const goes = ({ inFlight, health }: BurstGroup): boolean => inFlight === 'delete' || health === 'deleting';

/** Whether so much of the quota was used that not all that stopped can be kept: how many depends on what is used now. */
export const hangsOnQuota = (state: PlannerState | undefined): boolean =>
  state !== undefined &&
  state.usages.some((usage) => beyond(usage) > 0) &&
  Object.values(seenIn(state)).some(({ health }) => health === 'stopped');

/** Whether it can start now: its marks are off, and Azure takes the next operation. */
export const mayStart = ({ drainingSince, tags, since }: BurstGroup, now: number): boolean =>
  drainingSince === undefined && !wasReady(tags) && now - since >= BETWEEN_OPERATIONS_MS;

/**
 * Takes the marks of their drain off, so that a start is all that is needed later, and that of having been ready in a standby
 * pool, because it will start as others do; and says that they stay.
 */
export function keep(kept: BurstGroup[]): { actions: Action[]; reasons: Reason[] } {
  if (kept.length === 0) return { actions: [], reasons: [] };
  const marked = kept.filter(
    ({ drainingSince, strayMark, tags }) => drainingSince !== undefined || strayMark === true || wasReady(tags),
  );
  return {
    actions: marked.map(unmarked),
    reasons: [reason('kept-stopped', { count: kept.length, names: names(kept) })],
  };
}

function unmarked(group: BurstGroup): Action {
  const { [TAGS.ready]: _, ...tags } = group.tags;
  return undrainAction({ ...group, tags });
}

/** What was declared beforehand is never made; what has several sizes may have been made smaller than wanted today. */
const mayStartAgain = ({ workload }: PlanInput): boolean =>
  workload.scaling.burst.lifecycle === 'create-delete' &&
  !endsByItself(workload) &&
  candidatesOf(workload).every(({ sizeIndex }) => sizeIndex === 0);

function isScarce(offering: Offering, { state, now }: PlanInput): boolean {
  const home = homeKey(offering);
  const creates = state?.budgets?.[budgetKey(home, 'create')];
  const isShort = (window: keyof typeof SCARCE): boolean => {
    const budget = budgetLeft(creates, window, 0, now);
    return budget !== undefined && budget.left < SCARCE[window] * budget.limit;
  };
  return isShort('per5Minutes') || isShort('perHour');
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
