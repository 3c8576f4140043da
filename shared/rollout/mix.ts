// How many burst groups of each revision should there be, and how many may exist? Worked example: 20 replicas are wanted, of
// which the base serves 12 and 8 are burst groups. A canary of 10 % is 2 replicas, one at least. As far as the surge allows
// (25 % of 8 groups are 2) it runs on top of what is wanted, so that nobody goes without when it turns out to be bad.

import type { PlanInput } from '../controller/plan-types.ts';
import { replicasPerGroup } from '../placement/offering.ts';
import type { BurstTarget } from '../rules/burst-target.ts';
import type { Workload } from '../workload/workload.ts';
import type { RolloutRecord } from './record.ts';
import { burstRolls, rolloutOf, stepsOf } from './settings.ts';

export interface Wish {
  revision: string;
  groups: number;
  /** That may exist at all, those that leave included. */
  most: number;
}

export interface Mix {
  /** The first to be started first; groups of any other revision are to go. */
  wishes: Wish[];
  /** Groups wanted in all. */
  groups: number;
  /** Groups that may exist on top while some are replaced. */
  surge: number;
  /** Replicas that may be missing of those wanted. */
  unavailable: number;
}

/** Share of the replicas (percent) that runs the new revision in this step; 0: nothing is rolled out. */
export const shareNow = ({ workload }: Pick<PlanInput, 'workload'>, { underway }: RolloutRecord): number =>
  underway ? (stepsOf(workload)[underway.step]?.share ?? 100) : 0;

export function mixOf(
  input: PlanInput,
  record: RolloutRecord,
  { groups, most }: Pick<BurstTarget, 'groups' | 'most'>,
  baseServing: number,
): Mix {
  const { workload } = input;
  const { base, burst } = workload.scaling;
  const perGroup = replicasPerGroup(workload);
  const managed = base.mode === 'manage' ? baseServing : 0;
  const total = groups * perGroup + managed;
  const { maxSurgePercent, maxUnavailablePercent } = rolloutOf(workload);
  const surge = maxSurgePercent === 0 ? 0 : Math.max(1, Math.floor((groups * maxSurgePercent) / 100));
  const missing = Math.floor(((groups * perGroup + baseServing) * maxUnavailablePercent) / 100);
  const unavailable = Math.max(missing, leastUnavailable(workload, managed > 0));
  const { underway, good } = record;
  const share = shareNow(input, record);
  const of = (wishes: Wish[]): Mix => ({
    wishes,
    groups: wishes.reduce((sum, wish) => sum + wish.groups, 0),
    surge,
    unavailable,
  });
  if (!underway) return of([{ revision: good, groups, most: Infinity }]);
  if (share >= 100) return of([{ revision: underway.revision, groups, most: Infinity }]);
  const whole = Math.floor((total * share) / 100 / perGroup);
  // Without any load there is nothing by which a canary could show what it is worth.
  if (total === 0 || !burstRolls(workload)) return of([{ revision: good, groups, most: Infinity }]);
  const canary = Math.max(1, whole);
  const onTop = Math.max(0, Math.min(canary, surge, Math.min(most, burst.maxGroups) - groups));
  const kept = unavailable >= perGroup ? 0 : 1;
  const instead = Math.min(Math.max(0, groups - kept), canary - onTop);
  const candidate = { revision: underway.revision, groups: instead + onTop, most: canary };
  return of([{ revision: good, groups: groups - instead, most: Infinity }, candidate]);
}

/** Without a surge nothing moves unless one group, or one instance, may be missing; a share of a few would be none. */
function leastUnavailable(workload: Workload, hasBase: boolean): number {
  const { maxSurgePercent, maxUnavailablePercent } = rolloutOf(workload);
  if (maxSurgePercent > 0 || maxUnavailablePercent === 0) return 0;
  return Math.max(replicasPerGroup(workload), hasBase ? workload.scaling.base.replicasPerInstance : 0);
}

/** The revision that most of the burst runs, or is to run: what is started when nothing else is said. */
export const leading = (input: Pick<PlanInput, 'workload'>, record: RolloutRecord): string =>
  record.underway && shareNow(input, record) >= 100 ? record.underway.revision : record.good;
