// Base or burst? For each machine of the scale set apart: rent its replicas as container groups (dearer, by the second,
// only those in use) or buy the machine (cheaper when busy, whole, slow to start). The future is unknown, so each machine is a
// ski-rental of its own, in both directions. Machine i carries the replicas above i x q (q replicas in a machine), so of
// `wanted` replicas its share is s = min(q, max(0, wanted - i q)). The regret of a machine is what its present side has cost
// more than the other would have, never less than zero:
//
//   rented   regret += (s x a - m) x hours       a: a replica-hour on container groups, m: an hour of the machine
//   bought   regret += (m - s x a) x hours          a difference below a sixteenth of m counts as none
//
// and it changes sides when the regret reaches the cost of a change, D = m x (start + drain): within 40 minutes of a constant
// demand, or never. A machine that saves less is bought once its replicas were all wanted for 40 minutes on end. That
// never costs more than 3.4 times the best split in hindsight: docs/decisions/0008-rent-or-buy.md has the proof. One that is to go
// stays until groups serve in its place, and what is wanted may swing by one meanwhile: it is to stay again only once its regret
// is below half of D, or each look would start and end these groups anew.
//
// Only container groups: no machine is there to buy. Only machines: what container groups cannot take is bought at once.
// Machines that are reserved are paid already (m = 0): they are used first and kept.

import type { PlanInput, PlannerState } from '../controller/plan-types.ts';
import { reason, type Reason } from '../telemetry/reasons.ts';
import { counted } from '../telemetry/wording.ts';
import type { Workload } from '../workload/workload.ts';
import { replicasPerGroup } from './offering.ts';
import { instanceUsdPerHour, replicaUsdPerHour } from './prices.ts';

/** Replicas. */
interface Wish {
  wanted: number;
  sustained: number;
  peak: number;
}

export interface Split {
  /** Instances that the scale set should have. */
  instances: number;
  memory: PlannerState['split'];
  reasons: Reason[];
}

/** Seconds that a machine bills before it serves and after it was told to go. */
const START_SECONDS = 120;
const DRAIN_SECONDS = 30;
/** Seconds on end that all replicas of a machine are wanted after which it is bought if it saves anything at all. */
const STEADY_SECONDS = 2400;
/** Sides whose prices differ by less than this share cost the same: so regret decides within as long, or never. */
const SAME = (START_SECONDS + DRAIN_SECONDS) / STEADY_SECONDS;
/** After a gap in the evaluations nobody knows what was wanted meanwhile. */
const LONGEST_MS = 60_000;

/**
 * `capacity`: instances there are. `wanted`: replicas in all; `sustained`: those wanted for long enough to think of machines;
 * `peak`: most that was wanted in the scale-in window; `declared`: groups there are, where none is ever created.
 */
export function divide(
  { workload, state, now }: Pick<PlanInput, 'workload' | 'state' | 'now'>,
  capacity: number,
  wish: Wish,
  declared = Infinity,
): Split {
  const { wanted, sustained } = wish;
  const { maxInstances, replicasPerInstance } = workload.scaling.base;
  const levels = Math.min(maxInstances, Math.max(capacity, Math.ceil(wanted / replicasPerInstance)));
  const to = state?.split?.to ?? capacity;
  const sides = sidesOf({ workload, state, now }, { capacity, levels, to }, wanted);
  const due = (level: number): boolean => sides[level]?.due ?? false;
  let best = capacity;
  while (best < levels && best * replicasPerInstance < sustained && due(best)) best++;
  if (best === capacity) while (best > 0 && due(best - 1)) best--;
  const { instances, why, reasons } = within(best, workload, capacity, wish, { declared, shrinks: to < capacity });
  const changed = sides.slice(Math.min(capacity, instances), Math.max(capacity, instances));
  const change = { wanted, from: capacity, to: instances };
  return {
    instances,
    memory: {
      at: now,
      capacity,
      ...(instances < capacity && { to: instances }),
      regrets: sides.map(({ regret }) => rounded(regret, 1e9)),
      steady: sides.map(({ steady }) => rounded(steady, 10)),
    },
    reasons: [...reasons, ...(instances === capacity ? [] : [changeReason(workload, change, changed, why)])],
  };
}

