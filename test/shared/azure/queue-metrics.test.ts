import { expect, it } from 'vitest';
import { AzureQueueMetrics } from '../../../shared/azure/queue-metrics.ts';

const MINUTE = 60_000;
const ID = '/subscriptions/s/resourceGroups/rg/providers/Microsoft.ServiceBus/namespaces/contoso';

it('a minute that has not ended, or began before what was asked for, is left out though Azure answers it', async () => {
  const data = [8, 9, 10, 11].map((minute) => ({ timeStamp: new Date(minute * MINUTE), total: minute, average: 1 }));
  const client = { queryResources: async () => [{ getMetricByName: () => ({ timeseries: [{ data }] }) }] };
  const metrics = new AzureQueueMetrics(client as never, ID, { now: () => 11.5 * MINUTE });
  const minutes = await metrics.minutes({ namespace: 'contoso.servicebus.windows.net', queue: 'orders' }, 9.5 * MINUTE);
  expect(minutes.map(({ incoming }) => incoming)).toEqual([9, 10]);
});
