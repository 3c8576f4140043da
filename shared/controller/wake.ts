// What wakes evaluations: the fast probe of queue depths and the heartbeat. Neither decides anything about capacity.

import { queueKey, type QueueDepth, type Reading } from '../ports/demand.ts';
import { movedEnough, watchedQueues } from '../signals/probe.ts';
import type { Context } from './context.ts';

/** Depth at which an evaluation was last asked for, by queue. */
type Asked = Record<string, number>;

/**
 * Reads all queues, one call per namespace, and asks for an evaluation where the depth crossed what one replica can take
 * within the target wait, or moved enough since it last asked. Returns the workloads it asked for.
 */
export async function probe(context: Context): Promise<string[]> {
  const { ports, workloads } = context;
  const watched = workloads.flatMap((workload) =>
    watchedQueues(workload.scaling).map(({ queue, target }) => ({ workload, queue, target, key: queueKey(queue) })),
  );
  if (watched.length === 0) return [];
  const [depths, last] = await Promise.all([
    ports.queueDepths.read(watched.map(({ queue }) => queue)),
    ports.controls.mark('probe'),
  ]);
  const asked = (last?.value ?? {}) as Asked;
  const moved = watched.filter(({ key, target }) => {
    const depth: Reading<QueueDepth> | undefined = depths.get(key);
    return depth && movedEnough(asked[key], depth.value.active, target);
  });
  const names = [...new Set(moved.map(({ workload }) => workload.name))];
  for (const name of names) await ports.evaluations.request(name, 'queue-depth');
  if (moved.length > 0) {
    const next = moved.map(({ key }) => [key, depths.get(key)?.value.active ?? 0] as const);
    await ports.controls.setMark('probe', ports.clock.now(), { ...asked, ...Object.fromEntries(next) });
  }
  return names;
}

/** At once for so many; the sessions a Functions instance works on at a time. The rest follows in steps of 5 s. */
const BATCH = 32;

/** Asks for an evaluation of every workload and says which are declared, so that the sweeper knows orphans. */
export async function heartbeat({ ports, workloads, declared }: Context): Promise<void> {
  const now = ports.clock.now();
  // No workload at all is rather a mistake than a wish to lose every group, so nothing is said then.
  if (declared.length > 0) await ports.controls.setMark('declared', now, declared);
  for (const [index, workload] of workloads.entries()) {
    const batch = Math.floor(index / BATCH);
    if (batch === 0) await ports.evaluations.request(workload.name, 'heartbeat');
    else await ports.evaluations.schedule(workload.name, now + batch * 5_000, 0);
  }
}
