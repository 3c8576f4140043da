// How many replicas does the load ask for, all signals together? The highest of what the queue and the log query ask
// for; alerts are added later, on top of the split. A reading that is missing, stale or hard to believe never lowers
// the demand: the last wish stands, and `holdIn` says why nothing may be scaled in.

import type { PlanInput, PlannerState } from '../controller/plan-types.ts';
import { queueKey } from '../ports/demand.ts';
import { wantedReplicas } from '../rules/wanted.ts';
import { reason, type Reason } from '../telemetry/reasons.ts';
import { addSample, learnRate, queueDemand } from './queue-demand.ts';
import { uncontradictedSince, zeroConfirmed } from './zero.ts';

export interface Demand {
  /** Replicas wanted before stabilisation and limits. */
  wanted: number;
  backlog?: number | undefined;
  arrivals?: number | undefined;
  /** Messages per second of one replica, learned or the user's guess. */
  rate: number;
  holdIn?: string | undefined;
  reasons: Reason[];
  /** What the next evaluation needs to know. */
  memory: Pick<PlannerState, 'samples' | 'arrivalRate' | 'serviceRate' | 'zeroSince'>;
}

/** `serving` is the number of replicas that take messages now; `have` counts those that start as well. */
export function demandOf(input: PlanInput, serving: number, have: number): Demand {
  const { workload, observation, state } = input;
  const guess = workload.scaling.target.messagesPerSecondPerReplica;
  const samples = state?.samples ?? [];
  const serviceRate = learnRate(state?.serviceRate, observation.minutes, samples, guess);
  const rate = serviceRate?.value ?? guess;
  const base: Demand = {
    wanted: 0,
    rate,
    reasons: [],
    memory: { samples, arrivalRate: state?.arrivalRate, serviceRate, zeroSince: state?.zeroSince },
  };
  const byQueue = queueSide(input, base, serving, have);
  return withLogQuery(input, byQueue);
}

const lastWanted = (state: PlannerState | undefined): number => state?.wanted.at(-1)?.[1] ?? 0;

function queueSide(input: PlanInput, base: Demand, serving: number, have: number): Demand {
  const { workload, observation, state, now } = input;
  const { queue, target, staleAfterSeconds } = workload.scaling;
  if (!queue) return base;
  const name = queueKey(queue);
  const reading = depthOf(observation.queue, now, staleAfterSeconds);
  const held = lastWanted(state);
  if ('problem' in reading) {
    const reasons = [reason('queue-stale', { queue: name, problem: reading.problem, held })];
    return { ...base, wanted: held, holdIn: 'the queue depth is not known', reasons };
  }
  const { samples } = base.memory;
  const { active } = reading;
  const zeroSince = active > 0 ? undefined : (state?.zeroSince ?? reading.at);
  if (
    zeroSince !== undefined &&
    !zeroConfirmed(input, zeroSince, { have, utilization: busyBefore(input, base, serving) })
  ) {
    const memory = { ...base.memory, zeroSince: uncontradictedSince(observation, zeroSince, now) };
    return {
      ...base,
      wanted: held,
      holdIn: 'a sudden zero is not believed yet',
      reasons: [reason('zero-suspicious', { queue: name, held })],
      memory,
    };
  }
  const demand = queueDemand(samples, active, serving, base.rate, state?.arrivalRate, reading.at);
  const wanted = wantedReplicas(demand, base.rate, target, have);
  const age = (now - reading.at) / 1000;
  const { growth, busy, arrivals, waiting } = demand;
  const reasons = [
    reason('queue-read', { queue: name, active, age, growth }),
    reason('demand', {
      arrivals,
      growth,
      busy,
      rate: base.rate,
      backlog: waiting,
      wait: target.maxWaitSeconds,
      wanted,
    }),
  ];
  const learned = base.memory.serviceRate;
  if (learned) {
    const { value, minutes } = learned;
    reasons.push(reason('rate-learned', { rate: value, minutes, setting: target.messagesPerSecondPerReplica }));
  }
  const memory = {
    ...base.memory,
    zeroSince,
    arrivalRate: arrivals,
    samples: addSample(samples, reading.at, active, serving),
  };
  return { ...base, wanted, backlog: active, arrivals, reasons, memory };
}

/** Share of the replicas that the arrivals last estimated keep busy. */
const busyBefore = ({ state }: PlanInput, { rate }: Demand, serving: number): number =>
  serving === 0 ? 0 : Math.min(1, (state?.arrivalRate ?? 0) / rate / serving);

/** Active messages and when they were read, or why they are not known. */
function depthOf(
  reading: PlanInput['observation']['queue'],
  now: number,
  staleAfterSeconds: number,
): { active: number; at: number } | { problem: string } {
  if (reading?.status !== 'read') return { problem: reading?.failure.code ?? 'it was not read' };
  const { active } = reading.value;
  if (!Number.isFinite(active) || active < 0) return { problem: 'its reading is no number of messages' };
  if (now - reading.at > staleAfterSeconds * 1000) return { problem: 'its reading is too old' };
  return { active, at: reading.at };
}

function withLogQuery({ workload, observation, state }: PlanInput, demand: Demand): Demand {
  if (!workload.scaling.logQuery) return demand;
  const reading = observation.logDemand;
  if (reading?.status !== 'read' || !Number.isFinite(reading.value)) {
    const problem = reading?.status === 'failed' ? reading.failure.code : 'no number';
    const wanted = Math.max(demand.wanted, lastWanted(state));
    const holdIn = demand.holdIn ?? 'the log query gave no answer';
    return { ...demand, wanted, holdIn, reasons: [...demand.reasons, reason('log-failed', { problem })] };
  }
  const replicas = Math.max(0, Math.ceil(reading.value));
  const reasons = [...demand.reasons, reason('log-demand', { replicas })];
  return { ...demand, wanted: Math.max(demand.wanted, replicas), reasons };
}
