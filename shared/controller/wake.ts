// What wakes evaluations: the fast probe of queue depths and the heartbeat. Neither decides anything about capacity.

import { queueKey } from '../ports/demand.ts';
import { movedEnough, watchedQueues, watchedSignals } from '../signals/probe.ts';
import type { Context } from './context.ts';
import { observed } from './observed.ts';
import { rememberListed } from './unlist.ts';

/** Depth at which an evaluation was last asked for, by queue or signal. */
type Asked = Record<string, number>;

interface Watched {
  workload: string;
  key: string;
  /** Undefined when it could not be read. */
  depth: number | undefined;
  target: Parameters<typeof movedEnough>[2];
}

/**
 * Reads all queues, one call per namespace, and asks for an evaluation where the depth crossed what one replica can take
 * within the target wait, or moved enough since it last asked. Returns the workloads it asked for.
 */
export async function probe(context: Context): Promise<string[]> {
  const { ports } = context;
  const watched = (await Promise.all([readQueues(context), readOthers(context)])).flat();
  if (watched.length === 0) return [];
  const asked = ((await ports.controls.mark('probe'))?.value ?? {}) as Asked;
  const moved = watched.flatMap(({ workload, key, depth, target }) =>
    depth !== undefined && movedEnough(asked[key], depth, target) ? [{ workload, key, depth }] : [],
  );
  const names = [...new Set(moved.map(({ workload }) => workload))];
  for (const name of names) await ports.evaluations.request(name, 'queue-depth');
  if (moved.length > 0) {
    const next = moved.map(({ key, depth }) => [key, depth] as const);
    await ports.controls.setMark('probe', ports.clock.now(), { ...asked, ...Object.fromEntries(next) });
  }
  return names;
}

async function readQueues({ ports, workloads }: Context): Promise<Watched[]> {
  const watched = workloads.flatMap(({ name, scaling }) =>
    watchedQueues(scaling).map(({ queue, target }) => ({ workload: name, queue, target })),
  );
  // Each namespace by itself: one that cannot be read must not end the look at the others.
  const namespaces = [...Map.groupBy(watched, ({ queue }) => queue.namespace)].map(async ([namespace, of]) => {
    const names = of.map(({ queue }) => queue.queue);
    const reading = await observed(ports, ports.queueDepths.read(namespace, names));
    return of.map(({ workload, queue, target }): Watched => {
      const depth = reading.status === 'read' ? reading.value.get(queue.queue)?.value.active : undefined;
      return { workload, key: queueKey(queue), target, depth };
    });
  });
  return (await Promise.all(namespaces)).flat();
}

async function readOthers({ ports, workloads }: Context): Promise<Watched[]> {
  const watched = workloads.flatMap(({ name, scaling }) =>
    watchedSignals(scaling).map(({ signal, target }) => ({
      workload: name,
      signal,
      key: `${name}:${signal.name}`,
      target,
    })),
  );
  if (watched.length === 0) return [];
  const answers = await ports.signals.read(watched.map(({ signal }) => signal));
  return watched.map(({ workload, key, target }, index) => {
    const answer = answers[index];
    return { workload, key, target, depth: answer?.status === 'read' ? answer.value.value : undefined };
  });
}

/** At once for so many; the sessions a Functions instance works on at a time. The rest follows in steps of 5 s. */
const BATCH = 32;

/** A workload that is looked at while something runs was so in this time: its chain of evaluations is whole. */
const CHAIN_MS = 15_000;

/**
 * Asks for an evaluation of every workload that has had none just now, and says which are declared, so that the sweeper
 * knows orphans.
 */
export async function heartbeat({ ports, workloads, declared }: Context): Promise<void> {
  const now = ports.clock.now();
  // No workload at all is rather a mistake than a wish to lose every group, so nothing is said then.
  if (declared.length > 0) await ports.controls.setMark('declared', now, declared);
  const leases = await ports.controls.leases().catch(() => new Map<string, number>());
  const looked = (name: string): boolean => {
    const age = now - (leases.get(name) ?? -Infinity);
    return age >= 0 && age < CHAIN_MS;
  };
  for (const [index, workload] of workloads.filter(({ name }) => !looked(name)).entries()) {
    const batch = Math.floor(index / BATCH);
    if (batch === 0) await ports.evaluations.request(workload.name, 'heartbeat');
    else await ports.evaluations.schedule(workload.name, now + batch * 5_000, 0);
  }
  // Last: that this cannot be kept must not keep evaluations from coming.
  await rememberListed(ports, workloads);
}
