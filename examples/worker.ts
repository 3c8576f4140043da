// A worker that loses no message when it is scaled in: it takes one message at a time from a Service Bus queue, and asks
// Spillway every few seconds whether to go on. All SPILLWAY_ variables are given to it in its container group.

import { setTimeout as wait } from 'node:timers/promises';
import { DefaultAzureCredential } from '@azure/identity';
import { ServiceBusClient } from '@azure/service-bus';

const { SERVICEBUS = '', QUEUE = '', POLL_SECONDS = '15', ...env } = process.env;
const client = SERVICEBUS.startsWith('Endpoint=')
  ? new ServiceBusClient(SERVICEBUS)
  : new ServiceBusClient(SERVICEBUS, new DefaultAzureCredential());
const receiver = client.createReceiver(QUEUE);

let refused = false;
let told: 'serve' | 'drain' = 'serve';
let working = false;
/** True from asking the queue for a message until the work on it is done: only then nothing more can come. */
let taking = false;

async function poll(): Promise<void> {
  const busy = told === 'drain' ? taking : working;
  const query = `workload=${env['SPILLWAY_WORKLOAD']}&busy=${busy}&told=${told}`;
  const response = await fetch(`${env['SPILLWAY_URL']}/api/replicas/${env['SPILLWAY_REPLICA']}?${query}`, {
    headers: { 'x-spillway-token': env['SPILLWAY_TOKEN'] ?? '' },
    signal: AbortSignal.timeout(5_000),
  });
  if (response.ok) told = ((await response.json()) as { state: typeof told }).state;
  else if (!refused) {
    refused = true;
    const why = `${response.status} ${await response.text()}`;
    process.stderr.write(`Spillway refuses the polls of this replica, and stops it without notice: ${why}\n`);
  }
}

// No answer means to go on as before.
const tryPoll = (): Promise<void> => poll().catch(() => {});

async function takeOne(): Promise<void> {
  taking = true;
  for (const message of await receiver.receiveMessages(1, { maxWaitTimeInMs: 5_000 })) {
    working = true;
    await wait((message.body as { seconds: number }).seconds * 1000); // Your work.
    await receiver.completeMessage(message);
    working = false;
  }
  taking = false;
}

// Spillway hears of it before it takes work, because who never polled is not waited for, and soon when it has drained, because
// it bills until then.
await tryPoll();
setInterval(() => void tryPoll(), Number(POLL_SECONDS) * 1000);
while (true) await (told === 'serve' ? takeOne() : wait(2_000).then(tryPoll));
