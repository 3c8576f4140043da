// From a target number of burst groups to actions: which groups start and where, which drain, which go. Scaling out first
// takes back groups that drain, then starts new ones; scaling in marks, and later evaluations remove.

import type { Action, InFlight, PlanInput, PlannerState } from '../controller/plan-types.ts';
import { mayBill } from '../health/group-health.ts';
import {
  broken,
  counts,
  drain,
  endsByItself,
  leavingOrder,
  names,
  retireStep,
  takenBack,
  undrain,
  unmark,
} from '../failover/retire.ts';
import { replicasPoll } from '../failover/drain-done.ts';
import { isInstanceKey } from '../failover/instance-drained.ts';
import { crashRoom } from '../health/crash-loop.ts';
import type { BurstGroup } from '../health/fleet.ts';
import { oneRevision, replaceBurst, type Replacing } from '../rollout/replace.ts';
import { burstRolls } from '../rollout/settings.ts';
import type { BurstTarget } from '../rules/burst-target.ts';
import { pausedIn } from '../rules/pause.ts';
import { reason, type Reason } from '../telemetry/reasons.ts';
import { createNew, revisionRefused } from './create.ts';
import { withinDeleteBudget } from './delete-budget.ts';
import { startDeclared } from './start-declared.ts';
import { keep, keptOf, mayStart } from './kept.ts';
import { groupsWorth } from './tally.ts';

export interface BurstPlan {
  actions: Action[];
  reasons: Reason[];
  /** Names of those that would be told to drain were scaling in not held, of those that were chosen before. */
  waits?: string[] | undefined;
}

export interface BurstHolds {
  /** Why nothing may be started, or undefined. */
  out?: string | undefined;
  /** Why nothing may be taken away, or undefined. */
  in?: string | undefined;
}

export function planBurst(
  input: PlanInput,
  groups: BurstGroup[],
  inFlight: InFlight[],
  target: Pick<BurstTarget, 'groups' | 'most'>,
  holds: BurstHolds,
  replacing?: Replacing,
): BurstPlan {
  const { workload, now } = input;
  const live = groups.filter((group) => counts(group) && !broken(group, workload, now));
  const plans: BurstPlan[] = [];
  const kept = keptOf(input, groups);
  const missing = target.groups - groupsWorth(live, workload);
  const room = target.most - groups.filter((group) => mayBill(group.health)).length;
  const several = replacing && burstRolls(workload) && !oneRevision(replacing, groups) ? replacing : undefined;
  if (several) plans.push(replaceBurst(input, groups, inFlight, target, several, holds));
  else if (missing > 0) {
    const more = { missing, room: Math.max(0, room), kept: kept.filter((group) => mayStart(group, now)) };
    plans.push(scaleOut(input, groups, inFlight, more, holds.out));
  } else if (missing < 0) plans.push(scaleIn(input, live, -missing, holds.in));
  const acted = new Set(plans.flatMap((plan) => plan.actions.map((action) => 'name' in action && action.name)));
  const stays = new Set(kept.map(({ name }) => name));
  const rest = groups.filter(({ name }) => !acted.has(name) && !stays.has(name));
  plans.push(keep(kept.filter(({ name }) => !acted.has(name))));
  const marks = workload.scaling.burst.lifecycle === 'create-delete';
  if (marks && holds.out === undefined) plans.push(unmark(rest.filter(servesMarked)));
  const pause = pausedIn(input.observation.pause, now);
  const remove = pause === 'all' || pause === 'in' ? allStay : holds.in === undefined ? removals : onlyBroken;
  plans.push(remove(input, rest));
  return {
    actions: plans.flatMap((plan) => plan.actions),
    reasons: plans.flatMap((plan) => plan.reasons),
    waits: plans.flatMap((plan) => plan.waits ?? []),
  };
}

const servesMarked = ({ strayMark, health, inFlight }: BurstGroup): boolean =>
  strayMark === true && health === 'serving' && !inFlight;

