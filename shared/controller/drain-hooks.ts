// Workloads with `drain: http`: Spillway calls each replica that drains, at every evaluation until it is idle, because a
// call that is lost must not cost a replica its work. What it answers is kept as if it had polled.

import { seenIn } from '../health/short-seen.ts';
import { AzureFailure } from '../ports/errors.ts';
import { replicaToken } from '../workload/replica-access.ts';
import type { Workload } from '../workload/workload.ts';
import type { Context } from './context.ts';
import { inParallel } from './in-parallel.ts';
import type { PlannerState } from './plan-types.ts';

/** After `deadline` (epoch ms) no more calls are made; the next evaluation goes on. */
export async function callHooks(
  { ports, replicas, log }: Context,
  { name: workload, scaling: { drain, mode } }: Workload,
  state: PlannerState,
  deadline: number,
): Promise<void> {
  if (typeof drain !== 'object' || mode !== 'enforce') return;
  const { drains, inFlight } = state;
  const seen = seenIn(state);
  const leaving = new Set(inFlight.map(({ name }) => name));
  const serving = Object.entries(drains).filter(([name]) => seen[name]?.health === 'serving' && !leaving.has(name));
  await inParallel(serving, async ([name, since]) => {
    if (ports.clock.now() > deadline) return;
    try {
      const group = await ports.containerGroups.get(name);
      if (group?.ip === undefined) return log.warn('no-address-to-drain', { workload, name });
      const token = replicas.key === undefined ? undefined : replicaToken(replicas.key, name);
      const answer = await ports.hooks.drain({ ip: group.ip, ...drain.http, token });
      if (answer === 'unheard') return log.warn('drain-unheard', { workload, name });
      const beat = { replica: name, busy: answer === 'busy', at: ports.clock.now(), told: since };
      await ports.controls.beat(workload, beat);
    } catch (error) {
      // Tried again at the next evaluation; until then the replica counts as busy.
      if (!(error instanceof AzureFailure)) throw error;
      log.warn('drain-unheard', { workload, name, message: error.message });
    }
  });
}
