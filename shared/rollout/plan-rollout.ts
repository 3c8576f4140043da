// The stage of a plan between health and placement: the state machine's step, and what follows from it for base and burst.

import type { Action, Observed, PlanInput, PlannerState } from '../controller/plan-types.ts';
import { imageRefusal } from '../health/crash-loop.ts';
import type { BurstGroup } from '../health/fleet.ts';
import { replicasPerGroup } from '../placement/offering.ts';
import { replicasIn } from '../placement/tally.ts';
import { reason, type Reason } from '../telemetry/reasons.ts';
import { workloadAt, firstRecord, isQuarantined, sameRecord, type RolloutRecord } from './record.ts';
import { advance } from './advance.ts';
import { managedSet } from './facts.ts';
import { leading, mixOf, shareNow, type Mix } from './mix.ts';
import { counts } from '../failover/retire.ts';
import { baseMixed, baseReserve, canariesIn, type BaseRollInput } from './base.ts';
import { recordOf } from './own-health.ts';
import type { Replacing } from './replace.ts';
import type { Instance } from '../ports/scale-sets.ts';
import { burstRolls, notRolled } from './settings.ts';
import { TAGS } from '../placement/tags.ts';

export interface PlannedRollout {
  /** The plan's input as if what most of the fleet is to run had been declared. */
  input: PlanInput;
  /** Absent where nothing is rolled out. */
  replacing?: Replacing | undefined;
  /** The record to keep, when it differs from the one that was read. */
  changed?: RolloutRecord | undefined;
  /** Why nothing may be started. */
  holdOut?: string | undefined;
  reasons: Reason[];
}

export function planRollout(
  input: PlanInput,
  groups: BurstGroup[],
  learnt: Pick<PlannerState, 'crashes' | 'refusedRevision' | 'unheard'>,
  target: { groups: number; most: number },
  baseKept: number,
  holds: { in?: string | undefined; out?: string | undefined },
): PlannedRollout {
  const { workload, observation } = input;
  const found: Observed<RolloutRecord | null> | undefined = observation.rollout;
  if (!found) return { input, reasons: [] };
  const never = notRolled(workload);
  if (never !== undefined) return { input, reasons: [] };
  if (found.status === 'failed') {
    const problem = found.failure.code;
    return { input, holdOut: 'which revision is good is not known', reasons: [reason('rollout-unread', { problem })] };
  }
  const before = withModels(found.value ?? firstRecord(workload), input);
  const wantedOf = (record: RolloutRecord): number => candidateReplicas(input, record, target, baseKept);
  const off = workload.scaling.mode === 'enforce' ? undefined : `SPILLWAY_MODE is ${workload.scaling.mode}`;
  const taking = burstRolls(workload) ? groups : [];
  const { record, reasons } = advance(input, before, taking, learnt, wantedOf, holds.in ?? holds.out ?? off);
  const lead = { ...input, workload: workloadAt(workload, record, leading(input, record)) };
  const mix = frozen(mixOf(input, record, target, baseKept), record, groups);
  return {
    input: lead,
    replacing: { record, mix },
    changed: sameRecord(found.value ?? undefined, record) ? undefined : record,
    reasons: [...reasons, ...goingBack(record, groups), ...observedBase(input, record)],
  };
}

/** While a rollout is paused, each revision keeps the share that it has; what goes back does so all the same. */
function frozen(mix: Mix, { paused, underway, good }: RolloutRecord, groups: BurstGroup[]): Mix {
  if (!paused || !underway) return mix;
  const { revision } = underway;
  const have = groups.filter((group) => group.revision === revision && counts(group)).length;
  const kept = Math.min(have, mix.groups);
  const wishes = [
    { revision: good, groups: mix.groups - kept, most: Infinity },
    { revision, groups: kept, most: have },
  ];
  return { ...mix, wishes };
}

/** Replicas of the revision under way that this step wants. */
function candidateReplicas(
  input: PlanInput,
  record: RolloutRecord,
  target: { groups: number; most: number },
  baseServing: number,
): number {
  const { underway } = record;
  const mix = mixOf(input, record, target, baseServing);
  const wish = mix.wishes.find(({ revision }) => revision === underway?.revision);
  const burst = burstRolls(input.workload) ? (wish?.groups ?? 0) * replicasPerGroup(input.workload) : 0;
  if (!managedSet(input)) return burst;
  if (shareNow(input, record) >= 100) return burst + baseServing;
  return burstRolls(input.workload) ? burst : input.workload.scaling.base.replicasPerInstance;
}

