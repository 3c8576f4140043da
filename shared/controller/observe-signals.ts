// Reads the declared signals and the log query. Queues are asked in each evaluation; metrics and logs, which move once a minute, only when the
// last good reading was asked for half a minute ago or more.

import type { Ports } from '../ports/ports.ts';
import { byName } from '../signals/by-name.ts';
import { ASKED, sourceOf } from '../workload/signals.ts';
import type { Workload } from '../workload/workload.ts';
import { observed } from './observed.ts';
import type { Observation, Observed, PlannerState } from './plan-types.ts';

const SLOW_AGE_MS = 30_000;

/** Neither long ago nor in a time to come: a clock may have been put back. */
const isFresh = (readAt: number | undefined, now: number): boolean =>
  readAt !== undefined && Math.abs(now - readAt) < SLOW_AGE_MS;

export async function readSignals(
  ports: Ports,
  { scaling }: Workload,
  state: PlannerState | undefined,
): Promise<Observation['signals']> {
  const now = ports.clock.now();
  const due = (scaling.signals ?? []).filter((signal) => {
    if (!ASKED.includes(sourceOf(signal))) return false;
    const last = byName(state?.signals?.readings, signal.name)?.readAt;
    return !(signal.metric ?? signal.log) || !isFresh(last, now);
  });
  if (due.length === 0) return undefined;
  const answers = await ports.signals.read(due);
  return Object.fromEntries(due.flatMap(({ name }, index) => (answers[index] ? [[name, answers[index]]] : [])));
}

export async function readLog(
  ports: Ports,
  { workspaceId, query }: NonNullable<Workload['scaling']['logQuery']>,
  state: PlannerState | undefined,
): Promise<Observed<number>> {
  const last = state?.signals?.logDemand;
  if (last && isFresh(last.at, ports.clock.now())) return { status: 'read', ...last };
  const reading = await observed(ports, ports.logQueries.number(workspaceId, query));
  if (reading.status === 'failed') return reading;
  if (reading.value !== undefined) return { ...reading, value: reading.value };
  return { status: 'failed', failure: { class: 'wait', code: 'EmptyTable', message: 'the log query returned no row' } };
}
