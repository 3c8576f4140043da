// The sources of signals in memory: models of queues by name, the metrics and logs of the model of Azure. Sorting and
// batching are those of the adapter.

import { MetricValues } from '../../shared/azure/sources/metric-values.ts';
import { AzureSignals } from '../../shared/azure/sources/signals.ts';
import { reading } from '../../shared/azure/attempt.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { Ports } from '../../shared/ports/ports.ts';
import type { Signals } from '../../shared/ports/signals.ts';
import type { Queue } from '../local/servicebus/queue.ts';
import type { Arm } from './arm-client.ts';
import { RefusedCall } from './arm-client.ts';

type Counted = Pick<Queue, 'counts'>;

interface MemorySources extends Pick<Ports, 'queueDepths' | 'logQueries'> {
  clock: Clock;
  /** Queues by `namespace/name`, subscriptions by `namespace/topic/name`, storage queues by address. */
  queues: ReadonlyMap<string, Counted>;
  subscriptionId: string;
}

export function memorySignals(arm: Arm, sources: MemorySources): Signals {
  const { clock, queues, subscriptionId, ...others } = sources;
  const active = (name: string): Promise<number> =>
    reading(`Reading ${name}`, async () => {
      const found = queues.get(name);
      if (!found) throw new RefusedCall(`${name} does not exist`, 'MessagingEntityNotFound', 404);
      return found.counts().active;
    });
  const adapter = new AzureSignals({
    ...others,
    clock,
    subscriptions: {
      active: ({ namespace, topic, subscription }) => active(`${namespace}/${topic}/${subscription}`),
    },
    storageQueues: { waiting: async ({ url }) => ({ value: await active(url) }) },
    metricValues: new MetricValues(() => metricsClient(arm, subscriptionId), clock),
    // Models of queues tell no age.
    oldestMessages: { seconds: async () => undefined },
  });
  return { read: (signals) => adapter.read(signals) };
}

interface Answer {
  values: { resourceid: string; value: { name: { value: string }; timeseries: unknown[] }[] }[];
}

type Client = ReturnType<ConstructorParameters<typeof MetricValues>[0]>;

/** What `MetricValues` uses of the real client, on the model. */
function metricsClient(arm: Arm, subscriptionId: string): Client {
  const queryResources: Client['queryResources'] = async (ids, names, namespace, options = {}) => {
    const { startTime, endTime, aggregation = '', filter } = options;
    const { values } = arm({
      method: 'POST',
      path: `/subscriptions/${subscriptionId}/metrics:getBatch`,
      query: {
        'api-version': '2024-02-01',
        metricnames: names.join(','),
        metricnamespace: namespace,
        aggregation,
        starttime: startTime?.toISOString() ?? '',
        endtime: endTime?.toISOString() ?? '',
        ...(filter !== undefined && { filter }),
      },
      body: { resourceids: ids },
    }) as Answer;
    return values.map(({ resourceid, value }) => ({
      resourceId: resourceid,
      getMetricByName: (name: string) => value.find((metric) => metric.name.value === name),
    })) as unknown as Awaited<ReturnType<Client['queryResources']>>;
  };
  return { queryResources } as Client;
}
