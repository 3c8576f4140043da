import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Evaluations } from '../../../shared/ports/evaluations.ts';
import type { Queue } from '../../../tools/local/servicebus/queue.ts';
import type { LocalServiceBus } from '../../../tools/local/servicebus/service-bus.ts';
import { startLocalStack, type LocalStack } from '../../support/local-stack.ts';

let stack: LocalStack;
let evaluations: Evaluations;
let queue: Queue;

beforeEach(async () => {
  stack = await startLocalStack({
    queues: [{ name: 'evaluations', requiresSession: true, duplicateDetectionWindow: 600_000 }],
  });
  ({ evaluations } = stack.connected.ports);
  queue = (stack.bus as LocalServiceBus).queue('evaluations');
});
afterEach(() => stack.close());

it('a request is a message in the session of its workload', async () => {
  await evaluations.request('orders', 'alert');
  const [message] = queue.peek(1, 1, 'orders');
  expect(message).toMatchObject({ sessionId: 'orders', body: { workload: 'orders', trigger: 'alert' } });
});

it('every request is a message of its own, however alike', async () => {
  await evaluations.request('orders', 'probe');
  await evaluations.request('orders', 'probe');
  expect(queue.counts().active).toBe(2);
});

it('a request nobody took for two minutes is gone', async () => {
  await evaluations.request('orders', 'probe');
  await stack.clock.advance(119_000);
  expect(queue.counts().active).toBe(1);
  await stack.clock.advance(2000);
  expect(queue.counts().active).toBe(0);
});

it('a follow-up comes at its due time, rounded up to five seconds, however far off', async () => {
  const due = Math.ceil((stack.clock.now() + 300_000) / 5000) * 5000;
  await evaluations.schedule('orders', due - 4999, 3);
  expect(queue.counts()).toMatchObject({ active: 0, scheduled: 1 });
  await stack.clock.advanceTo(due - 1);
  expect(queue.counts().active).toBe(0);
  await stack.clock.advanceTo(due);
  expect(queue.counts()).toMatchObject({ active: 1, scheduled: 0 });
  expect(queue.peek(1, 1, 'orders')).toMatchObject([
    { body: { workload: 'orders', trigger: 'follow-up', attempt: 3 } },
  ]);
});

it('the same follow-up asked for twice is one message, another workload’s is another', async () => {
  const due = Math.ceil((stack.clock.now() + 10_000) / 5000) * 5000;
  await evaluations.schedule('orders', due - 3000, 0);
  await evaluations.schedule('orders', due, 1);
  await evaluations.schedule('mails', due, 0);
  expect(queue.counts().scheduled).toBe(2);
});
