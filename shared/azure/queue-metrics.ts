import type { Metric, MetricsClient } from '@azure/monitor-query-metrics';
import type { Clock } from '../ports/clock.ts';
import type { QueueMetrics, QueueMinute } from '../ports/demand.ts';
import type { QueueRef } from '../workload/workload.ts';
import { reading } from './attempt.ts';

const MINUTE = 60_000;
const INCOMING = 'IncomingMessages';
const ACTIVE = 'ActiveMessages';
/** Metrics of a namespace that are read. */
export const QUEUE_METRICS = [INCOMING, ACTIVE];

/** Minute metrics of a Service Bus namespace from the batch API of Azure Monitor. */
export class AzureQueueMetrics implements QueueMetrics {
  readonly #client: MetricsClient;
  readonly #resourceId: string | undefined;
  readonly #clock: Clock;

  /** Without the namespace's `resourceId` no metrics are read, and none are those of another namespace's queues. */
  constructor(client: MetricsClient, resourceId: string | undefined, clock: Clock) {
    this.#client = client;
    this.#resourceId = resourceId;
    this.#clock = clock;
  }

  async minutes({ namespace, queue }: QueueRef, since: number): Promise<QueueMinute[]> {
    const resourceId = this.#resourceId;
    if (resourceId === undefined || !belongs(namespace, resourceId)) return [];
    const end = floor(this.#clock.now());
    const start = floor(since);
    if (start >= end) return [];
    return reading(`Reading metrics of queue ${queue}`, async () => {
      const [result] = await this.#client.queryResources(
        [resourceId],
        QUEUE_METRICS,
        'microsoft.servicebus/namespaces',
        {
          startTime: new Date(start),
          endTime: new Date(end),
          interval: 'PT1M',
          aggregation: 'Total,Average',
          filter: `EntityName eq '${queue}'`,
        },
      );
      const active = values(result?.getMetricByName(ACTIVE), 'average');
      // The newest minutes may have no total yet; they are not zero, they are not known.
      return [...values(result?.getMetricByName(INCOMING), 'total')]
        .map(([minute, incoming]) => ({ minute, incoming, active: active.get(minute) }))
        .filter(({ minute }) => minute >= start && minute + MINUTE <= end)
        .sort((a, b) => a.minute - b.minute);
    });
  }
}

const floor = (time: number): number => time - (time % MINUTE);

// A namespace's host name begins with the name of its resource.
function belongs(namespace: string, resourceId: string): boolean {
  const [label] = namespace.split(/[.:]/);
  return resourceId.split('/').at(-1)?.toLowerCase() === label?.toLowerCase();
}

function values(metric: Metric | undefined, aggregation: 'total' | 'average'): Map<number, number> {
  const found = new Map<number, number>();
  for (const { timeStamp, [aggregation]: value } of metric?.timeseries.flatMap(({ data }) => data ?? []) ?? []) {
    if (value !== undefined && value !== null) found.set(timeStamp.getTime(), value);
  }
  return found;
}
