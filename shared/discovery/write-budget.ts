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

/** The row with one more write in it; undefined when the minute is used up. */
export function claimWrite(row: PoolRow | undefined, workload: string, most: number, now: number): PoolRow | undefined {
  const live = Object.entries(row?.workloads ?? {}).map(([name, entry]) => {
    const reserved = entry.reserved.filter(({ at }) => now - at < WINDOW_MS);
    return [name, { ...entry, reserved }] as const;
  });
  const used = live.reduce((sum, [, { reserved }]) => sum + reserved.length, 0);
  if (used >= most) return undefined;
  const workloads = Object.fromEntries(live.filter(([, { reserved }]) => reserved.length > 0));
  const reserved = [...(workloads[workload]?.reserved ?? []), { groups: 1, at: now }];
  return { workloads: { ...workloads, [workload]: { priority: 0, reserved, asked: 0, askedAt: 0 } } };
}
