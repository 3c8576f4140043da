// The drain contract: a replica says whether it is busy and is told to serve on or to drain. A replica that polls is
// never stopped while it is busy, up to the drain time-out.
//
// What a poll costs: one read of a small row and one write of the replica's own row; while the replica drains, one more
// read of that row. What the sweeper marked and the planner state are read only when the small row is missing or too old
// to trust.

import { instanceKey } from '../failover/instance-drained.ts';
import { TAGS } from '../placement/tags.ts';
import type { Beat } from '../ports/stores.ts';
import type { Context } from './context.ts';
import { marksOf } from './sweep.ts';

/** Evaluations follow each other within 5 s while anything drains; an older row was left by one that died. */
const ROW_FRESH_MS = 60_000;
/** That nobody drains is written each five minutes; the sweeper marks after fifteen without an evaluation at the earliest. */
const NONE_FRESH_MS = 10 * 60_000;

export interface Poll {
  busy: boolean;
  /** What the replica was told last, where it says so. Otherwise it counts as told what the last answer said. */
  told?: 'serve' | 'drain' | undefined;
}

/** `name` is the container group's name, or the id of a scale set instance. Undefined: nobody knows of it. */
export async function pollReplica(
  { ports, workloads, log }: Pick<Context, 'ports' | 'workloads' | 'log'>,
  workload: string,
  name: string,
  { busy, told }: Poll,
): Promise<{ state: 'serve' | 'drain' } | undefined> {
  if (!workloads.some((candidate) => candidate.name === workload)) {
    return name in (await marksOf(ports)) ? { state: 'drain' } : undefined;
  }
  const at = ports.clock.now();
  const since = await drainingSince({ ports, log }, workload, name);
  if (since === undefined) {
    await ports.controls.beat(workload, { replica: name, busy, at });
    return { state: 'serve' };
  }
  const last = await ports.controls.lastBeat(workload, name);
  // Until it has heard the answer a replica takes work, so idle counts only from one that had been told before.
  await ports.controls.beat(workload, { replica: name, busy: busy || !knew(last, since, told), at, told: since });
  return { state: 'drain' };
}

const knew = (last: Beat | undefined, since: number, told: Poll['told']): boolean =>
  last?.told === since && told !== 'serve';

async function drainingSince(
  { ports, log }: Pick<Context, 'ports' | 'log'>,
  workload: string,
  name: string,
): Promise<number | undefined> {
  const keys = [name, instanceKey(name)];
  const stored = await ports.controls.drains(workload);
  if (stored === 'unreadable') log.warn('drains-unread', { workload });
  const row = stored === 'unreadable' ? undefined : stored;
  const none = row !== undefined && Object.keys(row.since).length === 0;
  if (row && ports.clock.now() - row.at <= (none ? NONE_FRESH_MS : ROW_FRESH_MS)) return sinceOf(row.since, keys);
  const marked = (await marksOf(ports))[name];
  if (marked !== undefined || none) return marked;
  const loaded = await ports.planner.load(workload);
  if (loaded.status === 'found') return sinceOf(loaded.state.drains, keys);
  // Without planner state the tag in Azure is what counts.
  const group = await ports.containerGroups.get(name);
  const tag = group?.tags[TAGS.drain];
  return tag === undefined ? undefined : Number(tag);
}

const sinceOf = (drains: Record<string, number>, keys: string[]): number | undefined =>
  keys.map((key) => drains[key]).find((since) => since !== undefined);
