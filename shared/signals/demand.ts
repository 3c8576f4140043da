// How many replicas does the load ask for, all signals together? The highest of what the queue and the log query ask
// for; alerts are added later, on top of the split. A reading that is missing, stale or hard to believe never lowers
// the demand: the last wish stands, and `holdIn` says why nothing may be scaled in.

import type { PlanInput, PlannerState } from '../controller/plan-types.ts';
import { aheadOf, foreseen, learnt, survives } from '../forecast/forecast.ts';
import { queueKey, type Reading } from '../ports/demand.ts';
import {
  howAtOnce,
  wantedReplicas,
  whyAllowed,
  type Calm,
  type Fleet,
  type Starts,
  type Wanted,
} from '../rules/wanted.ts';
import type { OpenWindow } from '../rules/windows.ts';
import { atZero, idleSeconds, lastAsked, ZERO_DELAY_SECONDS } from '../rules/scale-to-zero.ts';
import { reason, type Reason } from '../telemetry/reasons.ts';
import { combineSignals, lastWish } from './combine.ts';
import { depthOf } from './depth.ts';
import { arrivedBy, fallenLoad, type FallenLoad } from './fallen-load.ts';
import { impossible } from './impossible.ts';
import { loadOf, type Load } from './load.ts';
import { isConstant, sameLoad, type SameLoad } from './same-load.ts';
import { learnRate } from './service-rate.ts';
import { uncontradictedSince, zeroConfirmed } from './zero.ts';

export interface Demand {
  /** Replicas wanted before stabilisation and limits. */
  wanted: number;
  /** Of those, replicas that stay only because they are there: no reason to buy a machine for them. */
  spare?: number | undefined;
  /** The most that would stay of what is there. */
  most?: number | undefined;
  /** What alerts may not go beyond. */
  maximum?: OpenWindow | undefined;
  /**
   * What the scale-in delay counts, where that is not all that is wanted: none for a zero that is not believed yet, and not those
   * that stand by for a burst, which wait as long as that is worth and no longer.
   */
  lasting?: number | undefined;
  backlog?: number | undefined;
  arrivals?: number | undefined;
  /** Messages per second of one replica, learned or the user's guess. */
  rate: number;
  holdIn?: string | undefined;
  /** When the log query last asked for any; absent where there is none. */
  activeAt?: number | undefined;
  /** Its answer, where it is one. */
  logDemand?: Reading<number> | undefined;
  /** When a schedule or a hint changes it by itself (epoch ms). */
  changesAt?: number | undefined;
  reasons: Reason[];
  /** What the next evaluation needs to know. */
  memory: Pick<
    PlannerState,
    | 'samples'
    | 'arrivalRate'
    | 'flow'
    | 'arrived'
    | 'levels'
    | 'outlook'
    | 'serviceRate'
    | 'zeroSince'
    | 'heldWanted'
    | 'signals'
    | 'sameLoad'
  >;
}

/**
 * `fleet` are the replicas that take messages now and those that start; `start` how long starts take, and what starts
 * sooner; `most` replicas are of use for the queue.
 */
export function demandOf(input: PlanInput, fleet: Fleet, start: Starts, most = Infinity): Demand {
  const { workload, observation, state } = input;
  const guess = workload.scaling.target.messagesPerSecondPerReplica;
  const samples = state?.samples ?? [];
  const serviceRate = learnRate(state?.serviceRate, observation.minutes, state?.flow ?? [], guess);
  const rate = serviceRate?.value ?? guess;
  const base: Demand = {
    wanted: 0,
    rate,
    reasons: [],
    memory: {
      samples,
      arrivalRate: state?.arrivalRate,
      flow: state?.flow,
      arrived: arrivedSoFar(input),
      sameLoad: state?.sameLoad,
      levels: state?.levels,
      outlook: state?.outlook,
      serviceRate,
      zeroSince: state?.zeroSince,
    },
  };
  const byQueue = queueSide(input, base, fleet, start, most);
  return withSignals(input, withLogQuery(input, byQueue), fleet, start);
}

