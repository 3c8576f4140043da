// The scale set in a rollout: its model says by a tag what instances run that are made from now on, and instances of another
// revision are replaced by new ones, never changed in place (docs/decisions: instances are replaced):
//
//   model says another revision ──PATCH of the tag──> model says it ──instance on top──> made ──> old one drains
//                                                        ^                                        │
//                                                        └─────── old ones left <── deleted <─────┘
//
// One step an evaluation, none while the set is busy. An old instance that serves is drained only when what serves, base and
// burst together, suffices without it, also when its maintenance is due; one that does not serve carries nothing and goes first.

import type { Action, PlanInput, PlannerState } from '../controller/plan-types.ts';
import { instanceDrained, instanceKey } from '../failover/instance-drained.ts';
import { instanceServes, instanceState, instanceUnready } from '../health/instance-health.ts';
import { TAGS } from '../placement/tags.ts';
import type { Instance, ScaleSet } from '../ports/scale-sets.ts';
import { reason, type Reason } from '../telemetry/reasons.ts';
import { counted } from '../telemetry/wording.ts';
import { instanceRevision, modelRevision } from './base-revision.ts';
import { leading, shareNow } from './mix.ts';
import { workloadAt, type RolloutRecord } from './record.ts';
import { burstRolls, rolloutOf } from './settings.ts';

export interface BaseRoll {
  /** Whether nothing moves only because no further instance may run: one too many is in the way. */
  full?: true | undefined;
  /** Whether instances made now for the load would run the wrong revision, or too many of the new one. */
  holdsGrowth?: true | undefined;
  actions: Action[];
  drains: PlannerState['drains'];
  reasons: Reason[];
}

export interface BaseRollInput {
  record: RolloutRecord;
  /** Replicas that must serve, less those that may be missing, while instances are replaced; absent when none are. */
  needed?: number | undefined;
  /** Replicas that serve, on base and burst, beyond those that must. */
  spare: number;
}

const keyOf = ({ id }: Instance): string => instanceKey(id);

/**
 * Replicas of the base that burst is not to count on, because instances that carry them are about to be replaced: as many
 * as can be spared now, or one instance when no further one may run on top. Otherwise what runs on top would only make burst
 * leave, and never free an old instance.
 */
export function baseReserve(input: PlanInput, set: ScaleSet, record: RolloutRecord, spare: number): number {
  const { base } = input.workload.scaling;
  const drains = input.state?.drains ?? {};
  const { old } = baseWish(input, set, record);
  const serving = old.filter((instance) => instanceServes(instance, input.now) && !(keyOf(instance) in drains)).length;
  const full = set.capacity >= base.maxInstances ? 1 : 0;
  return Math.min(serving, Math.max(full, Math.floor(spare / base.replicasPerInstance))) * base.replicasPerInstance;
}

/** Instances that may run on top while others are replaced. */
function surgeOf({ workload }: PlanInput, { capacity }: ScaleSet): number {
  const { maxSurgePercent } = rolloutOf(workload);
  return maxSurgePercent === 0 ? 0 : Math.max(1, Math.floor((capacity * maxSurgePercent) / 100));
}

/** The next step of the set; undefined when all its instances run what they should. */
export function rollBase(
  input: PlanInput,
  set: ScaleSet,
  { record, spare }: BaseRollInput,
  drains: PlannerState['drains'],
  hold: { out?: string | undefined; in?: string | undefined },
): BaseRoll | undefined {
  const { scaling } = input.workload;
  const scaleSet = scaling.base.scaleSet ?? '';
  const { next, old, missing } = baseWish(input, set, record);
  const holds = missing > 0 || modelRevision(set, record) !== next;
  const idle: BaseRoll = { actions: [], drains: kept(drains, old), reasons: [], ...(holds && { holdsGrowth: true }) };
  const counts = { revision: next, old: old.length, instances: set.instances.length };
  if (modelRevision(set, record) !== next) {
    if (hold.out !== undefined)
      return { ...idle, reasons: [reason('rollout-base-wait', { ...counts, why: hold.out })] };
    const tags = modelTags(input, set, record, next);
    const action: Action = { kind: 'tag-base', scaleSet, tags, etag: set.etag };
    return { ...idle, actions: [action], reasons: [reason('rollout-model', { revision: next })] };
  }
  if (old.length === 0 && missing === 0) return undefined;
  const done = hold.in === undefined ? old.filter((instance) => instanceDrained(instance, drains, input)) : [];
  if (done.length > 0) {
    const instances = done.map(({ id }) => id);
    const reasons = [reason('rollout-base-replace', { ...counts, names: instances.join(', ') })];
    return { ...idle, actions: [{ kind: 'shrink-base', scaleSet, instances }], reasons };
  }
  const unready = unreadyOf(set, record, next, input.now);
  const more = hold.in === undefined ? toDrain(old, drains, sparedBy(spare, unready, record, next), input) : [];
  if (more.length > 0) {
    const marks = Object.fromEntries(more.map((instance) => [keyOf(instance), input.now]));
    const reasons = [reason('rollout-base-drain', { ...counts, names: more.map(({ id }) => id).join(', ') })];
    return { ...idle, drains: { ...idle.drains, ...marks }, reasons };
  }
  if (Object.keys(idle.drains).length > 0)
    return { ...idle, reasons: [reason('rollout-base-wait', { ...counts, why: hold.in ?? 'an instance drains' })] };
  return onTop(input, set, { wanted: Math.max(missing, old.length), unready }, idle, counts, hold);
}

