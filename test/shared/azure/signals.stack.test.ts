import { QueueClient } from '@azure/storage-queue';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { azureCredential } from '../../../shared/azure/credential.ts';
import type { SignalAnswer } from '../../../shared/ports/signals.ts';
import type { SignalDeclaration } from '../../../shared/workload/signals.ts';
import type { LocalStorage } from '../../../tools/local/azurite.ts';
import type { LocalServiceBus } from '../../../tools/local/servicebus/service-bus.ts';
import { SIGNAL_QUEUES, signalLogs, signalMetrics, signalsContract, WEB } from '../../contracts/signals.ts';
import { startLocalStack, startStorage, type LocalStack } from '../../support/local-stack.ts';

// One storage and one identity endpoint for the file: the identity client keeps the first for the life of the process.
let storage: LocalStorage;
let identity: LocalStack;
let account: string;

beforeAll(async () => {
  storage = await startStorage();
  identity = await startLocalStack({ storage, managedIdentity: true });
  account = storage.env['AzureWebJobsStorage__queueServiceUri'] ?? '';
  const files = new QueueClient(`${account}/files`, azureCredential(process.env));
  await files.create();
  for (const text of ['a', 'b', 'c', 'd']) await files.sendMessage(text);
});
afterAll(async () => {
  await identity.close();
  await storage.close();
});

const start = (): Promise<LocalStack> =>
  startLocalStack({
    storage,
    credential: azureCredential(process.env),
    queues: SIGNAL_QUEUES,
    metrics: signalMetrics,
    logs: signalLogs,
  });

const busOf = ({ bus }: LocalStack): LocalServiceBus => bus as LocalServiceBus;

signalsContract('Azure', async () => {
  const stack = await start();
  return {
    signals: stack.connected.ports.signals,
    namespace: busOf(stack).host,
    storageQueue: `${account}/files`,
    noStorageQueue: `${account}/nowhere`,
    queue: (name) => busOf(stack).queue(name),
    now: () => stack.clock.now(),
    advance: (milliseconds) => stack.clock.advance(milliseconds),
    close: () => stack.closeChecked(),
  };
});

describe('signals from Azure', () => {
  let stack: LocalStack;
  beforeAll(async () => {
    stack = await start();
  });
  afterAll(() => stack.closeChecked());

  it('metrics of 120 resources take three calls, whatever the number of signals that share them', async () => {
    const ids = Array.from({ length: 120 }, (_, index) => WEB(`site-${index}`));
    const signals: SignalDeclaration[] = [0, 40, 70].map((from) => ({
      name: `s${from}`,
      metric: { resources: ids.slice(from, from + 50), name: 'Requests', aggregation: 'total', across: 'sum' },
    }));
    stack.exchanges.length = 0;
    const answers = await stack.connected.ports.signals.read(signals);
    expect(answers.map((answer) => answer.status === 'read' && answer.value.value)).toEqual([1500, 1500, 1500]);
    const calls = stack.exchanges.filter(({ url }) => url.includes('metrics:getBatch'));
    const sizes = calls.map(({ requestBody }) => (requestBody as { resourceids: string[] }).resourceids.length);
    // They leave together, and are written down as they are answered.
    expect(sizes.toSorted((a, b) => b - a)).toEqual([50, 50, 20]);
  });

  it('the oldest message that waits tells the age of a queue at every look, and one that is scheduled does not', async () => {
    const orders = busOf(stack).queue('orders');
    orders.schedule({ body: 0 }, stack.clock.now() + 3_600_000);
    await stack.clock.advance(60_000);
    orders.send({ body: 1 });
    await stack.clock.advance(42_000);
    const source: SignalDeclaration = { name: 'orders', queue: { namespace: busOf(stack).host, queue: 'orders' } };
    const look = (): Promise<SignalAnswer[]> => stack.connected.ports.signals.read([source]);
    expect(await look()).toMatchObject([{ value: { value: 1, oldestSeconds: 42 } }]);
    orders.send({ body: 2 });
    await stack.clock.advance(18_000);
    expect(await look()).toMatchObject([{ value: { value: 2, oldestSeconds: 60 } }]);
  });

  it('the age of a storage queue is that of its oldest message', async () => {
    const source: SignalDeclaration = { name: 'files', storageQueue: { url: `${account}/files` } };
    const [answer] = await stack.connected.ports.signals.read([source]);
    // The emulator runs on the clock of the machine, which the simulated one is ahead of by what was advanced.
    expect(answer).toMatchObject({ value: { value: 4, oldestSeconds: expect.closeTo(120, -1.7) } });
  });

  it('a namespace that is busy fails its own signals and no other', async () => {
    const bus = busOf(stack);
    bus.throttled = 'busy';
    const answers = await stack.connected.ports.signals.read([
      { name: 'orders', queue: { namespace: bus.host, queue: 'orders' } },
      { name: 'audit', subscription: { namespace: bus.host, topic: 'news', subscription: 'audit' } },
      { name: 'files', storageQueue: { url: `${account}/files` } },
    ]);
    bus.throttled = false;
    expect(answers.map(({ status }) => status)).toEqual(['failed', 'failed', 'read']);
  });
});
