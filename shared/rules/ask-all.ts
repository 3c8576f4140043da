// What all rules of a workload ask for, the highest of each signal. A signal that is not known asks for what it asked
// last, or for the user's fallback where that is more.

import type { PlanInput, SignalsMemory, StepMemory } from '../controller/plan-types.ts';
import type { NamedSignal } from '../signals/believed.ts';
import { byName } from '../signals/by-name.ts';
import { fallbackOf } from '../signals/named.ts';
import type { Reason } from '../telemetry/reasons.ts';
import { asksForReplicas, type RuleDeclaration } from '../workload/rules.ts';
import { ask, type AskMemory, type Asked, type Asker } from './ask.ts';
import { lastAsked } from './scale-to-zero.ts';

export interface Asking {
  /** Replicas by name of the signal: wanted, asked for whatever there is, and the most that would stay. */
  asked: Record<string, number>;
  least: Record<string, number>;
  most: Record<string, number>;
  /** The least again, of target rules in parts of a replica. */
  loads: Record<string, number>;
  /** Time of the oldest reading of a target rule; absent where none knows its signal for sure. */
  trackedAt?: number | undefined;
  /** When any was last asked for; absent where neither rules nor the log query ask. */
  activeAt?: number | undefined;
  steps: Record<string, StepMemory>;
  flows: NonNullable<SignalsMemory['flows']>;
  reasons: Reason[];
}

/** `activeAt`: when the log query last asked for any. */
export function askAll(input: PlanInput, signals: NamedSignal[], asker: Asker, activeAt: number | undefined): Asking {
  const asking: Asking = { asked: {}, least: {}, most: {}, loads: {}, activeAt, steps: {}, flows: {}, reasons: [] };
  for (const [index, rule] of (input.workload.scaling.rules ?? []).entries()) {
    const memory = memoryOf(input, rule, index);
    const signal = signals.find(({ name }) => name === rule.signal);
    const answer = signal && askOne(input, rule, signal, asker, memory);
    const { step, flow } = { ...memory, ...answer };
    if (step) asking.steps[index] = step;
    if (flow) asking.flows[rule.signal] = flow;
    if (answer) add(asking, signal, answer, input);
  }
  return asking;
}

function memoryOf({ state }: PlanInput, { signal, steps }: RuleDeclaration, index: number): AskMemory {
  const { steps: known = {}, flows = {} } = state?.signals ?? {};
  return { ...(steps && { step: known[index] }), flow: byName(flows, signal) };
}

function add(asking: Asking, { name, at }: NamedSignal, answer: Asked, input: PlanInput): void {
  const { wanted, least, most, load, reasons, busyAt = wanted > 0 ? input.now : 0 } = answer;
  raise(asking.asked, name, wanted);
  raise(asking.least, name, least ?? wanted);
  raise(asking.most, name, most ?? wanted);
  raise(asking.loads, name, load ?? wanted);
  if (load !== undefined) asking.trackedAt = Math.min(asking.trackedAt ?? Infinity, at);
  asking.activeAt = Math.max(asking.activeAt ?? lastAsked(input), busyAt);
  asking.reasons.push(...reasons);
}

const raise = (values: Record<string, number>, name: string, to: number): void => {
  values[name] = Math.max(byName(values, name) ?? 0, to);
};

function askOne(
  { workload, state, now }: PlanInput,
  rule: RuleDeclaration,
  signal: NamedSignal,
  asker: Asker,
  memory: AskMemory,
): Asked | undefined {
  const answer = ask(rule, signal, asker, memory, now);
  if (answer || signal.value !== undefined || !asksForReplicas(rule)) return answer;
  const fallback = fallbackOf(workload.scaling.signals, signal.name) ?? 0;
  return { wanted: Math.max(byName(state?.signals?.asked, signal.name) ?? 0, fallback), reasons: [] };
}