/** Declared signals and hints beside the workload's own queue and log query. */
function withSignals(input: PlanInput, own: Demand, fleet: Fleet, start: Starts): Demand {
  const calm = settled(input.state, input.now);
  const combined = combineSignals(input, own, fleet, start, calm);
  const { wanted, spare, maximum, holdIn, changesAt, reasons, memory, outlook } = combined;
  return {
    ...own,
    wanted,
    lasting: wanted > own.wanted ? undefined : own.lasting,
    spare,
    maximum,
    holdIn,
    changesAt,
    reasons: [...own.reasons, ...reasons],
    memory: { ...own.memory, outlook: outlook ?? own.memory.outlook, signals: memory },
  };
}

const arrivedSoFar = ({ state, observation, now }: PlanInput): PlannerState['arrived'] =>
  arrivedBy(state?.arrived, observation.minutes, now);

const SAME_FLEET_MS = 600_000;

const lastWanted = (state: PlannerState | undefined): number => Math.max(lastWish(state), state?.heldWanted ?? 0);

function queueSide(input: PlanInput, base: Demand, fleet: Fleet, start: Starts, most: number): Demand {
  const { workload, observation, state, now } = input;
  const { queue, target } = workload.scaling;
  if (!queue) return base;
  const name = queueKey(queue);
  const reading = depthOf(input);
  const held = lastWanted(state);
  if ('problem' in reading) {
    const reasons = [reason('queue-stale', { queue: name, problem: reading.problem, held })];
    return { ...base, wanted: held, holdIn: 'the queue depth is not known', reasons };
  }
  const { active } = reading;
  const serving = fleet.serving + (fleet.leaving ?? 0);
  const have = serving + fleet.starting.length;
  const averaged = loadOf(state?.flow, active, serving, base.rate, reading.at);
  const load = fallenLoad(averaged, base.memory.arrived, reading.at);
  const present = { flow: load.flow, rate: base.rate, start, at: reading.at };
  const levels = learnt(input, present);
  const zeroSince = active > 0 ? undefined : (state?.zeroSince ?? reading.at);
  if (
    zeroSince !== undefined &&
    !zeroConfirmed(input, zeroSince, { have, utilization: busyBefore(input, base, serving) })
  ) {
    const memory = {
      ...base.memory,
      zeroSince: uncontradictedSince(observation, zeroSince, now),
      heldWanted: held,
      flow: load.flow,
      levels,
    };
    return {
      ...base,
      wanted: held,
      lasting: 0,
      holdIn: 'a sudden zero is not believed yet',
      reasons: [reason('zero-suspicious', { queue: name, held })],
      memory,
    };
  }
  // Those that start for it come too late to be of those that have come through others.
  const survived = survives(input, levels, present, fleet.serving, load);
  const { same, ...quiet } = quietness(input, load, reading.at);
  const calm = { ...quiet, survived: survived !== undefined };
  const outlook = aheadOf(input, load, present);
  const expecting = { ...load, expected: outlook.expected };
  const asked = wantedReplicas(expecting, base.rate, target, fleet, start, calm);
  const idle = idleSeconds(load.flow, reading.at);
  const own = atZero(asked.replicas, have, idle, workload.scaling.zeroDelaySeconds);
  const ahead = foreseen(input, levels, present, have, own);
  const reasons = loadReasons(input, base.rate, load, { asked, fleet, start }, { queue: name, active, at: reading.at });
  reasons.push(...howAtOnce(asked, start, target), ...outlook.reasons);
  if (survived) reasons.push(survived);
  if (own !== asked.replicas) reasons.push(delayReason(workload, idle, own));
  reasons.push(...ahead.reasons);
  const learned = base.memory.serviceRate;
  if (learned) {
    const { value, minutes, error = 0 } = learned;
    reasons.push(
      reason('rate-learned', { rate: value, minutes, error: error * 100, setting: target.messagesPerSecondPerReplica }),
    );
  }
  const memory = {
    ...base.memory,
    zeroSince,
    arrivalRate: load.replicas * base.rate,
    flow: load.flow,
    sameLoad: same,
    levels,
    outlook: outlook.outlook,
    samples: [[reading.at, active, serving] satisfies [number, number, number]],
  };
  const wanted = Math.min(most, Math.max(own, ahead.wanted));
  return {
    ...base,
    wanted,
    spare: Math.max(0, Math.min(own, wanted) - Math.max(asked.load, ahead.wanted)),
    most: asked.most,
    ...(standsAlone(workload) && { lasting: Math.min(most, own) }),
    changesAt: ahead.changesAt,
    backlog: active,
    arrivals: load.replicas * base.rate,
    reasons,
    memory,
  };
}

