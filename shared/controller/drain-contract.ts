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
  const [loaded] = await Promise.all([
    ports.planner.load(workload),
    ports.controls.beat(workload, { replica: name, busy, at: now }),
  ]);
  if (loaded.status === 'found') {
    const { drains } = loaded.state;
    return { state: name in drains || `instance:${name}` in drains ? 'drain' : 'serve' };
  }
  // Without planner state the tag in Azure is what counts.
  const group = await ports.containerGroups.get(name);
  return { state: group?.tags[TAGS.drain] === undefined ? 'serve' : 'drain' };
}
