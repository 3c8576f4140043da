// Who goes, and how? A burst group leaves in steps, each at an evaluation of its own and only on what that evaluation
// observed afresh:
//
//   serving -> drain (a tag, visible in Azure) -> stop (the bill ends) -> delete -> 404
//
// Broken groups, surplus of earlier revisions and groups still starting go before serving ones; among equals the newest.
// A drain is cancelled when load comes back before the stop.

import type { Action } from '../controller/plan-types.ts';
import type { BurstGroup } from '../health/fleet.ts';
import { TAGS } from '../placement/tags.ts';
import { reason, type Reason } from '../telemetry/reasons.ts';
import type { Workload } from '../workload/workload.ts';
import { drainDone, mayBeHeard } from './drain-done.ts';

/** Azure refuses the next operation on a group within about ten seconds of the last one. */
export const BETWEEN_OPERATIONS_MS = 10_000;
/** A group in a place that could not be read for so long is taken away when it can be reached again (milliseconds). */
const LOST_MOST_MS = 5 * 60_000;

/** A moment later such a group may serve. */
const MAY_COME_UP: ReadonlySet<BurstGroup['health']> = new Set(['starting', 'unknown', 'unready', 'failed']);

/**
 * Containers that run although the replica gives no sign of it: that may be a sign that was lost, so it gets its drain. In
 * a crash loop they run between two crashes, and may finish something.
 */
const RUNS_UNHEARD: ReadonlySet<BurstGroup['state']> = new Set([
  'silent',
  'not-ready',
  'unreachable',
  'crash-looping',
  'leaving',
]);

const mayWork = ({ state }: BurstGroup, { scaling }: Workload): boolean =>
  scaling.drain !== 'none' && RUNS_UNHEARD.has(state);

/** A one-shot workload: each replica does its work once and ends. */
export const endsByItself = ({ spec }: Workload): boolean => spec.restartPolicy !== 'Always';

/** Groups that count as burst capacity, now or soon. */
export const counts = (group: BurstGroup): boolean =>
  group.drainingSince === undefined &&
  !group.lost &&
  group.inFlight !== 'stop' &&
  group.inFlight !== 'delete' &&
  (group.health === 'serving' || group.health === 'starting' || group.health === 'unknown');

/** Broken: failed, ended although it should run on, or stuck. The reason is a word for the sentence. */
export function broken(group: BurstGroup, workload: Workload, now: number): string | undefined {
  if (group.inFlight) return undefined;
  if (group.health === 'failed') return 'failed';
  if (group.givenUp !== undefined && !runsToItsEnd(group, workload)) return group.givenUp;
  if (group.health === 'ended' && !endsByItself(workload)) return 'ended';
  if (group.lost && now - group.since > LOST_MOST_MS) return 'unreadable with its whole place';
  return undefined;
}

/** A one-shot replica that gives no sign may be at its work all the same, and is never stopped for it. */
const runsToItsEnd = ({ state }: BurstGroup, workload: Workload): boolean =>
  endsByItself(workload) && RUNS_UNHEARD.has(state) && state !== 'crash-looping';

/** In the order in which they should go. */
export const leavingOrder = (groups: BurstGroup[], revision: string): BurstGroup[] =>
  groups.toSorted(
    (a, b) =>
      rank(a, revision) - rank(b, revision) ||
      // Who has left discovery for it goes, and nobody else has to.
      Number(b.leaving ?? false) - Number(a.leaving ?? false) ||
      Number(a.beat?.busy ?? true) - Number(b.beat?.busy ?? true) ||
      b.since - a.since ||
      b.ordinal - a.ordinal,
  );

const rank = (group: BurstGroup, revision: string): number => {
  if (group.health === 'unknown') return 0;
  if (group.health === 'starting') return 1;
  return group.revision !== revision ? 2 : 3;
};

/** Marks groups as draining; the next evaluations take them away. */
export const drain = (groups: BurstGroup[], now: number): Action[] => groups.map((group) => drainAction(group, now));

/** Who drains, but for the broken, of whom `reasons` tell: told when it is known whom discovery and the limits let drain. */
export function drained(actions: Action[], reasons: Reason[]): Reason[] {
  const broken = new Set(reasons.flatMap(({ code, values }) => (code === 'failed-group' ? [values['name']] : [])));
  const groups = actions.flatMap((one) => (one.kind === 'drain-group' && !broken.has(one.name) ? [one] : []));
  return groups.length === 0 ? [] : [reason('drain-out', { count: groups.length, names: names(groups) })];
}

const drainAction = ({ name, tags }: BurstGroup, now: number): Action => ({
  kind: 'drain-group',
  name,
  tags: { ...tags, [TAGS.drain]: String(now) },
});

/** Which groups that drain are taken back first when load returns: those that began last, if they can be acted on. */
export const takenBack = (groups: BurstGroup[], count: number): BurstGroup[] =>
  groups
    .filter(
      (group) => group.drainingSince !== undefined && group.health === 'serving' && !group.inFlight && group.fresh,
    )
    .toSorted((a, b) => (b.drainingSince ?? 0) - (a.drainingSince ?? 0))
    .slice(0, Math.max(0, count));