/** Whether nothing but the depth of its queue says what a workload needs. */
const standsAlone = ({ scaling: { signals = [], logQuery } }: PlanInput['workload']): boolean =>
  signals.length === 0 && logQuery === undefined;

/** A fleet that was not changed for ten minutes: what it is asked for now is chance more often than not. */
const settled = (state: PlannerState | undefined, now: number): boolean =>
  state?.steady !== undefined && now - state.steady.since >= SAME_FLEET_MS;

/** Whether fleet and load are as they were for long. */
function quietness({ state, now }: PlanInput, load: Load, at: number): Omit<Calm, 'survived'> & { same: SameLoad } {
  const same = sameLoad(state?.sameLoad, load, at);
  return { same, settled: settled(state, now), constant: isConstant(same) };
}

function loadReasons(
  { workload, now }: PlanInput,
  rate: number,
  load: FallenLoad,
  { asked, fleet, start }: { asked: Wanted; fleet: Fleet; start: Starts },
  { queue, active, at }: { queue: string; active: number; at: number },
): Reason[] {
  const { growth, busy, waiting, replicas, deviation, seconds } = load;
  return [
    reason('queue-read', { queue, active, age: (now - at) / 1000, growth }),
    reason('demand', {
      arrivals: replicas * rate,
      growth,
      busy,
      rate,
      load: replicas,
      deviation,
      seconds,
      backlog: waiting,
    }),
    ...(load.fell ? [reason('load-fell', load.fell)] : []),
    reason('wanted', {
      begins: asked.begins,
      serving: fleet.serving,
      starting: fleet.starting.length,
      ahead: asked.waitAhead,
      allowed: asked.waitAllowed,
      wait: workload.scaling.target.maxWaitSeconds,
      why: whyAllowed(asked, start, workload.scaling.target),
      need: asked.need,
      low: asked.low,
      keep: asked.keep,
      wanted: asked.replicas,
    }),
  ];
}

const delayReason = ({ scaling }: PlanInput['workload'], idle: number, wanted: number): Reason =>
  reason('zero-delay', {
    idle,
    delay: scaling.zeroDelaySeconds ?? ZERO_DELAY_SECONDS,
    effect: wanted > 0 ? 'one stays' : 'none is wanted',
  });

/** Share of the replicas that the arrivals last estimated keep busy. */
const busyBefore = ({ state }: PlanInput, { rate }: Demand, serving: number): number =>
  serving === 0 ? 0 : Math.min(1, (state?.arrivalRate ?? 0) / rate / serving);

function withLogQuery(input: PlanInput, demand: Demand): Demand {
  if (!input.workload.scaling.logQuery) return demand;
  const answer = logAnswer(input);
  if ('problem' in answer) {
    const wanted = Math.max(demand.wanted, lastWanted(input.state));
    const holdIn = demand.holdIn ?? 'the log query gave no answer';
    const reasons = [...demand.reasons, reason('log-failed', answer)];
    return { ...demand, wanted, holdIn, activeAt: lastAsked(input), reasons };
  }
  const { replicas, logDemand } = answer;
  const reasons = [...demand.reasons, reason('log-demand', { replicas })];
  const { spare = 0 } = demand;
  const wanted = Math.max(demand.wanted, replicas);
  const activeAt = replicas > 0 ? input.now : lastAsked(input);
  return { ...demand, wanted, spare: wanted - Math.max(demand.wanted - spare, replicas), activeAt, logDemand, reasons };
}

function logAnswer({
  observation: { logDemand: read },
  now,
}: PlanInput): { replicas: number; logDemand: Reading<number> } | { problem: string } {
  if (read?.status !== 'read') return { problem: read?.failure.code ?? 'it was not read' };
  const { value, at } = read;
  const problem = impossible(value, at, now);
  return problem === undefined ? { replicas: Math.ceil(value), logDemand: { value, at } } : { problem };
}
