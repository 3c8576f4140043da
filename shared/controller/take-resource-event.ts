// Takes an event of Azure Resource Manager in: whoever may own what changed is evaluated at once, not at the next heartbeat.

import { concernedBy } from '../signals/resource-event.ts';
import type { Context } from './context.ts';

/** Answers the workloads that it asked for. */
export async function takeResourceEvent({ ports, workloads }: Context, body: unknown): Promise<string[]> {
  const names = concernedBy(body, workloads);
  for (const name of names) await ports.evaluations.request(name, 'resource-event');
  return names;
}
