// The hooks of a deployment against the local Azure.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { armAt, type Arm } from '../../../tools/infra/arm.ts';
import { removeGroups } from '../../../tools/infra/remove-groups.ts';
import { smoke } from '../../../tools/infra/smoke.ts';
import { workloadFile } from '../../../tools/infra/workload-file.ts';
import { trust } from '../../../tools/local/certificate.ts';
import { startStack, type Stack } from '../../../tools/local/stack.ts';
import { WORLD } from '../../../tools/local/world.ts';

let stack: Stack;
let arm: Arm;
beforeAll(async () => {
  stack = await startStack({ seed: 1 });
  trust(await readFile(stack.env['NODE_EXTRA_CA_CERTS'] ?? '', 'utf8'));
  arm = armAt(stack.azure.endpoint, async () => 'anyone');
});
afterAll(() => stack.close());

const look = (port = stack.host.port, tries = 1) =>
  smoke({ url: `http://localhost:${port}`, key: 'any', tries, pause: () => stack.clock.advance(30_000) });

describe('after a deployment', () => {
  test('an app that has not evaluated yet is not called working', async () => {
    const { ok, lines } = await look();
    expect(ok).toBe(false);
    expect(lines).toEqual([expect.stringMatching(/Not evaluated yet: orders.*role may still be propagating/)]);
  });

  test('an app that is healthy and evaluates is', async () => {
    const { ok, lines } = await look(stack.host.port, 6);
    expect(ok).toBe(true);
    expect(lines).toEqual(['The app is healthy.', expect.stringMatching(/^orders: .+/)]);
  });

  test('an address where nothing answers is named', async () => {
    expect((await look(1)).lines).toEqual([expect.stringContaining('does not answer at http://localhost:1')]);
  });

  test('settings that make the app unhealthy are told as the app tells them', async () => {
    await stack.host.kill();
    await stack.restartHost({ SPILLWAY_OWNER_ID: '' });
    const { ok, lines } = await look();
    expect(ok).toBe(false);
    expect(lines.join('\n')).toMatch(/unhealthy:\n.*SPILLWAY_OWNER_ID/);
    await stack.host.kill();
  });
});

describe('before everything is deleted', () => {
  const where = {
    subscriptionId: WORLD.subscription,
    resourceGroup: WORLD.resourceGroup,
    ownerId: WORLD.ownerId,
    tries: 20,
    pause: () => stack.clock.advance(30_000),
  };
  const create = async (name: string, owner: string): Promise<void> => {
    const path = `/subscriptions/${WORLD.subscription}/resourceGroups/${WORLD.resourceGroup}/providers/Microsoft.ContainerInstance/containerGroups/${name}`;
    const { status } = await arm('PUT', path, '2023-05-01', {
      location: 'westeurope',
      tags: { 'spillway-owner': owner },
      properties: {
        osType: 'Linux',
        containers: [
          { name: 'main', properties: { image: 'nginx', resources: { requests: { cpu: 1, memoryInGB: 1 } } } },
        ],
      },
    });
    expect(status).toBe(201);
  };

  test('the container groups of the deployment go, and those of others stay', async () => {
    for (const name of ['ours-1', 'ours-2']) await create(name, WORLD.ownerId);
    await create('theirs', 'another');
    await stack.clock.advance(120_000);
    expect((await removeGroups({ arm, ...where })).toSorted()).toEqual(['ours-1', 'ours-2']);
    expect(stack.azure.model.groups.all().map(({ id }) => id.name)).toEqual(['theirs']);
  });

  test('a group that Azure does not let go is named', async () => {
    await create('stays', WORLD.ownerId);
    const refusing: Arm = (method, ...rest) =>
      method === 'DELETE' ? Promise.resolve({ status: 409, body: {} }) : arm(method, ...rest);
    await expect(removeGroups({ arm: refusing, ...where, tries: 3 })).rejects.toThrow(/may bill: stays/);
  });
});

test('the workload file of the example is complete and holds the worker as it is', async () => {
  const root = join(import.meta.dirname, '../../..');
  const worker = await readFile(join(root, 'infra/example/worker.js'), 'utf8');
  const template = await readFile(join(root, 'infra/example/workload.yaml'), 'utf8');
  const text = workloadFile(template, worker, 'example', 'example', {
    SPILLWAY_EXAMPLE_IMAGE: 'mcr.microsoft.com/azurelinux/base/nodejs:20',
    SPILLWAY_EXAMPLE_REPLICAS_PER_INSTANCE: '2',
    SPILLWAY_WORKER_IDENTITY_ID:
      '/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/worker',
    SPILLWAY_SERVICEBUS__fullyQualifiedNamespace: 'contoso.servicebus.windows.net',
    SPILLWAY_WORKER_CLIENT_ID: '00000000-0000-0000-0000-000000000001',
  });
  expect(text).not.toMatch(/__[A-Z]/);
  expect(parse(text)).toMatchObject({ command: ['node', '-e', worker], replicasPerInstance: 2, drain: 'none' });
});
