// What happens to the scale set? It grows and shrinks to what the split (split.ts) says, shrinks only when others serve what
// the surplus does, and is left alone while it changes. Never both in one evaluation; it is only ever shrunk by deleting named instances that
// were drained before. Fails static: unread, unmanaged or busy means unchanged.

import type { Action, Observation, PlanInput, PlannerState } from '../controller/plan-types.ts';
import { instanceDrained, instanceKey } from '../failover/instance-drained.ts';
import { instanceServes, notServing, setBusy } from '../health/instance-health.ts';
import type { Failure } from '../ports/errors.ts';
import type { Instance, ScaleSet } from '../ports/scale-sets.ts';
import { rollBase, type BaseRoll, type BaseRollInput } from '../rollout/base.ts';
import { reason, type Reason } from '../telemetry/reasons.ts';

export interface BaseView {
  /** Undefined when there is none or it could not be read. */
  set?: ScaleSet | undefined;
  /** Replicas that serve and are not being drained. */
  serving: number;
  instances: number;
  reasons: Reason[];
}

/** A reading that fails leaves what was last read in force for a while: a lost answer is not a lost machine. */
export function viewBase({ workload, observation, state, now }: PlanInput, drains: PlannerState['drains']): BaseView {
  const { base } = observation;
  if (!base) return { serving: 0, instances: 0, reasons: [] };
  if (base.status === 'failed') {
    const last =
      state?.base && now - state.base.at <= workload.scaling.staleAfterSeconds * 1000 ? state.base : undefined;
    const { serving, instances } = last ?? { serving: 0, instances: 0 };
    const values = {
      problem: problemOf(base.failure, observation.baseThrottled, now),
      serving,
      known: ageOf(last, now),
    };
    return { serving, instances, reasons: [reason('base-unread', values)] };
  }
  const set = base.value;
  const lost = notServing(set, now);
  const serving = set.instances.filter(
    (instance) => instanceServes(instance, now) && !(instanceKey(instance.id) in drains),
  );
  return {
    set,
    serving: serving.length * workload.scaling.base.replicasPerInstance,
    instances: set.instances.length,
    reasons: lost === undefined ? [] : [reason('base-unwell', { lost, instances: set.instances.length })],
  };
}

const problemOf = ({ code }: Failure, throttled: Observation['baseThrottled'], now: number): string =>
  throttled ? `${code}, asked again in ${Math.ceil((throttled.until - now) / 1000)} s` : code;

const ageOf = (last: PlannerState['base'], now: number): string =>
  last ? `as it did ${Math.round((now - last.at) / 1000)} s ago` : 'because nothing newer is known';

export interface BasePlan {
  actions: Action[];
  drains: PlannerState['drains'];
  reasons: Reason[];
}

/**
 * What the scale set should become: instances, those that carry a canary on top of them, and whether others serve what the
 * surplus of it does.
 */
export interface BaseTarget {
  instances: number;
  canaries: Instance[];
  covered: boolean;
}

export function planBase(
  input: PlanInput,
  view: BaseView,
  target: BaseTarget,
  drains: PlannerState['drains'],
  hold: { out?: string | undefined; in?: string | undefined },
  rolled?: BaseRollInput,
): BasePlan {
  const { scaling } = input.workload;
  const { set } = view;
  const id = scaling.base.scaleSet;
  const unread = input.observation.base?.status === 'failed';
  if (!set || !id) return { actions: [], drains: unread ? drains : {}, reasons: [] };
  const still = unmanaged(input, view, set);
  // Drains of a set that is not ours to change any more would never end, and what drains serves nobody.
  if (still) return { actions: [], drains: still.code === 'base-busy' ? drains : {}, reasons: [still] };
  const rolling = rolled && rollBase(input, set, rolled, drains, hold);
  const grown = hold.out === undefined && !rolling?.holdsGrowth && grow(id, set, target);
  if (grown) return { ...grown, drains: rolling?.drains ?? {} };
  const surplus = set.instances.length - target.canaries.length - target.instances;
  const shrunk = (): BasePlan => shrink(id, set, input, { ...target, surplus }, drains, hold.in !== undefined);
  return rolling ? makingRoom(rolling, surplus, shrunk) : shrunk();
}

/** A rollout goes first, unless one instance too many is in its way. */
function makingRoom(rolling: BaseRoll, surplus: number, shrunk: () => BasePlan): BasePlan {
  if (!rolling.full || surplus <= 0) return rolling;
  const plan = shrunk();
  return { ...plan, reasons: [...rolling.reasons, ...plan.reasons] };
}

/** Why the set is not to be changed. */
function unmanaged({ workload, observation }: PlanInput, { serving }: BaseView, set: ScaleSet): Reason | undefined {
  const { mode } = workload.scaling.base;
  if (mode !== 'manage') return reason('base-observed', { serving, mode });
  const setting = observation.autoscale?.names[0];
  if (setting) return reason('base-autoscale', { setting });
  const busy = setBusy(set);
  return busy ? reason('base-busy', { state: busy }) : undefined;
}

/** More instances by load, and only once the model says what they should run. */
function grow(scaleSet: string, set: ScaleSet, { instances }: BaseTarget): Omit<BasePlan, 'drains'> | undefined {
  if (instances <= set.capacity) return undefined;
  return {
    actions: [{ kind: 'grow-base', scaleSet, capacity: instances, etag: set.etag }],
    reasons: [reason('base-grow', { from: set.capacity, to: instances })],
  };
}

function shrink(
  scaleSet: string,
  set: ScaleSet,
  input: PlanInput,
  { surplus, covered, canaries }: BaseTarget & { surplus: number },
  drains: PlannerState['drains'],
  held: boolean,
): BasePlan {
  // Load that came back, or a hold, cancels the drain of instances.
  if (held || surplus <= 0) return { actions: [], drains: {}, reasons: [] };
  if (!covered) return { actions: [], drains: {}, reasons: [reason('base-kept', { surplus })] };
  const others = set.instances.filter((instance) => !canaries.includes(instance));
  const draining = others.filter((instance) => instanceKey(instance.id) in drains);
  const chosen = [...draining, ...leavers(others, drains, input.now)].slice(0, surplus);
  const next = Object.fromEntries(
    chosen.map((instance) => [instanceKey(instance.id), drains[instanceKey(instance.id)] ?? input.now]),
  );
  const done = chosen.filter((instance) => instanceDrained(instance, drains, input));
  const names = chosen.map((instance) => instance.id).join(', ');
  const gone = done.map((instance) => instance.id).join(', ');
  const reasons = [reason('base-shrink', { surplus, instances: names, done: gone || 'none' })];
  if (done.length === 0) return { actions: [], drains: next, reasons };
  return {
    actions: [{ kind: 'shrink-base', scaleSet, instances: done.map((instance) => instance.id) }],
    drains: next,
    reasons,
  };
}

/** Who goes first: what does not serve, then the newest. */
const leavers = (instances: Instance[], drains: PlannerState['drains'], now: number): Instance[] =>
  instances
    .filter((instance) => !(instanceKey(instance.id) in drains))
    .toSorted(
      (a, b) =>
        Number(instanceServes(a, now)) - Number(instanceServes(b, now)) || (b.createdAt ?? 0) - (a.createdAt ?? 0),
    );
