// From a target number of burst groups to actions: which groups start and where, which drain, which go. Scaling out first
// takes back groups that drain, then starts new ones; scaling in marks, and later evaluations remove.

import type { Action, InFlight, PlanInput, PlannerState } from '../controller/plan-types.ts';
import { mayBill } from '../health/group-health.ts';
import { broken, counts, drain, leavingOrder, names, retireStep, undrain } from '../failover/retire.ts';
import type { BurstGroup } from '../health/fleet.ts';
import type { BurstTarget } from '../rules/burst-target.ts';
import { reason, type Reason } from '../telemetry/reasons.ts';
import { groupName } from './names.ts';
import { spread } from './offerings.ts';
import { TAGS } from './tags.ts';

export interface BurstPlan {
  actions: Action[];
  reasons: Reason[];
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
): BurstPlan {
  const { workload, now } = input;
  const live = groups.filter((group) => counts(group) && !broken(group, workload, now));
  const plans: BurstPlan[] = [];
  const missing = target.groups - live.length;
  const room = target.most - groups.filter((group) => mayBill(group.health)).length;
  if (missing > 0) plans.push(scaleOut(input, groups, inFlight, { missing, room: Math.max(0, room) }, holds.out));
  if (missing < 0) plans.push(scaleIn(input, live, -missing, holds.in));
  const takenBack = new Set(plans.flatMap((plan) => plan.actions.map((action) => 'name' in action && action.name)));
  const rest = groups.filter((group) => !takenBack.has(group.name));
  plans.push(holds.in === undefined ? removals(input, rest) : onlyBroken(input, rest));
  return { actions: plans.flatMap((plan) => plan.actions), reasons: plans.flatMap((plan) => plan.reasons) };
}

function scaleOut(
  input: PlanInput,
  groups: BurstGroup[],
  inFlight: InFlight[],
  { missing, room }: { missing: number; room: number },
  held: string | undefined,
): BurstPlan {
  const takenBack = groups
    .filter(
      (group) => group.drainingSince !== undefined && group.health === 'serving' && !group.inFlight && group.fresh,
    )
    .toSorted((a, b) => (b.drainingSince ?? 0) - (a.drainingSince ?? 0))
    .slice(0, missing);
  const back = undrain(takenBack);
  const wanted = missing - takenBack.length;
  if (wanted <= 0 || held !== undefined) return back;
  const count = Math.min(wanted, room);
  // What leaves may bill until it is gone, so a limit holds for both together.
  if (count < wanted) back.reasons.push(reason('leaving-bills', { waiting: wanted - count }));
  const fresh =
    input.workload.scaling.burst.lifecycle === 'start-stop'
      ? startDeclared(groups, count)
      : createNew(input, groups, inFlight, count);
  return { actions: [...back.actions, ...fresh.actions], reasons: [...back.reasons, ...fresh.reasons] };
}

function createNew(input: PlanInput, groups: BurstGroup[], inFlight: InFlight[], count: number): BurstPlan {
  const { workload, deployment, observation, state, now } = input;
  const refused = state?.refusedRevision;
  if (refused?.revision === workload.revision) {
    const { code, message } = refused.failure;
    return { actions: [], reasons: [reason('revision-refused', { code, message })] };
  }
  const { usages, usagesAt } = observation;
  const known = { usages, usagesAt, inFlight, closed: state?.closed ?? {} };
  const { places, reasons } = spread(count, workload.scaling.burst.locations, workload.spec.cpu, known, now);
  const ordinals = freeOrdinals(groups, places.length);
  const actions = places.map((location, index): Action => {
    const ordinal = ordinals[index] ?? 0;
    const name = groupName(deployment.ownerId, workload, location, ordinal);
    const tags = {
      [TAGS.owner]: deployment.ownerId,
      [TAGS.workload]: workload.name,
      [TAGS.revision]: workload.revision,
      [TAGS.ordinal]: String(ordinal),
    };
    return { kind: 'create-group', name, ordinal, location, tags };
  });
  return { actions, reasons: [...reasons, ...started(actions)] };
}

/** The smallest numbers no known group holds; a group is known until a read by name answered 404. */
function freeOrdinals(groups: BurstGroup[], count: number): number[] {
  const taken = new Set(groups.map((group) => group.ordinal));
  const free: number[] = [];
  for (let ordinal = 1; free.length < count; ordinal++) if (!taken.has(ordinal)) free.push(ordinal);
  return free;
}

function startDeclared(groups: BurstGroup[], count: number): BurstPlan {
  const startable = groups
    .filter((group) => ['stopped', 'ended', 'failed'].includes(group.health) && !group.inFlight && group.fresh)
    .toSorted((a, b) => a.ordinal - b.ordinal);
  const chosen = startable.slice(0, count);
  const starts = chosen.map(({ name, ordinal, location }): Action => ({
    kind: 'start-group',
    name,
    ordinal,
    location,
  }));
  const marked = undrain(chosen.filter((group) => group.drainingSince !== undefined));
  const reasons = started(starts);
  if (chosen.length < count) reasons.push(reason('none-to-start', { wanted: count, available: chosen.length }));
  return { actions: [...marked.actions, ...starts], reasons };
}

function started(actions: Action[]): Reason[] {
  const byLocation = new Map<string, { name: string }[]>();
  for (const action of actions) {
    if (action.kind !== 'create-group' && action.kind !== 'start-group') continue;
    byLocation.set(action.location, [...(byLocation.get(action.location) ?? []), action]);
  }
  return [...byLocation].map(([location, list]) =>
    reason('start-out', { count: list.length, location, names: names(list) }),
  );
}

function scaleIn(
  { workload, now }: PlanInput,
  live: BurstGroup[],
  surplus: number,
  held: string | undefined,
): BurstPlan {
  if (held !== undefined) return { actions: [], reasons: [reason('held-in', { why: held })] };
  const leaving = leavingOrder(
    live.filter((group) => group.fresh && !group.inFlight),
    workload.revision,
  ).slice(0, surplus);
  return drain(leaving, now);
}

function removals(input: PlanInput, groups: BurstGroup[]): BurstPlan {
  const steps = groups.flatMap((group) => retireStep(group, input.workload, input.now) ?? []);
  return { actions: steps.flatMap((step) => step.action ?? []), reasons: steps.map((step) => step.reason) };
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
  for (const [key, since] of Object.entries(base)) if (key.startsWith('instance:')) marks[key] = since;
  for (const group of groups) if (group.drainingSince !== undefined) marks[group.name] = group.drainingSince;
  for (const action of actions) {
    if (action.kind === 'drain-group') marks[action.name] = now;
    if (action.kind === 'undrain-group') delete marks[action.name];
  }
  return marks;
}
