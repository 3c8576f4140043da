// How far is the rollout, and does it go on? One state machine a workload, kept in its record:
//
//   settled ──declared revision is another──> step 1 ──its share serves──> baking ──well for the bake time──┐
//      ^                                        ^                            │ needs approval?              │
//      │                                        └── next step <── approved ──┴────────────<─────────────────┘
//      │                                                                       last step: the new one is good
//      ├──<── all replicas run it, well for the bake time ──────────────────────────────────┘
//      └──<── a gate fails, abort, roll-back: the new one is in quarantine, the good one replaces it again
//
// Going back is no state of its own: what runs a revision that is neither good nor under way has to go, and that is true
// after every loss and restart. Declaring the good revision again ends a rollout; declaring a third one begins anew.
// Fails towards standing still: while readings are missing, a pause holds or the mode is not `enforce`, no step is taken.

import type { PlanInput, PlannerState } from '../controller/plan-types.ts';
import { endsByItself } from '../failover/retire.ts';
import type { BurstGroup } from '../health/fleet.ts';
import { reason, type Reason } from '../telemetry/reasons.ts';
import type { Workload } from '../workload/workload.ts';
import { factsOf, type Facts } from './facts.ts';
import { failedGate } from './gates.ts';
import { isQuarantined, tidied, type RolloutRecord, type Underway } from './record.ts';
import { rolloutOf, stepsOf } from './settings.ts';

export interface Advanced {
  record: RolloutRecord;
  reasons: Reason[];
}

/** `wanted` replicas of the new revision in this step; `hold` is why no step may be taken now. */
export function advance(
  input: PlanInput,
  before: RolloutRecord,
  groups: BurstGroup[],
  learnt: Pick<PlannerState, 'crashes' | 'refusedRevision' | 'unheard'>,
  wantedOf: (record: RolloutRecord) => number,
  hold: string | undefined,
): Advanced {
  const { workload, now } = input;
  const record = declaredIn(proved(input, before, groups, learnt), workload, now);
  const { underway } = record;
  if (!underway) return { record: tidied(record), reasons: heldBack(record, workload) };
  const facts = factsOf(input, record, underway, groups, learnt);
  const seen = lookedAt(underway, facts, now);
  const why = failedGate(facts, seen, rolloutOf(workload), now);
  if (why !== undefined) {
    const failed = quarantined(record, underway.revision, why, now);
    const values = { revision: underway.revision, why, good: record.good };
    return { record: tidied(failed), reasons: [reason('rollout-failed', values)] };
  }
  const stepped = step({ ...record, underway: seen }, facts, workload, wantedOf(record), hold, now);
  return { record: tidied(stepped.record), reasons: stepped.reasons };
}

/** Back to the good revision, for good: `revision` is never started again. */
export function quarantined(record: RolloutRecord, revision: string, why: string, at: number): RolloutRecord {
  const { underway: _, ...rest } = record;
  const others = record.quarantine.filter((entry) => entry.revision !== revision);
  return { ...rest, quarantine: [...others, { revision, at, why: why.slice(0, 300) }] };
}

/** A revision is worth going back to once a replica of it served. */
function proved(
  input: PlanInput,
  record: RolloutRecord,
  groups: BurstGroup[],
  learnt: Pick<PlannerState, 'crashes' | 'refusedRevision' | 'unheard'>,
): RolloutRecord {
  if (record.proven) return record;
  const facts = factsOf(input, record, { revision: record.good, crashes: 0, restarts: {} }, groups, learnt);
  return facts.serving > 0 ? { ...record, proven: true } : record;
}

function declaredIn(record: RolloutRecord, { revision, spec }: Workload, now: number): RolloutRecord {
  const { underway: _, ...settled } = record;
  const specs = { ...record.specs, [revision]: spec };
  if (revision === record.good) return { ...settled, specs };
  if (isQuarantined(record, revision)) return settled;
  if (!record.proven) return { ...settled, good: revision, specs };
  if (record.underway?.revision === revision) return record;
  return { ...record, specs, underway: { revision, startedAt: now, step: 0, stepAt: now, crashes: 0, restarts: {} } };
}

function heldBack(record: RolloutRecord, { revision }: Workload): Reason[] {
  const entry = isQuarantined(record, revision);
  return entry && revision !== record.good
    ? [reason('rollout-quarantined', { revision, why: entry.why, good: record.good })]
    : [];
}

