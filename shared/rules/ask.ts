// What does one rule ask for, given its signal? Rules on a signal that is not known ask for what they asked last.

import type { PlannerState, SignalsMemory, StepMemory } from '../controller/plan-types.ts';
import type { NamedSignal } from '../signals/believed.ts';
import { reason, type Reason } from '../telemetry/reasons.ts';
import type { RuleDeclaration, Step } from '../workload/rules.ts';
import { askQueue, isTarget } from './queue-target.ts';
import { takeStep } from './step-rules.ts';
import { servedAt, servedOver, targetReason, trackTarget } from './target-tracking.ts';
import type { Fleet, Starts } from './wanted.ts';

export interface Asked {
  wanted: number;
  /** What is asked for whatever there is, and the most that would stay of what there is; absent: `wanted`. */
  least?: number | undefined;
  most?: number | undefined;
  /** By target rules: what the signal keeps busy, in parts of a replica. */
  load?: number | undefined;
  /** When there was last work, where that is known. */
  busyAt?: number | undefined;
  reasons: Reason[];
  step?: StepMemory | undefined;
  /** Of a queue, for the next evaluation. */
  flow?: PlannerState['flow'];
}

/** Who asks: the workload, as far as rules go by it. */
export interface Asker {
  fleet: Fleet;
  /** Replicas that serve or start. */
  have: number;
  served: SignalsMemory['serving'];
  turning?: SignalsMemory['turning'];
  /** Messages per second of one replica. */
  rate: number;
  start: Starts;
  /** The fleet was not changed for long. */
  settled: boolean;
  /** Most of its time that a replica may be busy in steady state. */
  utilization: number;
  zeroDelaySeconds?: number | undefined;
}

/** What one rule remembers, and its signal. */
export interface AskMemory {
  step?: StepMemory | undefined;
  flow?: PlannerState['flow'];
}

/** A metric is the mean of the minute that ends at its time, and so of all that served in it. */
const MINUTE_MS = 60_000;

/** Undefined for a rule that only bounds the workload, and for one whose step rule cannot be told. */
export function ask(
  rule: RuleDeclaration,
  named: NamedSignal,
  asker: Asker,
  memory: AskMemory,
  now: number,
): Asked | undefined {
  const { name: signal, value, messages, at } = named;
  const { have, served, turning, rate } = asker;
  if (rule.window) return windowAsk(rule, named);
  if (value === undefined) return undefined;
  if (have === 0 && value <= rule.activation && !memory.step?.wanted) {
    return { wanted: 0, load: 0, reasons: [reason('rule-inactive', { signal, value, activation: rule.activation })] };
  }
  if (rule.steps) return stepAsk(rule, { ...named, value }, have, memory.step, now);
  if (messages !== undefined && isTarget(rule))
    return askQueue(rule, { ...named, value, messages }, memory.flow, asker);
  const then = (samples: SignalsMemory['serving']): number =>
    rule.utilizationPercent === undefined ? servedAt(samples, at, have) : servedOver(samples, at - MINUTE_MS, at, have);
  const tracked = trackTarget(rule, value, have, then(served), rate, turning && then(turning));
  return { ...tracked, reasons: [targetReason(signal, value, tracked)] };
}

function stepAsk(
  rule: RuleDeclaration,
  { name: signal, value, problem, missed }: NamedSignal & { value: number },
  have: number,
  memory: StepMemory | undefined,
  now: number,
): Asked {
  // A step on a value of which nothing is sure would be one too many; what was decided stands.
  if (problem !== undefined) return { wanted: memory?.wanted ?? have, step: memory, reasons: [] };
  // Nobody knows what the value was while there was none: a threshold is crossed from now on.
  const known = missed && memory ? { ...memory, since: {} } : memory;
  const { wanted, taken, why, memory: step } = takeStep(rule, value, have, known, now);
  if (!taken) return { wanted, step, reasons: [reason('rule-step-kept', { signal, value, wanted, why })] };
  const { from } = taken;
  const values = {
    signal,
    value,
    crossed: crossedText(taken.step, rule),
    from,
    wanted,
    coolDown: rule.coolDownSeconds,
  };
  return { wanted, step, reasons: [reason('rule-step', values)] };
}

function crossedText({ above, below = 0 }: Step, { forSeconds }: RuleDeclaration): string {
  const crossed = above === undefined ? `below ${below}` : `above ${above}`;
  return forSeconds === 0 ? `is ${crossed}` : `has been ${crossed} for ${forSeconds} s`;
}

function windowAsk({ window }: RuleDeclaration, { name: signal, kind, value }: NamedSignal): Asked | undefined {
  if (window?.wanted === undefined || value === undefined) return undefined;
  if (value === 0) return { wanted: 0, reasons: [] };
  return { wanted: window.wanted, reasons: [reason('rule-window', { signal, kind, wanted: window.wanted })] };
}
