// The trace of a workload that is deployed: what arrived in its queue, minute by minute, as Azure Monitor has it. A minute
// without a value is bridged by a straight line, because a gap in a metric is no gap in the load.

import type { QueueMetrics } from '../../shared/ports/demand.ts';
import type { Workload } from '../../shared/workload/workload.ts';
import type { Trace } from './trace.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Azure Monitor keeps minutes for 93 days and shows at most 30 of them at once. */
export const MOST_DAYS = 30;

/** Throws with one sentence when there is nothing to read. */
export async function traceFromAzure(
  metrics: QueueMetrics,
  { name, scaling: { queue } }: Workload,
  days: number,
  now: number,
): Promise<Trace> {
  if (!queue)
    throw new Error(`The workload ${name} names no queue, so there are no arrivals to read: set SPILLWAY_QUEUE.`);
  const minutes = await metrics.minutes(queue, now - days * DAY_MS);
  const [first] = minutes;
  const last = minutes.at(-1);
  if (!first || !last || minutes.length < 2) {
    throw new Error(
      `Azure Monitor has no minutes of the queue ${queue.namespace}/${queue.queue}. ` +
        'SPILLWAY_SERVICEBUS_RESOURCE_ID must name its namespace, and its last messages must not be older than --days.',
    );
  }
  const counts: number[] = [];
  for (const [index, { minute, incoming }] of minutes.entries()) {
    const before = minutes[index - 1];
    const steps = before ? Math.round((minute - before.minute) / MINUTE_MS) : 1;
    for (let step = 1; step <= steps; step++) {
      const from = before?.incoming ?? incoming;
      counts.push(from + ((incoming - from) * step) / steps);
    }
  }
  return { name, binSeconds: 60, counts };
}
