// A workload without a queue of its own that goes by two named signals, combined by max: the depth of a queue, read from
// Service Bus, and an alert that Azure Monitor posts. Each asks for what its rule says, and the larger wish is followed.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startStack, type Stack } from '../../tools/local/stack.ts';
import { alertPayload } from '../support/alert-payload.ts';
import { ask, passUntil } from '../support/operate.ts';

const RULES = [
  { signal: 'mails', backlogPerReplica: 2 },
  {
    signal: 'pages',
    steps: [
      { above: 0.5, set: 14 },
      { below: 0.5, set: 0 },
    ],
    forSeconds: 0,
    coolDownSeconds: 0,
  },
];

describe('two named signals', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack({ seed: 1, moreQueues: [{ name: 'mails' }] });
    const signals = [
      { name: 'mails', queue: `${stack.serviceBus.host}/mails` },
      { name: 'pages', alert: {} },
    ];
    // The address of the queue is known only now.
    await stack.host.kill();
    await stack.restartHost({
      SPILLWAY_QUEUE: '',
      SPILLWAY_BASE_MODE: 'observe',
      SPILLWAY_SIGNALS: JSON.stringify(signals),
      SPILLWAY_RULES: JSON.stringify(RULES),
      SPILLWAY_COMBINE: 'max',
    });
    await stack.clock.advance(65_000);
  });
  afterAll(() => stack.close());

  const running = (): number => stack.azure.model.groups.all().filter((group) => group.state === 'Running').length;
  const decided = async (): Promise<string> => JSON.stringify((await ask(stack, 'GET', 'status/orders')).body);

  test('start what the larger of them asks for beside the scale set', async () => {
    expect(stack.azure.model.groups.all()).toEqual([]);
    // Two machines serve eight of the twelve that 24 messages ask for.
    for (let index = 0; index < 24; index++) stack.serviceBus.queue('mails').send({ body: { index } });
    await passUntil(stack, 'Four groups run', 300, () => running() === 4);
    expect(await decided()).toMatch(/Combined by max, [^.]*mails 12, pages 0 ask for 12 replicas/);

    const fired = alertPayload({ condition: 'Fired', firedAt: stack.clock.now() });
    expect(await ask(stack, 'POST', 'metricAlert?workload=orders', fired)).toMatchObject({ status: 202 });
    await passUntil(stack, 'Six groups run', 300, () => running() === 6);
    expect(await decided()).toMatch(/Combined by max, [^.]*mails 12, pages 14 ask for 14 replicas/);
  });
});
