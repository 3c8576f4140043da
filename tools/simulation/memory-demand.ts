import { reading } from '../../shared/azure/attempt.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import { holdsAny, queueKey, type LogQueries, type QueueDepths, type QueueMetrics } from '../../shared/ports/demand.ts';
import { AzureFailure } from '../../shared/ports/errors.ts';
import type { Queue } from '../local/servicebus/queue.ts';
import type { Arm } from './arm-client.ts';

const MINUTE = 60_000;
const INCOMING = 'IncomingMessages';
const ACTIVE = 'ActiveMessages';

const floor = (time: number): number => time - (time % MINUTE);

/** Depths of queue models, by `queueKey`; `others`: queues that are in their namespaces, too. */
export const memoryQueueDepths = (
  clock: Clock,
  queues: ReadonlyMap<string, Pick<Queue, 'counts'>>,
  others: readonly Pick<Queue, 'counts'>[],
): QueueDepths => ({
  read: async (namespace, wanted, witness) =>
    new Map(
      wanted.flatMap((queue) => {
        const found = queues.get(queueKey({ namespace, queue }))?.counts();
        if (!found) return [];
        const witnessed = witness && [found, ...others.map((other) => other.counts())].some(holdsAny);
        const value = { ...found, ...(found.active === 0 && witnessed && { witnessed: true as const }) };
        return [[queue, { value, at: clock.now() }] as const];
      }),
    ),
});

interface MetricsAnswer {
  values: {
    value: {
      name: { value: string };
      timeseries: { data: { timeStamp: Date; total?: number; average?: number }[] }[];
    }[];
  }[];
}

/** Minute metrics from the metrics of the model, as late as those of Azure. */
export function memoryQueueMetrics(arm: Arm, clock: Clock, subscriptionId: string): QueueMetrics {
  return {
    minutes: ({ namespace, queue }, since) =>
      reading(`Reading metrics of queue ${queue}`, async () => {
        const [start, end] = [floor(since), floor(clock.now())];
        if (start >= end) return [];
        const answer = arm({
          method: 'POST',
          path: `/subscriptions/${subscriptionId}/metrics:getBatch`,
          query: {
            'api-version': '2024-02-01',
            metricnames: `${INCOMING},${ACTIVE}`,
            metricnamespace: 'microsoft.servicebus/namespaces',
            aggregation: 'total,average',
            filter: `EntityName eq '${queue}'`,
            starttime: new Date(start).toISOString(),
            endtime: new Date(end).toISOString(),
          },
          body: { resourceids: [namespace] },
        }) as MetricsAnswer;
        const data = (metric: string) =>
          answer.values[0]?.value.find(({ name }) => name.value === metric)?.timeseries[0]?.data ?? [];
        const active = new Map(data(ACTIVE).map(({ timeStamp, average }) => [timeStamp.getTime(), average]));
        return data(INCOMING).flatMap(({ timeStamp, total }) => {
          const minute = timeStamp.getTime();
          return total === undefined ? [] : [{ minute, incoming: total, active: active.get(minute) }];
        });
      }),
  };
}

/** Log queries answered by the model's log source. */
export const memoryLogQueries = (arm: Arm): LogQueries => ({
  number: (workspaceId, query) =>
    reading(`Querying workspace ${workspaceId}`, async () => {
      const path = `/v1/workspaces/${workspaceId}/query`;
      const { tables } = arm({ method: 'POST', path, body: { query } }) as { tables: { rows: unknown[][] }[] };
      const cell = tables[0]?.rows[0]?.[0];
      if (cell === undefined || cell === null) return undefined;
      const value = Number(cell);
      if (Number.isFinite(value)) return value;
      const message = 'The first cell of the first row is not a number; a query must answer one.';
      throw new AzureFailure('Querying logs', { class: 'permanent', code: 'NotANumber', message }, undefined);
    }),
});
