// How much of a region may a workload take that shares it with others? One row per region and subscription (a home) holds,
// for each workload, what it has reserved and what it asked for in vain. A reservation is written, guarded by the row's
// ETag, before the creates leave; it ends by itself, because by then the quota shows the groups.
//
//   a workload leaves   what others have reserved, and what others of higher priority asked for within the last minute

import type { PoolRow } from '../ports/pools.ts';

/** By then a group shows in the quota, which is read at every evaluation that follows a create. */
const RESERVED_MS = 60_000;
const ASKED_MS = 60_000;

export interface PoolWish {
  workload: string;
  priority: number;
  /** Groups it places here now. */
  wanted: number;
  /** Groups it would have placed here if there were room. */
  unmet: number;
  now: number;
}

/** Groups that a workload must leave to others. */
export function othersClaim(row: PoolRow | undefined, workload: string, priority: number, now: number): number {
  return Object.entries(row?.workloads ?? {}).reduce((sum, [name, entry]) => {
    if (name === workload) return sum;
    const reserved = entry.reserved
      .filter(({ at }) => now - at < RESERVED_MS)
      .reduce((total, { groups }) => total + groups, 0);
    const asked = entry.priority > priority && now - entry.askedAt < ASKED_MS ? entry.asked : 0;
    return sum + reserved + asked;
  }, 0);
}

/**
 * The row with this workload's reservation and wish in it, and the groups it was granted. `planned` is what the plan left
 * to others; what they claimed since then comes off.
 */
export function reserve(
  row: PoolRow | undefined,
  { workload, priority, wanted, unmet, now }: PoolWish,
  planned: number,
): { row: PoolRow; granted: number } {
  const claimedSince = Math.max(0, othersClaim(row, workload, priority, now) - planned);
  const granted = Math.max(0, wanted - claimedSince);
  const own = row?.workloads[workload];
  const reserved = (own?.reserved ?? []).filter(({ at }) => now - at < RESERVED_MS);
  if (granted > 0) reserved.push({ groups: granted, at: now });
  const workloads = Object.fromEntries(
    Object.entries(row?.workloads ?? {}).filter(
      ([, { reserved, askedAt }]) => now - askedAt < ASKED_MS || reserved.some(({ at }) => now - at < RESERVED_MS),
    ),
  );
  const asked = unmet + wanted - granted;
  return { granted, row: { workloads: { ...workloads, [workload]: { priority, reserved, asked, askedAt: now } } } };
}
