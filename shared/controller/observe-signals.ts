// Reads the declared signals. Queues are asked in each evaluation; metrics and logs, which move once a minute, only when the
// last good reading was asked for half a minute ago or more.

import type { Ports } from '../ports/ports.ts';
import { byName } from '../signals/by-name.ts';
import { ASKED, sourceOf } from '../workload/signals.ts';
import type { Workload } from '../workload/workload.ts';
import type { Observation, PlannerState } from './plan-types.ts';

const SLOW_AGE_MS = 30_000;

export async function readSignals(
  ports: Ports,
  { scaling }: Workload,
  state: PlannerState | undefined,
): Promise<Observation['signals']> {
  const now = ports.clock.now();
  const due = (scaling.signals ?? []).filter((signal) => {
    if (!ASKED.includes(sourceOf(signal))) return false;
    const last = byName(state?.signals?.readings, signal.name)?.readAt;
    // Further away on either side: a clock may have been put back.
    return !(signal.metric ?? signal.log) || last === undefined || Math.abs(now - last) >= SLOW_AGE_MS;
  });
  if (due.length === 0) return undefined;
  const answers = await ports.signals.read(due);
  return Object.fromEntries(due.flatMap(({ name }, index) => (answers[index] ? [[name, answers[index]]] : [])));
}
