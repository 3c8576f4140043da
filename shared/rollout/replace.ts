// Which burst groups start, drain and stay while more than one revision runs? Deficits of each revision are started, within
// the surge and what may bill; what is too much of a revision, and all of those that nobody wants, drains:
//
//   groups that are bad         at once, when they do not serve: they carry nothing, and will not
//   groups that start           when enough others serve, for they may serve a moment later
//   groups that serve           as many as serve beyond what is wanted, less what may be unavailable
//
// Scaling out and in are the same thing seen from here: what is wanted changes, and deficits and surpluses with it.

import type { InFlight, PlanInput } from '../controller/plan-types.ts';
import { broken, counts, drain, endsByItself, leavingOrder, names, takenBack, undrain } from '../failover/retire.ts';
import { crashRoom } from '../health/crash-loop.ts';
import type { BurstGroup } from '../health/fleet.ts';
import { mayBill } from '../health/group-health.ts';
import { claim } from '../placement/claim.ts';
import { createNew, revisionRefused, type Creates } from '../placement/create.ts';
import { replicasPerGroup } from '../placement/offering.ts';
import { groupsWorth, replicasIn } from '../placement/tally.ts';
import { reason } from '../telemetry/reasons.ts';
import { counted } from '../telemetry/wording.ts';
import type { Workload } from '../workload/workload.ts';
import type { Mix, Wish } from './mix.ts';
import { isQuarantined, workloadAt, type RolloutRecord } from './record.ts';

export interface Replacing {
  record: RolloutRecord;
  mix: Mix;
}

/** `waits`: who was chosen to go before and would still go, were scaling in not held. */
type Replaced = Creates & { waits?: string[] };

/** Lists may lack what was started before planner state was lost. */
const STATE_YOUNG_MS = 60_000;

/** True when the groups of one revision are all there is and all that is wanted. */
export const oneRevision = ({ mix: { wishes } }: Replacing, groups: BurstGroup[]): boolean =>
  wishes.length === 1 && groups.every((group) => group.revision === wishes[0]?.revision || !mayBill(group.health));

export function replaceBurst(
  input: PlanInput,
  groups: BurstGroup[],
  inFlight: InFlight[],
  target: { groups: number; most: number },
  replacing: Replacing,
  holds: { out?: string | undefined; in?: string | undefined },
): Replaced {
  const live = groups.filter((group) => counts(group) && !broken(group, input.workload, input.now));
  const started = start(input, groups, live, inFlight, target, replacing, holds.out);
  const drained = leave(input, groups, live, target, replacing, holds.in);
  return {
    ...drained,
    actions: [...started.actions, ...drained.actions],
    reasons: [...started.reasons, ...drained.reasons],
  };
}

function start(
  input: PlanInput,
  groups: BurstGroup[],
  live: BurstGroup[],
  inFlight: InFlight[],
  target: { most: number },
  { record, mix }: Replacing,
  held: string | undefined,
): Creates {
  const { workload, now } = input;
  const short = mix.wishes.map((wish) => ({
    wish,
    missing: wish.groups - groupsWorth(of(live, wish.revision), workload),
  }));
  const wanted = short.reduce((sum, { missing }) => sum + Math.max(0, missing), 0);
  if (wanted === 0) return { actions: [], reasons: [] };
  const free = freeNow(input, groups, target, record);
  const known = { groups: [...groups], inFlight: [...inFlight] };
  const all: Creates = { actions: [], reasons: [] };
  let room = Math.max(0, mix.groups + mix.surge - groupsWorth(live, workload));
  let bills = Math.max(0, free);
  for (const { wish, missing } of short) {
    const back = undrain(takenBack(of(groups, wish.revision), Math.min(missing, room)));
    all.actions.push(...back.actions);
    all.reasons.push(...back.reasons);
    const left = Math.min(missing, room) - back.actions.length;
    room -= Math.max(0, back.actions.length);
    if (left <= 0 || held !== undefined) continue;
    const count = Math.min(left, bills, roomOf(wish, groups, input.state?.bornAt ?? now, now));
    const made = createOf(input, workloadAt(workload, record, wish.revision), known, count);
    all.actions.push(...made.actions);
    all.reasons.push(...made.reasons);
    room -= made.actions.length;
    bills -= made.actions.length;
    known.groups.push(...made.actions.flatMap((action) => standIn(action, now)));
    known.inFlight.push(...made.actions.flatMap((action) => claim(action, now)));
  }
  const waiting = wanted - all.actions.length;
  if (waiting > 0)
    all.reasons.push(reason('rollout-waits', { waiting, why: whyWait(held, free, mix, live, workload) }));
  return all;
}

/** Groups that may bill besides. While a rollout is under way, only what replaces lost ones may be beyond the maximum. */
function freeNow(
  { workload }: PlanInput,
  groups: BurstGroup[],
  { most }: { most: number },
  { underway }: RolloutRecord,
): number {
  const billing = groups.filter((group) => mayBill(group.health));
  const standing = billing.filter((group) => counts(group) || group.drainingSince !== undefined);
  const within = underway ? workload.scaling.burst.maxGroups - standing.length : Infinity;
  return Math.min(most - billing.length, within);
}

