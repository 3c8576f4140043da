import { expect, test } from 'vitest';
import { traceFromAzure } from '../../../tools/backtest/from-azure.ts';
import { startLocalStack } from '../../support/local-stack.ts';
import { workloadOf } from '../../support/workload-of.ts';

const MINUTE = 60_000;

test('the arrivals of a queue are read from Azure Monitor through the adapter of production', async () => {
  const stack = await startLocalStack({
    metrics: (_, metric, aggregation, start) => {
      if (metric === 'IncomingMessages') return aggregation === 'total' ? (start / MINUTE) % 60 : undefined;
      return aggregation === 'average' ? 1 : undefined;
    },
  });
  try {
    const now = stack.clock.now();
    const workload = workloadOf({ queue: { namespace: 'localhost:5671', queue: 'orders' } });
    const { binSeconds, counts } = await traceFromAzure(stack.connected.ports.queueMetrics, workload, 1, now);
    expect(binSeconds).toBe(60);
    expect(counts.length).toBeGreaterThan(1400);
    const first = counts[0] ?? 0;
    expect(counts.slice(0, 5)).toEqual([0, 1, 2, 3, 4].map((minute) => (first + minute) % 60));
  } finally {
    await stack.closeChecked();
  }
});
