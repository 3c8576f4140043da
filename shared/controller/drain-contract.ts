// The drain contract: a replica says whether it is busy and is told to serve on or to drain. A replica that polls is
// never stopped while it is busy, up to the drain time-out.

import { TAGS } from '../placement/tags.ts';
import type { Context } from './context.ts';

/** `name` is the container group's name, or the id of a scale set instance. Undefined: no such replica is known. */
export async function pollReplica(
  { ports, workloads }: Context,
  workload: string,
  name: string,
  busy: boolean,
): Promise<{ state: 'serve' | 'drain' } | undefined> {
  if (!workloads.some((candidate) => candidate.name === workload)) return undefined;
  const now = ports.clock.now();
  const since = await drainingSince(ports, workload, name);
  // Until it hears the answer a replica takes work, so idle counts only from one that had been told before.
  const unaware = since !== undefined && !(await hasPolled(ports, workload, name, since));
  await ports.controls.beat(workload, { replica: name, busy: busy || unaware, at: now });
  return { state: since === undefined ? 'serve' : 'drain' };
}

async function drainingSince(ports: Context['ports'], workload: string, name: string): Promise<number | undefined> {
  const loaded = await ports.planner.load(workload);
  if (loaded.status === 'found') return loaded.state.drains[name] ?? loaded.state.drains[`instance:${name}`];
  // Without planner state the tag in Azure is what counts.
  const group = await ports.containerGroups.get(name);
  const tag = group?.tags[TAGS.drain];
  return tag === undefined ? undefined : Number(tag);
}

async function hasPolled(ports: Context['ports'], workload: string, name: string, since: number): Promise<boolean> {
  const beats = await ports.controls.beats(workload);
  return beats.some(({ replica, at }) => replica === name && at > since);
}