function whyWait(held: string | undefined, free: number, mix: Mix, live: BurstGroup[], workload: Workload): string {
  if (held !== undefined) return held;
  if (free <= 0) return 'as many groups as the maximum and the spend limits allow may bill already';
  const starting = live.filter(({ health }) => health !== 'serving').length;
  if (starting > 0) return `${counted(starting, 'group starts', 'groups start')}, and ${mix.surge} may run on top`;
  return groupsWorth(live, workload) >= mix.groups + mix.surge
    ? `${counted(mix.surge, 'group')} may run on top of those wanted`
    : 'places, quota or their revision have no room for them now';
}

/** Groups of a canary are limited in number, also by those that an odd moment hides. */
function roomOf({ revision, most }: Wish, groups: BurstGroup[], bornAt: number, now: number): number {
  if (most === Infinity) return Infinity;
  if (now - bornAt < STATE_YOUNG_MS) return 0;
  return Math.max(0, most - groups.filter((group) => group.revision === revision).length);
}

function createOf(
  input: PlanInput,
  workload: Workload,
  known: { groups: BurstGroup[]; inFlight: InFlight[] },
  count: number,
): Creates {
  if (count <= 0) return { actions: [], reasons: [] };
  const at = { ...input, workload };
  const refused = revisionRefused(at);
  if (refused) return { actions: [], reasons: [refused] };
  const loop = crashRoom(count, known.groups, workload, input.state, input.now);
  const made = createNew(at, known.groups, known.inFlight, loop.room);
  return { actions: made.actions, reasons: [...loop.reasons, ...made.reasons] };
}

function leave(
  input: PlanInput,
  groups: BurstGroup[],
  live: BurstGroup[],
  target: { groups: number },
  { mix, record }: Replacing,
  held: string | undefined,
): Replaced {
  const { workload, now } = input;
  const wished = new Set(mix.wishes.map(({ revision }) => revision));
  const surplus = [
    ...groups.filter((group) => !wished.has(group.revision) && mayLeave(group)),
    ...mix.wishes.flatMap((wish) => surplusOf(wish, live, workload)),
  ].filter((group) => group.fresh && !group.inFlight);
  if (surplus.length === 0) return { actions: [], reasons: [] };
  if (endsByItself(workload)) return { actions: [], reasons: [reason('one-shot', { count: surplus.length })] };
  const serving = live.filter(({ health }) => health === 'serving');
  let spare = replicasIn(serving, workload) - target.groups * replicasPerGroup(workload) + mix.unavailable;
  const leaving = surplus.filter((group) => {
    if (group.health !== 'serving') return isBad(group, record) || spare >= 0;
    spare -= replicasIn([group], workload);
    return spare >= 0;
  });
  if (held !== undefined) {
    const waits = leaving.flatMap((group) => (group.leaving ? [group.name] : []));
    return { actions: [], reasons: [reason('held-in', { why: held })], waits };
  }
  const going = new Set(leaving);
  const stay = surplus.filter((group) => !going.has(group));
  const kept = stay.length > 0 ? [reason('rollout-keeps', { count: stay.length, names: names(stay) })] : [];
  return { actions: drain(leaving, now), reasons: kept };
}

/** What starts may serve a moment later, unless it is known to be bad. */
const isBad = (group: BurstGroup, record: RolloutRecord): boolean =>
  !mayServe(group) && (group.health === 'unready' || isQuarantined(record, group.revision) !== undefined);

/** It runs and was not probed yet, or Azure is about to end it, which it is not until then. */
const mayServe = ({ unprobed, state }: BurstGroup): boolean => unprobed === true || state === 'leaving';

/** What neither leaves already nor is ended: those go by themselves. */
const mayLeave = (group: BurstGroup): boolean =>
  group.drainingSince === undefined && ['serving', 'starting', 'unknown', 'unready'].includes(group.health);

function surplusOf({ revision, groups }: Wish, live: BurstGroup[], workload: Workload): BurstGroup[] {
  const own = of(live, revision);
  return leavingOrder(own, revision).slice(0, Math.max(0, groupsWorth(own, workload) - groups));
}

const of = (groups: BurstGroup[], revision: string): BurstGroup[] =>
  groups.filter((group) => group.revision === revision);

/** A group that is about to be made, for what comes after it in the same evaluation. */
function standIn(action: Creates['actions'][number], since: number): BurstGroup[] {
  if (action.kind !== 'create-group') return [];
  const { name, ordinal, location, tags } = action;
  const seen = { fresh: false, looked: false, detail: '', inFlight: 'create' } as const;
  return [{ name, ordinal, location, tags, revision: '', health: 'starting', since, ...seen }];
}