/** `capacity` instances there are, `levels` are thought of, and `to` of them were to stay at the last look. */
function sidesOf(
  { workload, state, now }: Pick<PlanInput, 'workload' | 'state' | 'now'>,
  { capacity, levels, to }: { capacity: number; levels: number; to: number },
  wanted: number,
): (Side & { due: boolean })[] {
  const { replicasPerInstance, reservedInstances = 0 } = workload.scaling.base;
  const [machine, replica] = [instanceUsdPerHour(workload), replicaUsdPerHour(workload)];
  const before = state?.split;
  const seconds = Math.min(LONGEST_MS, now - (before?.at ?? now)) / 1000;
  // The regret is that of a side: it begins anew when the machine was bought or given back since.
  const changedSides = (level: number): boolean => level < (before?.capacity ?? capacity) !== level < capacity;
  return Array.from({ length: levels }, (_, level) => {
    const share = Math.min(replicasPerInstance, Math.max(0, wanted - level * replicasPerInstance));
    const buy = level < reservedInstances ? 0 : machine;
    const costs = { rent: share * replica, buy, whole: share === replicasPerInstance };
    const regret = changedSides(level) ? 0 : (before?.regrets[level] ?? 0);
    const goes = level < capacity && level >= to;
    return sideOf(costs, level < capacity, { regret, steady: before?.steady?.[level] ?? 0, goes }, seconds);
  });
}

interface Side {
  /** US dollars that it cost more than the other one would have. */
  regret: number;
  /** Seconds for which a machine that is rented was wanted as a whole, and dearer so. */
  steady: number;
}

/** US dollars an hour of one machine's work, rented and bought, and whether all of the machine is wanted. */
interface Costs {
  rent: number;
  buy: number;
  whole: boolean;
}

/** `goes`: at the last look the machine was to go. */
function sideOf(
  { rent, buy, whole }: Costs,
  bought: boolean,
  { goes, ...before }: Side & { goes: boolean },
  seconds: number,
): Side & { due: boolean } {
  const dearer = Math.abs(rent - buy) < SAME * buy ? 0 : rent - buy;
  const regret = Math.max(0, before.regret + ((bought ? -dearer : dearer) * seconds) / 3600);
  const steady = whole && rent > buy && !bought ? before.steady + seconds : 0;
  const change = ((goes ? 1 / 2 : 1) * (buy * (START_SECONDS + DRAIN_SECONDS))) / 3600;
  return { regret, steady, due: (regret > 0 && regret >= change) || steady >= STEADY_SECONDS };
}

const rounded = (value: number, parts: number): number => Math.round(value * parts) / parts;

/**
 * Keeps the user's bounds, and as many machines as container groups cannot stand in for; why, where that changes the number.
 * `shrinks`: some machine was to go at the last look.
 */
function within(
  instances: number,
  workload: Workload,
  capacity: number,
  { wanted, sustained, peak }: Wish,
  { declared, shrinks }: { declared: number; shrinks: boolean },
): { instances: number; why?: string; reasons: Reason[] } {
  const { base, burst } = workload.scaling;
  const onGroups = Math.min(burst.maxGroups, declared) * replicasPerGroup(workload);
  const beyond = (replicas: number): number => Math.ceil(Math.max(0, replicas - onGroups) / base.replicasPerInstance);
  // A spike above all container groups is over before a machine serves.
  const above = beyond(onGroups > 0 ? sustained : wanted);
  // What is wanted swings by one: a machine that would be wanted again at once does not begin to go.
  const swing = onGroups > 0 && !shrinks ? 1 : 0;
  const least = Math.max(base.minInstances, above, Math.min(capacity, beyond(peak + swing)));
  const { minInstances: min, maxInstances: max } = base;
  const reasons = least > max ? [reason('base-at-maximum', { wanted: least, max })] : [];
  const bounded = Math.min(max, Math.max(least, instances));
  if (bounded === instances) return { instances, reasons };
  const raised =
    least === min ? `the minimum is ${min}` : `container groups carry no more than ${counted(onGroups, 'replica')}`;
  return { instances: bounded, why: bounded < instances ? `the maximum is ${max}` : raised, reasons };
}

function changeReason(
  workload: Workload,
  values: { wanted: number; from: number; to: number },
  changed: Side[],
  bound: string | undefined,
): Reason {
  const { reservedInstances: reserved = 0 } = workload.scaling.base;
  const paid = values.from < values.to && values.to <= reserved;
  const why = bound ?? (paid ? `the reserved ones (${reserved}) are paid already` : undefined);
  if (why !== undefined) return reason('base-bound', { from: values.from, to: values.to, why });
  const machine = 100 * instanceUsdPerHour(workload);
  const how = changed.some(({ steady }) => steady >= STEADY_SECONDS) ? 'base-steady' : 'base-split';
  return reason(how, {
    ...values,
    cents: 100 * Math.max(0, ...changed.map(({ regret }) => regret)),
    minutes: STEADY_SECONDS / 60,
    change: (machine * (START_SECONDS + DRAIN_SECONDS)) / 3600,
    machine,
    groups: 100 * replicaUsdPerHour(workload) * workload.scaling.base.replicasPerInstance,
  });
}