/** What the model of the scale set is seen to say, with the time: for instances that do not carry its tag. */
function withModels(record: RolloutRecord, input: PlanInput): RolloutRecord {
  const set = managedSet(input);
  if (!set) return record;
  const models = record.models ?? [{ revision: record.good, from: 0 }];
  const says = set.tags?.[TAGS.revision];
  if (says === undefined || says === models.at(-1)?.revision) return { ...record, models };
  return { ...record, models: [...models, { revision: says, from: input.now }] };
}

function goingBack(record: RolloutRecord, groups: BurstGroup[]): Reason[] {
  const bad = groups.filter((group) => isQuarantined(record, group.revision));
  if (bad.length === 0) return [];
  const revision = bad[0]?.revision ?? '';
  return [reason('rollout-back', { count: bad.length, revision, good: record.good })];
}

function observedBase({ workload, observation }: PlanInput, { underway }: RolloutRecord): Reason[] {
  const { mode } = workload.scaling.base;
  return underway && mode === 'observe' && observation.base ? [reason('rollout-base-observed', { mode })] : [];
}

/** Replicas of the base that burst is not to count on; `serving` is what serves in all, `stable` what is wanted. */
export function reserveOf(input: PlanInput, serving: number, stable: number): number {
  const set = managedSet(input);
  const record = recordOf(input.observation);
  if (!set || !record || notRolled(input.workload) !== undefined || (record.paused && record.underway)) return 0;
  const { base, burst } = input.workload.scaling;
  const full = set.instances.length * base.replicasPerInstance;
  const most = full + (burstRolls(input.workload) ? burst.maxGroups * replicasPerGroup(input.workload) : 0);
  const needed = Math.max(Math.min(stable, most), Math.min(full, base.minInstances * base.replicasPerInstance));
  return Math.max(0, baseReserve(input, set, record, serving - needed));
}

/** What the scale set needs for its part, where it is Spillway's to change. */
export function baseRollOf(
  input: PlanInput,
  { replacing }: PlannedRollout,
  { base, stable, groups, kept }: { base: { serving: number }; stable: number; groups: number; kept: number },
  fleet: BurstGroup[],
  actions: Action[],
): BaseRollInput | undefined {
  const set = managedSet(input);
  const { paused, underway } = replacing?.record ?? {};
  if (!set || !replacing || (paused && underway)) return undefined;
  const { workload } = input;
  const { replicasPerInstance, minInstances } = workload.scaling.base;
  const leaving = new Set(actions.flatMap((action) => (action.kind === 'drain-group' ? [action.name] : [])));
  const serving = fleet.filter(
    ({ name, health, drainingSince }) => health === 'serving' && drainingSince === undefined && !leaving.has(name),
  );
  const full = set.instances.length * replicasPerInstance;
  const burst = groups * replicasPerGroup(workload);
  const needed = Math.max(
    Math.min(stable, full + burst),
    Math.min(full, minInstances * replicasPerInstance),
    // More than the load asks for, where a least number of groups is declared.
    kept + burst,
  );
  const spare = base.serving + replicasIn(serving, workload) - needed + replacing.mix.unavailable;
  const { record } = replacing;
  return { record, needed: baseMixed(input, set, record) ? needed : undefined, spare };
}

/** Instances of the scale set that carry the canary. */
export function canariesOf(input: PlanInput, { replacing }: PlannedRollout): Instance[] {
  const set = managedSet(input);
  return set && replacing ? canariesIn(input, set, replacing.record) : [];
}

/** The refusal of a revision that may be started, as known or as groups show it now. */
export function refusedIn(input: PlanInput, groups: BurstGroup[]): PlannerState['refusedRevision'] {
  const { workload, state, observation } = input;
  const record = recordOf(observation);
  const known = new Set([workload.revision, ...Object.keys(record?.specs ?? {})]);
  // One in quarantine is not started anyway, and begins without a past when somebody tries it once more.
  const wanted = [...known].filter((revision) => !record || !isQuarantined(record, revision));
  const before = state?.refusedRevision;
  // What was said first says most: later a group shows less of why.
  if (before && wanted.includes(before.revision)) return before;
  return wanted
    .map((revision) => imageRefusal(groups, workloadAt(workload, record, revision)))
    .find((refusal) => refusal !== undefined);
}
