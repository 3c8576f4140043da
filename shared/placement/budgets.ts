// How many creates and deletes will Azure still take? Each answer to a write says what is left of two windows (5 minutes
// and one hour, apart for creates and deletes) and of the token bucket of Resource Manager. Between answers:
//
//   left = what was reported + what came back since then - what was sent since then, at most the limit
//
// What comes back: the bucket gives 10 tokens a second, evenly. A window gives back a write when it is as old as the window is
// long. When that is, is known of the writes of this workload; those of others are assumed to be spread evenly over it. How
// Azure really counts is not documented, and who asks for more than there is has to wait for a minute: so where nothing is left
// by this, but would be if all came back evenly, one write is tried, unless some of our own come back within that minute.
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
  /** Writes of ours that were accepted within an hour: epoch milliseconds of the last of a few, and how many. */
  written?: [at: number, count: number][] | undefined;
}

export type BudgetKind = 'create' | 'delete';
type Memory = NonNullable<PlannerState['budgets']>;
type Written = NonNullable<Reported['written']>;

/** A report says nothing any more once every window has passed (milliseconds). */
const FORGOTTEN_MS = 3_600_000;
/** Writes are remembered to ten seconds while the shorter window holds them, and to two minutes after that (milliseconds). */
const FINE_MS = 10_000;
const COARSE_MS = 120_000;
/** Azure asks for about so long a wait when a window is full (milliseconds). */
const REFUSED_MS = 60_000;

export const budgetKey = (home: string, kind: BudgetKind): string => `${kind} ${home}`;

/**
 * Adds what an answer reported, and the write that it `accepted`. Of answers to one evaluation the lowest counts: they come in
 * any order.
 */
export function learnBudgets(
  memory: Memory | undefined,
  home: string,
  kind: BudgetKind,
  told: Budgets,
  accepted: boolean,
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
  const written = remembered([...(before?.written ?? []), ...(accepted ? [[now, 1] as [number, number]] : [])], now);
  return { ...kept, [key]: { ...next, ...(written.length > 0 && { written }) } };
}

/** Neighbours in one: all of them count from the last, so that none is back sooner than it is. */
function remembered(written: Written, now: number): Written {
  const list: Written = [];
  for (const [at, count] of written) {
    if (at <= now - FORGOTTEN_MS) continue;
    const last = list.at(-1);
    const slot = now - at < WINDOWS.per5Minutes.seconds * 1000 ? FINE_MS : COARSE_MS;
    if (last && Math.floor(last[0] / slot) === Math.floor(at / slot)) list[list.length - 1] = [at, last[1] + count];
    else list.push([at, count]);
  }
  return list;
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
  const { limit: usual, seconds } = WINDOWS[name];
  const limit = Math.max(usual, told + 1);
  const leftOf = (back: number): number => Math.min(limit, Math.floor((told + back) * (1 + 1e-12))) - sent;
  const share = (now - reported.at) / 1000 / seconds;
  const evenly = leftOf(share * limit);
  const left = name === 'tokens' || share >= 1 ? evenly : leftOf(backOf(reported, limit - told, seconds * 1000, now));
  const oneTried = left < 1 && evenly >= 1 && !comesBackSoon(reported, seconds * 1000, now);
  return { left: oneTried ? 1 : Math.max(0, left), limit };
}

/** Writes that a window of this length (milliseconds) gave back since the report, when it held so many. */
function backOf({ at, written = [] }: Reported, held: number, length: number, now: number): number {
  const within = (from: number, to: number): number =>
    written.reduce((sum, [one, count]) => sum + (one > from && one <= to ? count : 0), 0);
  const others = Math.max(0, held - within(at - length, at));
  const back = within(at - length, now - length) + (others * (now - at)) / length;
  // Of neighbours in one some may have been back when that was reported.
  return Math.min(back, Math.max(0, held - within(now - length, at)));
}

const comesBackSoon = ({ written = [] }: Reported, length: number, now: number): boolean =>
  written.some(([one]) => one > now - length && one <= now - length + REFUSED_MS);

/** Writes of a kind in a home that were sent after a moment and may not be part of what was reported then. */
export const sentSince = (
  inFlight: InFlight[],
  kind: BudgetKind,
  isHere: (request: InFlight) => boolean,
  at: number,
): number => inFlight.filter((request) => request.kind === kind && request.at > at && isHere(request)).length;
