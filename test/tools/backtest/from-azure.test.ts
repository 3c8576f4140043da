import { expect, test } from 'vitest';
import type { QueueMetrics, QueueMinute } from '../../../shared/ports/demand.ts';
import { traceFromAzure } from '../../../tools/backtest/from-azure.ts';
import { workloadOf } from '../../support/workload-of.ts';

const MINUTE = 60_000;
const NOW = 100 * MINUTE;

const metricsOf = (minutes: QueueMinute[]): QueueMetrics => ({
  minutes: async (_, since) => minutes.filter(({ minute }) => minute >= since),
});

test('a minute that is missing is bridged by a straight line', async () => {
  const metrics = metricsOf([
    { minute: 10 * MINUTE, incoming: 6 },
    { minute: 11 * MINUTE, incoming: 8 },
    { minute: 14 * MINUTE, incoming: 20 },
  ]);
  const trace = await traceFromAzure(metrics, workloadOf(), 7, NOW);
  expect(trace).toEqual({ name: 'orders', binSeconds: 60, counts: [6, 8, 12, 16, 20] });
});

test('what cannot be read is said in one sentence', async () => {
  await expect(traceFromAzure(metricsOf([]), workloadOf(), 7, NOW)).rejects.toThrow(/SPILLWAY_SERVICEBUS_RESOURCE_ID/);
  await expect(traceFromAzure(metricsOf([]), workloadOf({ queue: undefined }), 7, NOW)).rejects.toThrow(
    /names no queue/,
  );
});
