// What all rules of a workload ask for, the highest of each signal. A signal that is not known asks for what it asked
// last, or for the user's fallback where that is more.

import type { PlanInput, StepMemory } from '../controller/plan-types.ts';
import type { NamedSignal } from '../signals/believed.ts';
import type { Reason } from '../telemetry/reasons.ts';
import type { RuleDeclaration } from '../workload/rules.ts';
import { ask, type Asked, type Fleet } from './ask.ts';

export interface Asking {
  /** Replicas by name of the signal. */
  asked: Record<string, number>;
  /** The same without tolerance, of target rules in parts of a replica. */
  loads: Record<string, number>;
  /** Time of the oldest reading of a target rule; absent where none knows its signal for sure. */
  trackedAt?: number | undefined;
  steps: Record<string, StepMemory>;
  reasons: Reason[];
}

export function askAll(input: PlanInput, signals: NamedSignal[], fleet: Fleet): Asking {
  const asking: Asking = { asked: {}, loads: {}, steps: {}, reasons: [] };
  for (const [index, rule] of (input.workload.scaling.rules ?? []).entries()) {
    const memory = input.state?.signals?.steps[index];
    const signal = signals.find(({ name }) => name === rule.signal);
    const answer = signal && askOne(input, rule, signal, fleet, memory);
    const step = answer?.step ?? memory;
    if (rule.steps && step) asking.steps[index] = step;
    if (!answer) continue;
    add(asking, signal, answer);
  }
  return asking;
}

function add(asking: Asking, { name, at }: NamedSignal, { wanted, load, reasons }: Asked): void {
  asking.asked[name] = Math.max(asking.asked[name] ?? 0, wanted);
  asking.loads[name] = Math.max(asking.loads[name] ?? 0, load ?? wanted);
  if (load !== undefined) asking.trackedAt = Math.min(asking.trackedAt ?? Infinity, at);
  asking.reasons.push(...reasons);
}

function askOne(
  { workload, state, now }: PlanInput,
  rule: RuleDeclaration,
  signal: NamedSignal,
  fleet: Fleet,
  memory: StepMemory | undefined,
): Asked | undefined {
  const answer = ask(rule, signal, fleet, memory, now);
  if (answer || signal.value !== undefined) return answer;
  const fallback = workload.scaling.signals?.find(({ name }) => name === signal.name)?.fallback ?? 0;
  return { wanted: Math.max(state?.signals?.asked[signal.name] ?? 0, fallback), reasons: [] };
}
