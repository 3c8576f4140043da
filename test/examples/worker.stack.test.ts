// The sample worker in a process of its own, with the real Service Bus client, as the container of a group that Spillway
// started: with the environment variables it was given there, and nothing else.

import { spawn } from 'node:child_process';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { ContainerGroup } from '../../tools/local/azure/container-group.ts';
import { pace } from '../../tools/local/clock.ts';
import { startStack, type Stack } from '../../tools/local/stack.ts';
import { queueOf, WORLD } from '../../tools/local/world.ts';
import { alertPayload } from '../support/alert-payload.ts';
import { ask, passUntil } from '../support/operate.ts';

const WORKER = join(import.meta.dirname, '..', '..', 'examples', 'worker.ts');
/** Simulated seconds per real one while the worker, which knows only real time, is at work. */
const SPEED = 10;
/** Real seconds of work on the message. */
const WORK_SECONDS = 4;

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

/** Below those that the system gives to outgoing connections: one of them could take it before the host does. */
async function freePort(): Promise<number> {
  for (let port = 20_000 + (process.pid % 10_000); ; port++) {
    const server = createServer();
    const isFree = await once(server.listen(port, 'localhost'), 'listening').then(
      () => true,
      () => false,
    );
    if (!isFree) continue;
    await once(server.close(), 'close');
    return port;
  }
}

async function startedStack(env: Record<string, string> = {}): Promise<Stack> {
  const port = await freePort();
  const stack = await startStack({
    seed: 1,
    port,
    env: {
      SPILLWAY_URL: `http://localhost:${port}`,
      SPILLWAY_SCALE_IN_DELAY_SECONDS: '20',
      SPILLWAY_RETURN_WORTH_SECONDS: '0',
      SPILLWAY_DRAIN_TIMEOUT_SECONDS: '300',
      ...env,
    },
  });
  closing.push(() => stack.close());
  return stack;
}

const alarm = ({ clock, ...stack }: Stack, condition: 'Fired' | 'Resolved') => {
  const now = clock.now();
  const times = { firedAt: now, ...(condition === 'Resolved' && { resolvedAt: now }) };
  return ask({ clock, ...stack }, 'POST', 'metricAlert?workload=orders', alertPayload({ condition, ...times }));
};

function variablesOf({ body }: ContainerGroup): Record<string, string> {
  const [container] = body.properties.containers;
  const variables = (container?.properties.environmentVariables ?? []) as Record<string, string>[];
  return Object.fromEntries(variables.map(({ name = '', value, secureValue }) => [name, value ?? secureValue ?? '']));
}

/** Answers what it has said so far. */
function startWorker({ serviceBus, env }: Stack, variables: Record<string, string>): () => string {
  const own = { SERVICEBUS: serviceBus.connectionString, QUEUE: WORLD.queue, POLL_SECONDS: '0.5' };
  const { PATH, NODE_EXTRA_CA_CERTS } = env;
  const child = spawn(process.execPath, [WORKER], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH, NODE_EXTRA_CA_CERTS, ...variables, ...own },
  });
  closing.push(async () => {
    if (child.kill('SIGKILL')) await once(child, 'exit');
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  return () => said;
}

/** Real time passes, and simulated time with it, until `reached`. */
async function playUntil({ clock }: Stack, what: string, mostSeconds: number, reached: () => boolean): Promise<void> {
  const stop = new AbortController();
  const end = clock.now() + mostSeconds * 1000;
  const pacing = pace(clock, SPEED, stop.signal);
  while (!reached() && clock.now() < end) await new Promise<void>((resolve) => setTimeout(resolve, 20));
  stop.abort();
  await pacing;
  if (!reached()) throw new Error(`${what}: not within ${mostSeconds} simulated seconds.`);
}

describe('the sample worker', () => {
  test('finishes its message before its group is stopped, though it is scaled in meanwhile', async () => {
    const stack = await startedStack();
    const queue = queueOf(stack.serviceBus);
    const groups = (): ContainerGroup[] => stack.azure.model.groups.all();
    await stack.clock.advance(65_000);
    await alarm(stack, 'Fired');
    await passUntil(stack, 'Two groups run', 200, () => groups().filter(({ running }) => running).length === 2);
    const [group] = groups();
    if (!group) throw new Error('There is no group.');
    const said = startWorker(stack, variablesOf(group));
    const { name } = group.id;
    const token = variablesOf(group)['SPILLWAY_TOKEN'] ?? '';
    expect(token).toHaveLength(64);

    queue.send({ messageId: '1', body: { seconds: WORK_SECONDS } });
    // Simulated time stands still meanwhile, however long a process takes to start here.
    while (queue.counts().active !== 1 || !taken()) await new Promise<void>((resolve) => setTimeout(resolve, 20));
    await alarm(stack, 'Resolved');
    let doneAt = 0;
    await playUntil(stack, 'The group is stopped', 400, () => {
      if (doneAt === 0 && queue.counts().active === 0) doneAt = stack.clock.now();
      return !group.running;
    });
    expect(doneAt).toBeGreaterThan(0);
    expect(queue.counts()).toMatchObject({ active: 0, deadLetter: 0 });
    // The queue fell to zero with that message; such a zero is believed after five minutes at the latest (zero.ts).
    expect(stack.clock.now() - doneAt).toBeLessThan(300_000 + 60_000);

    expect(said()).toBe('');

    // Its name alone opens nothing.
    const answer = await ask(stack, 'GET', `replicas/${name}?workload=orders&busy=false`);
    expect(answer.status).toBe(401);

    function taken(): boolean {
      return stack.serviceBus.liveDeliveries(WORLD.queue) === 1;
    }
  });

  test('says once that its polls are refused, as where the app has no key of the replicas', async () => {
    const stack = await startedStack({ SPILLWAY_REPLICA_KEY: '', SPILLWAY_LOCAL_KEY: 'of-the-function' });
    const refused = Promise.withResolvers<void>();
    let polls = 0;
    const relay = createHttpServer((request, response) => {
      void fetch(`http://localhost:${stack.host.port}${request.url}`).then(({ status }) => {
        response.writeHead(status).end();
        if (++polls === 3) refused.resolve();
      });
    });
    closing.push(async () => void (await once(relay.close(), 'close')));
    await once(relay.listen(0, 'localhost'), 'listening');
    const { port } = relay.address() as AddressInfo;
    const variables = { SPILLWAY_WORKLOAD: 'orders', SPILLWAY_REPLICA: 'g-1' };
    const said = startWorker(stack, { ...variables, SPILLWAY_URL: `http://localhost:${port}` });
    await refused.promise;
    expect(
      said().match(/^Spillway refuses the polls of this replica, and stops it without notice: 401/gm),
    ).toHaveLength(1);
  });
});