function scaleOut(
  input: PlanInput,
  groups: BurstGroup[],
  inFlight: InFlight[],
  { missing, room, kept }: { missing: number; room: number; kept: BurstGroup[] },
  held: string | undefined,
): BurstPlan {
  const back = undrain(takenBack(groups, missing));
  const wanted = missing - back.actions.length;
  if (wanted <= 0) return back;
  if (held !== undefined) return { ...back, reasons: [...back.reasons, reason('held-out', { why: held })] };
  const count = Math.min(wanted, room);
  // What leaves may bill until it is gone, so a limit holds for both together.
  if (count < wanted) back.reasons.push(reason('leaving-bills', { waiting: wanted - count }));
  const refused = revisionRefused(input);
  if (refused) return { actions: back.actions, reasons: [...back.reasons, refused] };
  const loop = crashRoom(count, groups, input.workload, input.state, input.now);
  const fresh =
    input.workload.scaling.burst.lifecycle === 'start-stop'
      ? startDeclared(input, groups, loop.room)
      : createNew(input, groups, inFlight, loop.room, kept);
  return {
    actions: [...back.actions, ...fresh.actions],
    reasons: [...back.reasons, ...loop.reasons, ...fresh.reasons],
  };
}

function scaleIn(
  { workload, now }: PlanInput,
  live: BurstGroup[],
  surplus: number,
  held: string | undefined,
): BurstPlan {
  if (held !== undefined) {
    // A reading that is missed for a moment must not list again who is about to go: it would never get there.
    const waits = live.filter(({ leaving }) => leaving).slice(0, surplus);
    return { actions: [], reasons: [reason('held-in', { why: held })], waits: waits.map(({ name }) => name) };
  }
  // A container that ends by itself is left to it: scaling in means that the next one is not started.
  if (endsByItself(workload)) return { actions: [], reasons: [reason('one-shot', { count: surplus })] };
  const leaving = leavingOrder(
    live.filter((group) => group.fresh && !group.inFlight),
    workload.revision,
  ).slice(0, surplus);
  return { actions: drain(leaving, now), reasons: [] };
}

function removals(input: PlanInput, groups: BurstGroup[]): BurstPlan {
  const takesPart = replicasPoll(input);
  const steps = groups.flatMap((group) => retireStep(group, input.workload, input.now, takesPart) ?? []);
  const actions = steps.flatMap((step) => step.action ?? []);
  const within = withinDeleteBudget(actions, groups, input);
  return { actions: within.actions, reasons: [...steps.map((step) => step.reason), ...within.reasons] };
}

/** An operator who says that nothing is taken away may want to look at what is broken. */
function allStay(input: PlanInput, groups: BurstGroup[]): BurstPlan {
  const waiting = removals(input, groups).actions.flatMap((action) => ('name' in action ? [action] : []));
  if (waiting.length === 0) return { actions: [], reasons: [] };
  return { actions: [], reasons: [reason('removal-held', { count: waiting.length, names: names(waiting) })] };
}

/** While scaling in is held, only what is broken, and so serves nobody, is taken away. */
function onlyBroken(input: PlanInput, groups: BurstGroup[]): BurstPlan {
  return removals(
    input,
    groups.filter(
      (group) => broken(group, input.workload, input.now) !== undefined && group.drainingSince === undefined,
    ),
  );
}

/** The state's marks of who drains, after the actions: kept in case a list still shows old tags. */
export function drainMarks(base: PlannerState['drains'], groups: BurstGroup[], actions: Action[], now: number) {
  const marks: PlannerState['drains'] = {};
  for (const [key, since] of Object.entries(base)) if (isInstanceKey(key)) marks[key] = since;
  for (const group of groups) if (group.drainingSince !== undefined) marks[group.name] = group.drainingSince;
  for (const action of actions) {
    if (action.kind === 'drain-group') marks[action.name] = now;
    if (action.kind === 'undrain-group') delete marks[action.name];
  }
  return marks;
}