const unreadyOf = ({ instances }: ScaleSet, record: RolloutRecord, revision: string, now: number): number =>
  instances.filter((instance) => instanceRevision(instance, record) === revision && instanceUnready(instance, now))
    .length;

/** Burst would spare old instances although none of the new ones ever serves; those of a good revision will. */
const sparedBy = (spare: number, unready: number, { underway }: RolloutRecord, next: string): number =>
  unready > 0 && underway?.revision === next ? Math.min(spare, -1) : spare;

/** Instances that carry the canary, where no container group can: they run on top as long as it is watched. */
export const canariesIn = (input: PlanInput, set: ScaleSet, record: RolloutRecord): Instance[] =>
  record.underway && shareNow(input, record) < 100 && !burstRolls(input.workload)
    ? set.instances.filter((instance) => instanceRevision(instance, record) === record.underway?.revision)
    : [];

/** Whether instances of more than the revision that they should run are left. */
export const baseMixed = (input: PlanInput, set: ScaleSet, record: RolloutRecord): boolean =>
  baseWish(input, set, record).old.length > 0;

/** What the model is to say, which instances are to go, and how many of the revision are still to be made. */
function baseWish(input: PlanInput, set: ScaleSet, record: RolloutRecord) {
  const revisions = set.instances.map((instance) => instanceRevision(instance, record));
  const { underway, good } = record;
  const share = shareNow(input, record);
  // A canary is a container group, which is there sooner and goes sooner; without any it is an instance on top.
  if (underway && share < 100 && !burstRolls(input.workload)) {
    const have = canariesIn(input, set, record).length;
    const missing = Math.max(0, Math.max(1, Math.floor(((set.instances.length - have) * share) / 100)) - have);
    const wanted = new Set([good, underway.revision]);
    const old = set.instances.filter((_, index) => !wanted.has(revisions[index] ?? ''));
    return { next: missing > 0 ? underway.revision : good, old, missing };
  }
  const next = leading(input, record);
  return { next, old: set.instances.filter((_, index) => revisions[index] !== next), missing: 0 };
}

/** So many more as the surge has left beside those of before that do not serve yet, within the maximum. */
function onTop(
  input: PlanInput,
  set: ScaleSet,
  { wanted, unready }: { wanted: number; unready: number },
  idle: BaseRoll,
  counts: { revision: string; old: number; instances: number },
  hold: { out?: string | undefined },
): BaseRoll {
  const { scaling } = input.workload;
  const more = Math.min(surgeOf(input, set) - unready, wanted);
  const capacity = Math.min(set.capacity + more, scaling.base.maxInstances);
  const full =
    unready > 0
      ? `${counted(unready, 'instance of it does', 'instances of it do')} not serve yet`
      : 'no instance may be missing, and none may run on top';
  const why = hold.out ?? (capacity <= set.capacity ? full : undefined);
  if (why !== undefined) {
    const reasons = [reason('rollout-base-wait', { ...counts, why })];
    return { ...idle, reasons, ...(hold.out === undefined && unready === 0 && { full: true }) };
  }
  const action: Action = { kind: 'grow-base', scaleSet: scaling.base.scaleSet ?? '', capacity, etag: set.etag };
  const values = { ...counts, from: set.capacity, to: capacity };
  return { ...idle, actions: [action], reasons: [reason('rollout-base-surge', values)] };
}

/** Only marks of instances that are still to go; a rollout that turned round cancels the others. */
const kept = (drains: PlannerState['drains'], old: Instance[]): PlannerState['drains'] =>
  Object.fromEntries(old.map(keyOf).flatMap((key) => (drains[key] === undefined ? [] : [[key, drains[key]]])));

function toDrain(old: Instance[], drains: PlannerState['drains'], spare: number, { workload, now }: PlanInput) {
  const each = workload.scaling.base.replicasPerInstance;
  const waiting = old.filter((instance) => !(keyOf(instance) in drains) && instance.provisioning !== 'deleting');
  const serving = waiting.filter((instance) => instanceServes(instance, now));
  // One whose maintenance is due is not counted on any more, but it works.
  const due = waiting.filter((instance) => instanceState(instance, now) === 'maintenance');
  const idle = waiting.filter((instance) => !serving.includes(instance) && !due.includes(instance));
  return [...idle, ...(spare >= 0 ? due : []), ...serving.slice(0, Math.max(0, Math.floor(spare / each)))];
}

/** The set's tags with what its instances are to run, where its cloud-init finds it. */
function modelTags(input: PlanInput, set: ScaleSet, record: RolloutRecord, revision: string): Record<string, string> {
  const { spec } = workloadAt(input.workload, record, revision);
  return { ...set.tags, [TAGS.revision]: revision, [TAGS.image]: spec.image };
}
