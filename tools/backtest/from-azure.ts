// A workload that is deployed, and its trace: what arrived in its queue, minute by minute, as Azure Monitor has it. A minute
// without a value is bridged by a straight line, because a gap in a metric is no gap in the load.

import type { QueueMetrics } from '../../shared/ports/demand.ts';
import { runtime } from '../../shared/runtime.ts';
import type { Env } from '../../shared/settings/read.ts';
import { parseWorkloadFile, type SourceFile } from '../../shared/workload/parse-file.ts';
import { formatProblems } from '../../shared/workload/problem.ts';
import type { Workload } from '../../shared/workload/workload.ts';
import type { Trace } from './trace.ts';
import type { Declared } from './workload.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Azure Monitor keeps minutes for 93 days and shows at most 30 of them at once. */
export const MOST_DAYS = 30;

/** By the app settings of this shell. Throws with a sentence when there is no such workload. */
export async function deployedAs(name: string): Promise<{ declared: Declared; metrics: QueueMetrics }> {
  const { context, report } = await runtime();
  const { readWorkloadFiles } = await import('../../shared/start.ts');
  if (!context) throw new Error(formatProblems(report.problems));
  const declared = declaredOf(name, process.env, await readWorkloadFiles(process.env));
  return { declared, metrics: context.ports.queueMetrics };
}

/** It is played as if it were enforced: who looks before he enforces wants to see that. */
export function declaredOf(name: string, env: Env, files: readonly SourceFile[]): Declared {
  const named = files.map((file) => ({ file, name: parseWorkloadFile(file).name }));
  const file = named.find((one) => one.name === name)?.file;
  if (!file) {
    const names = named.map((one) => one.name).join(', ') || 'none';
    throw new Error(`There is no workload ${name} in the app settings. Workloads: ${names}.`);
  }
  const rest = Object.entries(env).filter(([setting]) => !setting.startsWith('SPILLWAY_MODE'));
  return { env: { ...Object.fromEntries(rest), SPILLWAY_MODE: 'enforce' }, file };
}

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
