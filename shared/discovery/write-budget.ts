// How many writes may a record set's zone or a gateway take now? Workloads share both, so each write is claimed in a row
// that all of them see, guarded by its ETag, before it leaves. Claims end by themselves after a minute.

import type { PoolRow } from '../ports/pools.ts';

const WINDOW_MS = 60_000;
/** A zone takes 60 changes of record sets a minute (limits of Azure DNS); a few are left to others than Spillway. */
export const ZONE_WRITES = 50;
/** A gateway takes most of a minute for one change, and all that changed meanwhile goes into the next. */
export const GATEWAY_WRITES = 1;

/** Key of the row for the zone of a record set or for the gateway of a pool: its resource id without the last two parts. */
export const writeKey = (id: string): string => `writes:${id.split('/').slice(0, -2).join('/').toLowerCase()}`;

/** Who waits asks at each evaluation, but not while a gateway is busy, which may last two minutes. Others have given up. */
const ASKS_MS = 150_000;

/**
 * Whether this workload may write now, and the row with that, or with that it waits. Who has waited longest is first: a
 * workload that changes all the time must not keep the others from a gateway that takes one write a minute.
 */
export function claimWrite(
  row: PoolRow | undefined,
  workload: string,
  most: number,
  now: number,
): { row: PoolRow; granted: boolean } {
  const live = Object.entries(row?.workloads ?? {}).map(([name, entry]) => {
    const reserved = entry.reserved.filter(({ at }) => now - at < WINDOW_MS);
    const asks = now - (entry.askedAt ?? 0) < ASKS_MS ? entry.asked : 0;
    return [name, { ...entry, reserved, asked: asks }] as const;
  });
  const known = Object.fromEntries(live.filter(([, { reserved, asked }]) => reserved.length > 0 || asked > 0));
  const used = live.reduce((sum, [, { reserved }]) => sum + reserved.length, 0);
  const own = known[workload] ?? { priority: 0, reserved: [], asked: 0, askedAt: 0 };
  const since = own.asked || now;
  const first = live.filter(([name, { asked }]) => name !== workload && asked > 0 && asked < since).length;
  const granted = used + first < most;
  const entry = granted
    ? { ...own, reserved: [...own.reserved, { groups: 1, at: now }], asked: 0, askedAt: 0 }
    : { ...own, asked: since, askedAt: now };
  return { row: { workloads: { ...known, [workload]: entry } }, granted };
}
