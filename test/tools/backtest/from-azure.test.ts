import { describe, expect, test } from 'vitest';
import type { QueueMetrics, QueueMinute } from '../../../shared/ports/demand.ts';
import { declaredOf, traceFromAzure } from '../../../tools/backtest/from-azure.ts';
import { run } from '../../../tools/backtest/play.ts';
import { policyOf } from '../../../tools/backtest/policies/policies.ts';
import { scriptOf } from '../../../tools/backtest/trace.ts';
import { workloadOf as playedAs } from '../../../tools/backtest/workload.ts';
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

describe('a deployed workload', () => {
  const env = {
    SPILLWAY_LOCATION: 'swedencentral',
    SPILLWAY_MODE: 'dry-run',
    SPILLWAY_MODE_FOR_ORDERS: 'off',
    SPILLWAY_QUEUE_FOR_ORDERS: 'contoso/orders',
    SPILLWAY_MAX_WAIT_SECONDS: '7',
    SPILLWAY_MESSAGES_PER_SECOND_PER_REPLICA_FOR_ORDERS: '20',
    SPILLWAY_BURST_MAX_GROUPS_FOR_MAILS: '5',
  };
  const files = [
    { file: 'workloads/mails.yaml', text: 'image: mails:1\n' },
    { file: 'workloads/orders.yaml', text: 'image: orders:1\ncpu: 2\nmemoryInGB: 4\nreplicasPerInstance: 3\n' },
  ];
  const orders = declaredOf('orders', env, files);

  test('is played by its own app settings and file, as if it were enforced', () => {
    const { name, spec, scaling } = playedAs('both', {}, undefined, orders);
    expect({ name, ...spec, ...scaling, ...scaling.target }).toMatchObject({
      name: 'orders',
      cpu: 2,
      mode: 'enforce',
      maxWaitSeconds: 7,
      messagesPerSecondPerReplica: 20,
      base: { mode: 'none', replicasPerInstance: 3 },
      burst: { maxGroups: 10, locations: ['swedencentral'] },
    });
  });

  test('is played with the changes that are asked for, and one that is wrong is told', () => {
    const text = 'image: orders:2\ncpu: 1\nmemoryInGB: 2\nreplicasPerInstance: 4\n';
    const { spec, scaling } = playedAs('both', { SPILLWAY_MAX_WAIT_SECONDS: '9' }, text, orders);
    expect([spec.image, scaling.target.maxWaitSeconds, scaling.base.replicasPerInstance]).toEqual(['orders:2', 9, 4]);
    expect(() => playedAs('both', { SPILLWAY_MAX_WAIT_SECOND: '9' }, undefined, orders)).toThrow(
      /one problem.*\n.*Did you mean SPILLWAY_MAX_WAIT_SECONDS\?/,
    );
  });

  test('of another name is answered with the names there are', () => {
    expect(() => declaredOf('order', env, files)).toThrow(
      'There is no workload order in the app settings. Workloads: mails, orders.',
    );
  });

  test('is what runs play', () => {
    const script = scriptOf({ name: 'flat', binSeconds: 60, counts: Array.from({ length: 20 }, () => 1) }, 1);
    const wishes = { targetWait: 7, deployed: orders };
    expect(Math.max(...run(script, policyOf('spillway', script, wishes)).supply.paid)).toBe(10);
  });
});
