// A replica leaves discovery before it is told to drain, so that no client is sent to it any more when it stops taking work:
//
//   chosen to go ─> out of every listing (written) ─> seen to be out of all of them ─> older than the TTL ─> drain
//
// What holds the drain is what was observed, not what was sent. A listing that cannot be read or written holds it for a few
// minutes at most: capacity that nobody needs must not be paid for without end.

import type { PlannerState } from '../controller/plan-types.ts';
import type { BurstGroup } from '../health/fleet.ts';

/** A gateway may take two minutes for a change, and starts one a minute. */
const HELD_MOST_MS = 4 * 60_000;

export type Leaving = NonNullable<NonNullable<PlannerState['discovery']>['leaving']>;

export interface LeaveInput {
  /** Who is chosen to drain and does not yet, with their addresses. */
  chosen: { name: string; address: string | undefined }[];
  before: Leaving;
  /** All that is listed; undefined while a listing could not be read. */
  listed: ReadonlySet<string> | undefined;
  ttlMs: number;
  now: number;
}

/** Whose drain waits, and what to remember of them. */
export function leave({ chosen, before, listed, ttlMs, now }: LeaveInput): Leaving {
  const waiting = chosen.flatMap(({ name, address }) => {
    const known = before[name];
    // A new address has not been published yet, and the old one is nobody's: clients cannot hold it against this replica.
    if (address === undefined || (!known && listed && !listed.has(address))) return [];
    const since = known?.since ?? now;
    const isOut = listed !== undefined && !listed.has(address);
    const outSince = isOut ? (known?.outSince ?? now) : undefined;
    const done = outSince !== undefined && now - outSince >= ttlMs;
    return done || now - since >= HELD_MOST_MS ? [] : [[name, { since, ...(outSince !== undefined && { outSince }) }]];
  });
  return Object.fromEntries(waiting) as Leaving;
}

/** The groups, with those marked that wait to drain: when some have to go, it is them. */
export function markLeaving(groups: BurstGroup[], state: PlannerState | undefined): BurstGroup[] {
  const leaving = state?.discovery?.leaving;
  if (!leaving) return groups;
  return groups.map((group) => (group.name in leaving ? Object.assign({}, group, { leaving: true }) : group));
}
