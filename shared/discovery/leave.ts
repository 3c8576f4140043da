// A replica leaves discovery before it is told to drain, so that no client is sent to it any more when it stops taking work:
//
//   chosen to go ─> out of every listing (written) ─> seen to be out of all of them ─> older than the TTL ─> drain
//
// What holds the drain is what was observed, not what was sent. A listing that cannot be read or written holds it for a few
// minutes at most: capacity that nobody needs must not be paid for without end.

import type { Action, PlannerState } from '../controller/plan-types.ts';
import type { BurstGroup } from '../health/fleet.ts';

/** A gateway may take two minutes for a change, and starts one a minute. */
const HELD_MOST_MS = 4 * 60_000;

export type Leaving = NonNullable<NonNullable<PlannerState['discovery']>['leaving']>;

/** Addresses that clients may hold although nobody is to use them: since when each is out of every listing, or 0. */
export type Held = Record<string, number>;

export interface LeaveInput {
  /** Who is chosen to drain and does not yet, with their addresses. */
  chosen: { name: string; address: string | undefined }[];
  before: Leaving;
  /** What went out for what was known against it, before it was chosen: clients may hold its address all the same. */
  held: Held;
  /** All that is listed; undefined while a listing could not be read. */
  listed: ReadonlySet<string> | undefined;
  ttlMs: number;
  now: number;
}

/** Whose drain waits, and what to remember of them. */
export function leave({ chosen, before, held, listed, ttlMs, now }: LeaveInput): Leaving {
  const waiting = chosen.flatMap(({ name, address }) => {
    if (address === undefined) return [];
    const isOut = listed !== undefined && !listed.has(address);
    const known = before[name] ?? since(held[address]);
    // A new address has not been published yet, and the old one is nobody's: clients cannot hold it against this replica.
    if (!known && isOut) return [];
    const chosenAt = known?.since ?? now;
    const outSince = isOut ? (known?.outSince ?? now) : undefined;
    const done = outSince !== undefined && now - outSince >= ttlMs;
    if (done || now - chosenAt >= HELD_MOST_MS) return [];
    return [[name, { since: chosenAt, ...(outSince !== undefined && { outSince }) }]];
  });
  return Object.fromEntries(waiting) as Leaving;
}

/** What is remembered when the limit on changes puts drains off: who waited for its drain goes on leaving. */
export function putOff(
  memory: PlannerState['discovery'],
  before: PlannerState['discovery'],
  cut: Action[],
): PlannerState['discovery'] {
  const names = new Set(cut.flatMap((action) => (action.kind === 'drain-group' ? [action.name] : [])));
  const waiting = Object.entries(before?.leaving ?? {}).filter(([name]) => names.has(name));
  return memory && { ...memory, leaving: { ...memory.leaving, ...Object.fromEntries(waiting) } };
}

const since = (outSince: number | undefined): Leaving[string] | undefined =>
  outSince ? { since: outSince, outSince } : undefined;

/**
 * Which of the addresses that are out, or were and are not listed again yet, clients may still hold, after this observation:
 * each that was listed, or may have been while no listing could be read, until it has been out for a TTL.
 */
export function heldNow(out: string[], { held, listed, ttlMs, now }: Omit<LeaveInput, 'chosen' | 'before'>): Held {
  const isOut = new Set(out);
  const kept = [...new Set([...out, ...Object.keys(held)])].flatMap((address): [string, number][] => {
    if (listed?.has(address)) return isOut.has(address) ? [[address, 0]] : [];
    const known = held[address];
    // What was written since the last listing that could be read may have listed it.
    if (known === undefined) return listed === undefined ? [[address, 0]] : [];
    const outSince = listed === undefined ? 0 : known || now;
    return now - outSince < ttlMs || outSince === 0 ? [[address, outSince]] : [];
  });
  return Object.fromEntries(kept);
}

/** The groups, with those marked that wait to drain: when some have to go, it is them. */
export function markLeaving(groups: BurstGroup[], state: PlannerState | undefined): BurstGroup[] {
  const leaving = state?.discovery?.leaving;
  if (!leaving) return groups;
  return groups.map((group) => (group.name in leaving ? Object.assign({}, group, { leaving: true }) : group));
}
