// How many creates and deletes will Azure still take? Each answer to a write says what is left of two windows (5 minutes
// and one hour, apart for creates and deletes) and of the token bucket of Resource Manager. Between answers:
//
//   left = what was reported + refill since then - what was sent since then, at most the limit
//
// The refill is assumed to be even: a window gives back limit / length each second, the bucket 10 tokens a second.
// Nothing reported yet means nothing known: then writes are tried, and Azure's own refusal is the answer.

import type { InFlight, PlannerState } from '../controller/plan-types.ts';
import type { Budgets } from '../ports/errors.ts';

/** Defaults of a subscription; one that reports more has more. */
const WINDOWS = {
  per5Minutes: { seconds: 300, limit: 100 },
  perHour: { seconds: 3600, limit: 300 },
  tokens: { seconds: 20, limit: 200 },
} as const;

export type BudgetName = keyof typeof WINDOWS;
export const BUDGET_NAMES = Object.keys(WINDOWS) as BudgetName[];

/** What was reported by the answers of one kind of write in one home. */
export interface Reported extends Budgets {
  at: number;
}

export type BudgetKind = 'create' | 'delete';
type Memory = NonNullable<PlannerState['budgets']>;

/** A report says nothing any more once every window has passed (milliseconds). */
const FORGOTTEN_MS = 3_600_000;

export const budgetKey = (home: string, kind: BudgetKind): string => `${kind} ${home}`;

/** Adds what an answer reported. Of answers to one evaluation the lowest counts: they come in any order. */
export function learnBudgets(
  memory: Memory | undefined,
  home: string,
  kind: BudgetKind,
  told: Budgets,
  now: number,
): Memory {
  const kept = Object.fromEntries(Object.entries(memory ?? {}).filter(([, { at }]) => now - at < FORGOTTEN_MS));
  const key = budgetKey(home, kind);
  const before = kept[key];
  const next: Reported = { at: now };
  for (const name of BUDGET_NAMES) {
    const same = before?.at === now ? before[name] : undefined;
    const lowest = Math.min(told[name] ?? Infinity, same ?? Infinity);
    if (lowest !== Infinity) next[name] = lowest;
  }
  return { ...kept, [key]: next };
}

/** What is left of one budget now; undefined when it was never reported. `sent` are writes since the report. */
export function budgetLeft(
  reported: Reported | undefined,
  name: BudgetName,
  sent: number,
  now: number,
): { left: number; limit: number } | undefined {
  const told = reported?.[name];
  if (reported === undefined || told === undefined) return undefined;
  const window = WINDOWS[name];
  const limit = Math.max(window.limit, told + 1);
  const refilled = Math.floor((told + ((now - reported.at) / 1000) * (limit / window.seconds)) * (1 + 1e-12));
  return { left: Math.max(0, Math.min(limit, refilled) - sent), limit };
}

/** Writes of a kind in a home that were sent after a moment and may not be part of what was reported then. */
export const sentSince = (
  inFlight: InFlight[],
  kind: BudgetKind,
  isHere: (request: InFlight) => boolean,
  at: number,
): number => inFlight.filter((request) => request.kind === kind && request.at > at && isHere(request)).length;
