// The drill with its real clients against the local Azure, whose Spillway runs the workload `drill` as a deployment does.

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectDrill } from '../../../tools/drill/azure.ts';
import { drill, type DrillOptions } from '../../../tools/drill/drill.ts';
import { trust } from '../../../tools/local/certificate.ts';
import { pace } from '../../../tools/local/clock.ts';
import { startStack, type Stack } from '../../../tools/local/stack.ts';
import { WORLD } from '../../../tools/local/world.ts';

const ROOT = join(import.meta.dirname, '../../..');
let folder: string;
let stack: Stack;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  // The workload file is written by the very hook that writes it after a provision.
  await mkdir(join(ROOT, '.local'), { recursive: true });
  folder = await mkdtemp(join(ROOT, '.local/drill-'));
  const outputs = { SPILLWAY_WORKLOADS_FOLDER: relative(ROOT, folder), SPILLWAY_DRILL_QUEUE: 'drill' };
  const hook = join(ROOT, 'tools/infra/hooks/postprovision.ts');
  const deployed = {
    ...outputs,
    SPILLWAY_EXAMPLE_IMAGE: 'mcr.microsoft.com/azurelinux/base/nodejs:20',
    SPILLWAY_WORKER_IDENTITY_ID: `/subscriptions/${WORLD.subscription}/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/worker`,
    SPILLWAY_WORKER_CLIENT_ID: '00000000-0000-0000-0000-000000000001',
    SPILLWAY_SERVICEBUS__fullyQualifiedNamespace: 'contoso.servicebus.windows.net',
  };
  await promisify(execFile)(process.execPath, [hook], { env: { ...process.env, ...deployed } });
  stack = await startStack({
    seed: 1,
    moreQueues: [{ name: 'drill', lockDuration: 60_000 }],
    env: {
      SPILLWAY_WORKLOADS_FOLDER: relative(ROOT, folder),
      SPILLWAY_SCALE_SET: '',
      SPILLWAY_BASE_MODE: 'none',
      SPILLWAY_BURST_MAX_GROUPS_FOR_DRILL: '1',
    },
  });
  const namespace = stack.serviceBus.host;
  await stack.host.kill();
  await stack.restartHost({ SPILLWAY_QUEUE: '', SPILLWAY_QUEUE_FOR_DRILL: `${namespace}/drill` });
  env = {
    ...stack.env,
    ...outputs,
    AZURE_SUBSCRIPTION_ID: WORLD.subscription,
    AZURE_RESOURCE_GROUP: WORLD.resourceGroup,
    SPILLWAY_OWNER_ID: WORLD.ownerId,
  };
  trust(await readFile(env['NODE_EXTRA_CA_CERTS'] ?? '', 'utf8'));
  for (const name of ['IDENTITY_ENDPOINT', 'IDENTITY_HEADER']) process.env[name] = env[name];
});
afterAll(async () => {
  await stack.close();
  await rm(folder, { recursive: true });
});

const groups = (): string[] => stack.azure.model.groups.all().map(({ id }) => id.name);
const messages = (): number => stack.serviceBus.queue('drill').counts().active;

test('a drill starts one group, sees it serve and go, and says how long each leg took and what it cost', async () => {
  const azure = connectDrill(env);
  const lines: string[] = [];
  const options: DrillOptions = {
    ...azure,
    now: () => stack.clock.now(),
    pause: () => stack.clock.advance(5_000),
    signal: new AbortController().signal,
    say: (line) => void lines.push(line),
    messages: 150,
    patienceSeconds: 900,
  };
  const { group, legs, cents } = await drill(options);
  await azure.close();
  expect(group).toMatch(/^sw-drill-/);
  expect(legs.map(({ what }) => what)).toEqual([
    'until a container group was created',
    'until its containers ran',
    'until the bill ended',
    'until Azure answered 404',
  ]);
  expect(legs[1]?.seconds).toBeGreaterThan(10);
  const billed = stack.azure.model.billing().find((each) => JSON.stringify(each).includes(group));
  expect(billed).toBeDefined();
  // One core and one GB, of which an hour costs 5 cents or so.
  expect(cents).toBeGreaterThan(0.05);
  expect(cents).toBeLessThan(1);
  expect(lines).toContainEqual(expect.stringMatching(/emptied: 1\d\d messages were left/));
  expect([groups(), messages()]).toEqual([[], 0]);
});

test('a drill that is interrupted empties the queue, removes its group and says so', async () => {
  const stop = new AbortController();
  const pacing = pace(stack.clock, 60, stop.signal);
  const main = join(ROOT, 'tools/drill/main.ts');
  const child = spawn(process.execPath, [main, '--every', '0.2', '--messages', '50'], { env });
  const output: string[] = [];
  createInterface(child.stdout).on('line', (line) => {
    output.push(line);
    // Without Spillway nobody but the drill itself can remove the group.
    if (line.includes('until a container group was created')) void stack.host.kill().then(() => child.kill('SIGINT'));
  });
  createInterface(child.stderr).on('line', (line) => output.push(line));
  try {
    const [code] = (await once(child, 'close')) as [number];
    expect({ code, output }).toMatchObject({ code: 130 });
    expect(output.at(-1)).toMatch(/^The drill was interrupted; the queue is empty and 1 groups were removed\./);
    expect([groups(), messages()]).toEqual([[], 0]);
  } finally {
    stop.abort();
    await pacing;
  }
});

test('a queue that holds messages already is left alone', async () => {
  const azure = connectDrill(env);
  await azure.queue.fill(1);
  const never: DrillOptions = {
    ...azure,
    now: () => 0,
    pause: () => Promise.reject(new Error('waited')),
    signal: new AbortController().signal,
    say: () => {},
    messages: 1,
    patienceSeconds: 1,
  };
  await expect(drill(never)).rejects.toThrow(/holds messages already/);
  expect(messages()).toBe(1);
  expect(await azure.queue.empty()).toBe(1);
  await azure.close();
});