/** What this observation adds to what is known of the revision. */
function lookedAt(underway: Underway, facts: Facts, now: number): Underway {
  const { serving, unready, deadLetters, crashes, restarts, failed } = facts;
  const served = underway.served === true || serving > 0;
  const comesUp = serving > (underway.serving ?? 0);
  const waits = unready > 0 || (serving === 0 && underway.unreadySince !== undefined);
  const unreadySince = !waits ? undefined : comesUp ? now : (underway.unreadySince ?? now);
  return {
    ...underway,
    crashes,
    restarts,
    failed: failed.length > 0 ? failed : undefined,
    serving,
    unreadySince,
    served: served || undefined,
    // The most of all readings until the first replica serves, as a throttled namespace says 0 now and then; the first one
    // after that where there was none.
    deadLetters:
      deadLetters === undefined || (underway.served === true && underway.deadLetters !== undefined)
        ? underway.deadLetters
        : Math.max(deadLetters, underway.deadLetters ?? 0),
  };
}

interface Position {
  share: number;
  bakeSeconds: number;
  index: number;
  /** Share of the step after it; undefined: it is the last. */
  next: number | undefined;
  /** For the sentences. */
  where: Record<string, string | number>;
}

function positionOf({ step, revision }: Underway, workload: Workload): Position {
  const steps = stepsOf(workload);
  // Settings with fewer steps may have come meanwhile.
  const index = Math.min(step, steps.length - 1);
  const { share, bakeSeconds } = steps[index] ?? { share: 100, bakeSeconds: 0 };
  const where = { revision, step: index + 1, steps: steps.length, share };
  return { share, bakeSeconds, index, next: steps[index + 1]?.share, where };
}

/** Of the last step's replicas so many must serve: under a changing load some always start. */
const MOSTLY = 0.8;

/** Whether the step has what it wants, and nothing speaks against the time of watching it. `ends`: its runs do. */
function isWell(facts: Facts, wanted: number, { next }: Position, baking: boolean, ends: boolean): boolean {
  if (facts.crashed) return false;
  // Burst serves in place of instances that do not, so those are looked at for themselves.
  const ill = baking ? facts.instances.unhealthy : facts.instances.unready;
  if (next === undefined && (facts.others > 0 || ill > 0)) return false;
  // Runs end and others start for them, so that most of them may never serve at one time.
  if (ends) return baking || facts.serving + facts.done > 0;
  if (next === undefined) return facts.serving >= wanted * MOSTLY;
  // Once it is watched, more replicas may start by load.
  return baking ? facts.serving > 0 : facts.serving >= wanted && wanted > 0 && facts.unready === 0;
}

function step(
  record: RolloutRecord & { underway: Underway },
  facts: Facts,
  workload: Workload,
  wanted: number,
  hold: string | undefined,
  now: number,
): Advanced {
  const { underway, paused } = record;
  const position = positionOf(underway, workload);
  const { where, next, index } = position;
  const stay = (bakeFrom: number | undefined, why: Reason): Advanced => ({
    record: { ...record, underway: { ...underway, bakeFrom } },
    reasons: [why],
  });
  const begun = underway.bakeFrom;
  if (paused) return stay(begun, reason('rollout-paused', { ...where, author: paused.author }));
  if (hold !== undefined) return stay(begun, reason('rollout-held', { ...where, why: hold }));
  const { serving, others } = facts;
  if (!isWell(facts, wanted, position, begun !== undefined, endsByItself(workload)))
    return stay(undefined, reason('rollout-step', { ...where, serving, wanted, others }));
  const bakeFrom = begun ?? now;
  const left = position.bakeSeconds - (now - bakeFrom) / 1000;
  if (left > 0) return stay(bakeFrom, reason('rollout-bake', { ...where, left, serving }));
  if (facts.unread > 0)
    return stay(
      bakeFrom,
      reason('rollout-held', { ...where, why: `${facts.unread} of its replicas were not read lately` }),
    );
  if (next === undefined) return completed(record, underway.revision);
  if (rolloutOf(workload).approval === 'each-step' && underway.approved !== index)
    return stay(bakeFrom, reason('rollout-approval', { ...where, workload: workload.name }));
  return {
    record: { ...record, underway: { ...nextStep(underway, facts), step: index + 1, stepAt: now } },
    reasons: [reason('rollout-next', { ...where, next })],
  };
}

/** Without what was of the last step alone. A reading of 0 may be of a throttled namespace, and begins no count anew. */
function nextStep(
  { revision, startedAt, crashes, restarts, failed, serving, step, stepAt, deadLetters }: Underway,
  facts: Facts,
): Underway {
  const counted = Math.max(deadLetters ?? -1, facts.deadLetters ?? -1);
  const kept = { revision, startedAt, crashes, restarts, failed, serving, step, stepAt };
  return counted < 0 ? kept : { ...kept, deadLetters: counted };
}

function completed(record: RolloutRecord, revision: string): Advanced {
  const { underway: _, ...rest } = record;
  return {
    record: { ...rest, before: record.good, good: revision, proven: true },
    reasons: [reason('rollout-done', { revision, before: record.good })],
  };
}