/** Takes the drain mark off. */
export function undrain(groups: BurstGroup[]): { actions: Action[]; reasons: Reason[] } {
  if (groups.length === 0) return { actions: [], reasons: [] };
  const cancelled = reason('drain-cancelled', { count: groups.length, names: names(groups) });
  return { actions: groups.map(undrainAction), reasons: [cancelled] };
}

/** Takes marks off that were left by a request that was lost. */
export function unmark(groups: BurstGroup[]): { actions: Action[]; reasons: Reason[] } {
  if (groups.length === 0) return { actions: [], reasons: [] };
  const stray = reason('stray-mark', { count: groups.length, names: names(groups) });
  return { actions: groups.map(undrainAction), reasons: [stray] };
}

/** Without its mark. */
export function undrainAction({ name, tags }: BurstGroup): Action {
  const { [TAGS.drain]: _, ...others } = tags;
  return { kind: 'undrain-group', name, tags: others };
}

/**
 * The next step of every group that is on its way out. `undefined` for groups that wait. `takesPart` tells that replicas
 * of the workload were heard to poll.
 */
export function retireStep(
  group: BurstGroup,
  workload: Workload,
  now: number,
  takesPart = false,
): { action?: Action; reason: Reason } | undefined {
  if (!mayBeActedOn(group)) return undefined;
  const deletes = workload.scaling.burst.lifecycle === 'create-delete';
  const bad = broken(group, workload, now);
  if (bad && group.drainingSince === undefined && deletes) return replaceStep(group, workload, bad, now);
  if (group.health === 'stopped' || group.health === 'ended' || group.health === 'failed') {
    return endStep(group, deletes, now);
  }
  return group.drainingSince === undefined || group.health === 'deleting'
    ? undefined
    : leaveStep(group, group.drainingSince, workload, now, takesPart);
}

/** What only memory calls starting, unready or failed may serve by now, and be busy. What is lost cannot be looked at. */
const mayBeActedOn = ({ fresh, inFlight, looked, lost, health }: BurstGroup): boolean =>
  fresh && !inFlight && (looked || lost === true || !MAY_COME_UP.has(health));

function replaceStep(group: BurstGroup, workload: Workload, bad: string, now: number) {
  const { name, ordinal, location, detail } = group;
  const action: Action = mayWork(group, workload)
    ? drainAction(group, now)
    : { kind: 'delete-group', name, ordinal, location };
  return { action, reason: reason('failed-group', { name, health: bad, detail }) };
}

function leaveStep(
  group: BurstGroup,
  since: number,
  workload: Workload,
  now: number,
  takesPart: boolean,
): { action?: Action; reason: Reason } {
  const { name, ordinal, location } = group;
  const { drainTimeoutSeconds, burst } = workload.scaling;
  const serving = group.health === 'serving' || mayWork(group, workload);
  const polls = takesPart || mayBeHeard(group.since, now);
  if (serving && !drainDone(workload.scaling, group.beat, since, polls, now)) {
    return { reason: reason('draining', { name, seconds: Math.round(drainTimeoutSeconds - (now - since) / 1000) }) };
  }
  // A group that still starts answers a stop with 409; deleting it works at once and ends the bill too.
  const kind = serving || burst.lifecycle === 'start-stop' ? 'stop-group' : 'delete-group';
  return {
    action: { kind, name, ordinal, location },
    reason: reason('retire', { name, why: whyRetired(group, workload, now) }),
  };
}

/** A declared group is never deleted, but one that failed may revive and bill again unless it is stopped. */
function endStep(group: BurstGroup, deletes: boolean, now: number): { action: Action; reason: Reason } | undefined {
  if (now - group.since < BETWEEN_OPERATIONS_MS || (!deletes && group.health !== 'failed')) return undefined;
  const { name, ordinal, location } = group;
  return {
    action: { kind: deletes ? 'delete-group' : 'stop-group', name, ordinal, location },
    reason: reason('retire', { name, why: `it is ${group.health} and ${deletes ? 'deleted' : 'stopped'}` }),
  };
}

function whyRetired(group: BurstGroup, workload: Workload, now: number): string {
  if (group.health !== 'serving') return `it is ${group.health} and not needed`;
  if (workload.scaling.drain === 'none') return 'it is not needed and cannot be told, so its work may be redelivered';
  if (!group.beat) return 'it is not needed and takes no part in the drain contract, so its work may be redelivered';
  const late = now - (group.drainingSince ?? now) >= workload.scaling.drainTimeoutSeconds * 1000;
  return late && group.beat.busy ? 'its drain time is up while it is busy' : 'it is drained and idle';
}

/** At most three names, so that a reason stays a sentence. */
export const names = (groups: { name: string }[]): string =>
  groups.length <= 3
    ? groups.map((group) => group.name).join(', ')
    : `${groups[0]?.name}, ${groups[1]?.name} and ${groups.length - 2} more`;
