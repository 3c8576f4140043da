// What happens to the scale set? It grows when the load stays, shrinks when the load is gone and no burst is left, and
// is left alone while it changes. Never both in one evaluation; it is only ever shrunk by deleting named instances that
// were drained before. Fails static: unread, unmanaged or busy means unchanged.

import type { Action, PlanInput, PlannerState } from '../controller/plan-types.ts';
import { drainDone } from '../failover/drain-done.ts';
import { instanceServes, notServing, setBusy } from '../health/instance-health.ts';
import type { Instance, ScaleSet } from '../ports/scale-sets.ts';
import { highest, lowest } from '../rules/stabilization.ts';
import { rollBase, type BaseRollInput } from '../rollout/base.ts';
import { reason, type Reason } from '../telemetry/reasons.ts';
import type { Scaling } from '../workload/workload.ts';

/** Key of an instance among the drains. */
export const instanceKey = (id: string): string => `instance:${id}`;

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
    return { serving, instances, reasons: [reason('base-unread', { problem: base.failure.code, serving })] };
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

export interface BasePlan {
  actions: Action[];
  drains: PlannerState['drains'];
  reasons: Reason[];
}

/** `burstLeft` is the number of burst groups not yet gone: the base shrinks only after the burst. */
export function planBase(
  input: PlanInput,
  view: BaseView,
  wanted: PlannerState['wanted'],
  drains: PlannerState['drains'],
  hold: { out?: string | undefined; in?: string | undefined },
  burstLeft: number,
  rolled?: BaseRollInput,
): BasePlan {
  const { scaling } = input.workload;
  const idle: BasePlan = { actions: [], drains, reasons: [] };
  const { set } = view;
  const id = scaling.base.scaleSet;
  if (!set || !id) return idle;
  if (scaling.base.mode !== 'manage') {
    return { ...idle, reasons: [reason('base-observed', { serving: view.serving, mode: scaling.base.mode })] };
  }
  const setting = input.observation.autoscale?.names[0];
  if (setting) return { ...idle, reasons: [reason('base-autoscale', { setting })] };
  const busy = setBusy(set);
  if (busy) return { ...idle, reasons: [reason('base-busy', { state: busy })] };

  return changed(id, set, input, wanted, drains, hold, burstLeft, rolled);
}

/** What is changed of a set that may be changed. */
function changed(
  id: string,
  set: ScaleSet,
  input: PlanInput,
  wanted: PlannerState['wanted'],
  drains: PlannerState['drains'],
  hold: { out?: string | undefined; in?: string | undefined },
  burstLeft: number,
  rolled: BaseRollInput | undefined,
): BasePlan {
  const grown = grow(id, set, input.workload.scaling, wanted, input.now);
  const rolling = rolled && rollBase(input, set, rolled, drains, hold);
  // More instances by load only once the model says what they should run.
  if (grown && !hold.out && !rolling?.holdsGrowth)
    return { actions: [grown.action], drains: rolling?.drains ?? {}, reasons: [grown.reason] };
  if (rolling) return rolling;
  return shrink(id, set, input, wanted, drains, hold.in !== undefined || burstLeft > 0);
}

function grow(scaleSet: string, set: ScaleSet, scaling: Scaling, wanted: PlannerState['wanted'], now: number) {
  const window = scaling.base.growAfterSeconds;
  const sustained = lowest(wanted, now, window * 1000) ?? 0;
  const target = instancesFor(sustained, scaling);
  if (target <= set.capacity) return undefined;
  const action: Action = { kind: 'grow-base', scaleSet, capacity: target, etag: set.etag };
  return { action, reason: reason('base-grow', { sustained, window, from: set.capacity, to: target }) };
}

function shrink(
  scaleSet: string,
  set: ScaleSet,
  input: PlanInput,
  wanted: PlannerState['wanted'],
  drains: PlannerState['drains'],
  held: boolean,
): BasePlan {
  const { scaling } = input.workload;
  const window = scaling.base.scaleInDelaySeconds;
  const peak = highest(wanted, input.now, window * 1000);
  const surplus = peak === undefined ? 0 : set.instances.length - instancesFor(peak, scaling);
  // Load that came back, a hold or a new burst cancels the drain of instances.
  if (held || surplus <= 0) return { actions: [], drains: {}, reasons: [] };
  const draining = set.instances.filter((instance) => instanceKey(instance.id) in drains);
  const chosen = [...draining, ...leavers(set, drains, input.now)].slice(0, surplus);
  const next = Object.fromEntries(
    chosen.map((instance) => [instanceKey(instance.id), drains[instanceKey(instance.id)] ?? input.now]),
  );
  const done = chosen.filter((instance) => drained(instance, drains, input));
  const names = chosen.map((instance) => instance.id).join(', ');
  const reasons = [reason('base-shrink', { peak: peak ?? 0, window, instances: names })];
  if (done.length === 0) return { actions: [], drains: next, reasons };
  return {
    actions: [{ kind: 'shrink-base', scaleSet, instances: done.map((instance) => instance.id) }],
    drains: next,
    reasons,
  };
}

/** Who goes first: what does not serve, then the newest. */
const leavers = (set: ScaleSet, drains: PlannerState['drains'], now: number): Instance[] =>
  set.instances
    .filter((instance) => !(instanceKey(instance.id) in drains))
    .toSorted(
      (a, b) =>
        Number(instanceServes(a, now)) - Number(instanceServes(b, now)) || (b.createdAt ?? 0) - (a.createdAt ?? 0),
    );

function drained(
  instance: Instance,
  drains: PlannerState['drains'],
  { observation, workload, now }: PlanInput,
): boolean {
  const since = drains[instanceKey(instance.id)];
  if (since === undefined) return false;
  const beat = observation.beats.find((candidate) => candidate.replica === instance.id);
  return drainDone(workload.scaling, beat, since, observation.beats.length > 0, now);
}

const instancesFor = (replicas: number, { base }: Scaling): number =>
  Math.min(base.maxInstances, Math.max(base.minInstances, Math.ceil(replicas / base.replicasPerInstance)));
