// All declared signals of a workload as named numbers with their age: first those with a source of their own, then the
// formulas over them, which know of each signal `x` also `x_age` (seconds of its oldest message) and `x_growth`.

import type { PlanInput, SignalMemory } from '../controller/plan-types.ts';
import type { AlertSignal } from '../ports/stores.ts';
import { sourceOf, type SignalDeclaration } from '../workload/signals.ts';
import { activeAlerts } from './alerts.ts';
import { believed, type NamedSignal } from './believed.ts';
import { evaluateFormula, namesIn } from './formula.ts';
import { activeHints, hintLeadSeconds } from './hints.ts';
import { windowAt } from './schedule.ts';

export interface NamedSignals {
  signals: NamedSignal[];
  readings: Record<string, SignalMemory>;
  /** When a schedule changes next. */
  changesAt: number | undefined;
}

export function namedSignals(input: PlanInput, have: number): NamedSignals {
  const declared = input.workload.scaling.signals ?? [];
  const readings: Record<string, SignalMemory> = {};
  const own = declared
    .filter(({ formula }) => formula === undefined)
    .map((signal) => {
      const known = computed(input, signal);
      if (known) return known;
      const { named, memory } = believed(input, signal, have);
      if (memory) readings[signal.name] = memory;
      return named;
    });
  const formulas = declared.flatMap((signal) =>
    signal.formula === undefined ? [] : formulaSignal(signal, own, input),
  );
  const changes = declared.flatMap(({ schedule }) => (schedule ? windowAt(schedule, input.now).changesAt : []));
  const changesAt = Math.min(Infinity, ...changes);
  return { signals: [...own, ...formulas], readings, changesAt: Number.isFinite(changesAt) ? changesAt : undefined };
}

/** What no service is asked for: alerts and hints were pushed, a schedule is told by the time alone. */
function computed({ observation, state, now }: PlanInput, signal: SignalDeclaration): NamedSignal | undefined {
  const { name, alert, schedule, hint } = signal;
  const certain = (value: number, at = now): NamedSignal => {
    return { name, kind: sourceOf(signal), value, at, ageSeconds: Math.max(0, (now - at) / 1000) };
  };
  if (schedule) return certain(windowAt(schedule, now).inside ? 1 : 0);
  if (alert) {
    const fired = activeAlerts(observation.alerts, now).filter((one) => takes(alert, one.rule));
    const worst = fired.toSorted((a, b) => weightOf(b.severity) - weightOf(a.severity))[0];
    return worst ? certain(weightOf(worst.severity), worst.at) : certain(0);
  }
  if (!hint) return undefined;
  const mine = (observation.hints ?? []).filter((one) => one.signal === name);
  const active = activeHints(mine, hintLeadSeconds(state?.experience), now);
  return certain(Math.max(0, ...active.map(({ load }) => load)));
}

/** Whether an alert signal stands for the alert of this rule. */
const takes = (alert: NonNullable<SignalDeclaration['alert']>, rule: string): boolean =>
  alert.rule === undefined || alert.rule.toLowerCase() === rule.toLowerCase();

/** Whether a declared signal stands for the alert; then its rules decide, and it adds no groups by itself. */
const isSignal = (signals: SignalDeclaration[] | undefined, rule: string): boolean =>
  (signals ?? []).some(({ alert }) => alert !== undefined && takes(alert, rule));

/** Alerts that add groups by themselves. */
export const addingAlerts = ({ workload, observation, now }: PlanInput): AlertSignal[] =>
  activeAlerts(observation.alerts, now).filter(({ rule }) => !isSignal(workload.scaling.signals, rule));

/** Sev0 weighs 5, Sev4 weighs 1; one of an unknown form weighs as little as the mildest. */
const weightOf = (severity: string): number => 5 - Number(/^Sev([0-4])$/i.exec(severity)?.[1] ?? 4);

function formulaSignal(
  { name, formula = '' }: SignalDeclaration,
  others: NamedSignal[],
  { now }: PlanInput,
): NamedSignal {
  const used = namesIn(formula);
  const inputs = others.filter((one) => used.some((word) => word === one.name || partOf(word) === one.name));
  const values: Record<string, number> = {};
  for (const one of inputs) {
    const { value, oldestSeconds, growth } = one;
    if (value === undefined) continue;
    values[one.name] = value;
    if (growth !== undefined) values[`${one.name}_growth`] = growth;
    const age = value === 0 ? 0 : oldestSeconds;
    if (age !== undefined) values[`${one.name}_age`] = age;
  }
  const at = Math.min(now, ...inputs.map((one) => one.at));
  const signal = { name, kind: 'formula' as const, at, ageSeconds: (now - at) / 1000 };
  const missing = used.find((word) => !Object.hasOwn(values, word));
  if (missing !== undefined) return { ...signal, value: undefined, problem: `${missing} is not known` };
  const result = evaluateFormula(formula, values);
  if ('problem' in result) return { ...signal, value: undefined, problem: result.problem };
  const doubtful = inputs.find(({ problem }) => problem !== undefined);
  const problem = doubtful && `of ${doubtful.name}: ${doubtful.problem}`;
  const missed = inputs.some((one) => one.missed);
  return { ...signal, value: result.value, problem, messages: messagesOf(inputs), missed };
}

/** Where all of them are queues, their messages together: what the formula makes of those says nothing of who is busy. */
const messagesOf = (inputs: NamedSignal[]): number | undefined =>
  inputs.length > 0 && inputs.every(({ messages }) => messages !== undefined)
    ? inputs.reduce((sum, { messages = 0 }) => sum + messages, 0)
    : undefined;

/** Replicas to have at least while the signal is not known: a formula without a fallback has the largest of what it reads. */
export function fallbackOf(signals: SignalDeclaration[] = [], name: string): number | undefined {
  const signal = signals.find((one) => one.name === name);
  if (signal?.fallback !== undefined || signal?.formula === undefined) return signal?.fallback;
  const read = new Set(namesIn(signal.formula).map(partOf));
  const fallbacks = signals.flatMap((one) => (read.has(one.name) ? (one.fallback ?? []) : []));
  return fallbacks.length > 0 ? Math.max(...fallbacks) : undefined;
}

/** `orders` of `orders_age` and `orders_growth`. */
export const partOf = (word: string): string => word.replace(/_(age|growth)$/, '');
