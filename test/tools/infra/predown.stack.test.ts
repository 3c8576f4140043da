// What happens before everything is deleted, against the local Azure.

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { groupName } from '../../../shared/placement/names.ts';
import { AzureFailure } from '../../../shared/ports/errors.ts';
import { ArmError } from '../../../tools/local/azure/arm.ts';
import { armAt } from '../../../tools/infra/arm.ts';
import { deployedPorts } from '../../../tools/infra/clients.ts';
import { drainAll } from '../../../tools/infra/drain-all.ts';
import { removeGroups } from '../../../tools/infra/remove-groups.ts';
import { pollOf } from '../../../tools/local/demo/local-stage.ts';
import { seeded } from '../../../tools/local/random.ts';
import type { Stack } from '../../../tools/local/stack.ts';
import { Workers } from '../../../tools/local/workers.ts';
import { queueOf, WORLD } from '../../../tools/local/world.ts';
import { startDeployed, type Deployed } from '../../support/deployed.ts';
import { passUntil } from '../../support/operate.ts';
import { workloadOf } from '../../support/workload-of.ts';

let deployed: Deployed;
let stack: Stack;
beforeAll(async () => {
  deployed = await startDeployed({ env: { SPILLWAY_BURST_MAX_GROUPS: '4' } });
  ({ stack } = deployed);
});
afterAll(() => deployed.close());

const left = (): string[] => stack.azure.model.groups.all().map(({ id }) => id.name);
const predown = (more = {}) => deployed.hook('predown', more);

async function create(name: string, owner: string, subscription: string = WORLD.subscription): Promise<void> {
  const path = `/subscriptions/${subscription}/resourceGroups/${WORLD.resourceGroup}/providers/Microsoft.ContainerInstance/containerGroups/${name}`;
  const { status } = await armAt(stack.azure.endpoint, async () => 'anyone')('PUT', path, '2023-05-01', {
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
  // Until a list shows it.
  await stack.clock.advance(30_000);
}

describe('before everything is deleted, the hook', () => {
  test('lets the app drain groups that are at work, at full load, and then stops it', async () => {
    const { clock, azure, serviceBus } = stack;
    const queue = queueOf(serviceBus);
    const workers = new Workers({
      clock,
      queue,
      random: seeded(1),
      secondsPerMessage: 15,
      replicasPerInstance: WORLD.replicasPerInstance,
      poll: pollOf(stack),
      onDone: () => {},
    });
    workers.follow(azure.model, azure.model.scaleSets.find(WORLD.scaleSet.id));
    for (let count = 0; count < 2000; count++) queue.send({ body: {} });
    const serving = (): number => workers.replicas - WORLD.scaleSet.capacity * WORLD.replicasPerInstance;
    await passUntil(stack, 'groups serve', 300, () => serving() === 4);
    // Simulated time must have its chance between two looks.
    const { code, out, err } = await predown({ SPILLWAY_HOOK_PAUSE_SECONDS: '0.5' });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(
      /^Container groups drain \(4\), each for 60 s at most.*\nAll of them have drained\.\n(Removed|No) /,
    );
    expect([left(), workers.killedBusy, azure.model.deployment.running]).toEqual([[], 0, false]);
    expect(queue.counts().active).toBeGreaterThan(0);
  });

  test('waits for nothing that a dry run would not do', async () => {
    await stack.host.kill();
    await stack.restartHost({ SPILLWAY_MODE: 'dry-run', SPILLWAY_DRAIN_TIMEOUT_SECONDS: '0' });
    await create('stays', WORLD.ownerId);
    const { code, out } = await predown();
    expect(code).toBe(0);
    expect(out).toMatch(/drain \(1\), each for 0 s at most.*\nAll of them have drained\.\nRemoved 1 container/);
    expect(left()).toEqual([]);
  });

  test('drains nothing where it is told not to', async () => {
    await create('unasked', WORLD.ownerId);
    expect(await predown({ SPILLWAY_SKIP_DRAIN: 'true' })).toMatchObject({
      code: 0,
      out: 'Removed 1 container groups.',
    });
    await stack.host.kill();
  });

  test('removes groups at once, and says why, where the app does not answer, and topics that it made elsewhere', async () => {
    for (const name of ['ours-1', 'ours-2']) await create(name, WORLD.ownerId);
    await create('theirs', 'another');
    const id = `/subscriptions/${WORLD.subscription}/resourceGroups/more/providers/Microsoft.EventGrid/systemTopics/evgt-1`;
    const { deployment } = stack.azure.model;
    deployment.systemTopics = ['evgt-1', 'other'].map((name) => ({ id, name, properties: { source: 'more' } }));
    const more = { SERVICE_SPILLWAY_URI: 'http://localhost:1', SPILLWAY_EVENT_TOPIC_IDS: id };
    const { code, out } = await predown(more);
    expect(deployment.systemTopics.map(({ name }) => name)).toEqual(['other']);
    expect(code).toBe(0);
    expect(out).toMatch(/does not answer at http:\/\/localhost:1.*2 are removed at once.*\nRemoved 2 container/);
    expect(left()).toEqual(['theirs']);
  });

  test('removes groups in other subscriptions that the app makes some in', async () => {
    const { deployment } = stack.azure.model;
    const other = '99999999-9999-9999-9999-999999999999';
    deployment.appSettings = { SPILLWAY_MORE_SUBSCRIPTIONS: ` ${other} ` };
    const name = groupName(WORLD.ownerId, workloadOf(), 'westeurope', 1, other);
    await create(name, WORLD.ownerId, other);
    const more = { SPILLWAY_SKIP_DRAIN: 'true' };
    expect(await predown(more)).toMatchObject({ code: 0, out: 'Removed 1 container groups.' });
    expect(left()).toEqual(['theirs']);
    deployment.refusals = 1;
    const { code, out } = await predown(more);
    expect(code).toBe(0);
    const look = new RegExp(
      `403.* SPILLWAY_MORE_SUBSCRIPTIONS .*spillway-owner=${WORLD.ownerId}.*${WORLD.resourceGroup}`,
    );
    expect(out).toMatch(look);
    expect(out).toMatch(new RegExp(`\nNo container group is left in subscription ${WORLD.subscription}\\.$`));
  });

  test('goes on without a subscription that cannot be listed, and says what to look for there', async () => {
    const { deployment, groups } = stack.azure.model;
    const [other, refusing] = ['99999999-9999-9999-9999-999999999999', '88888888-8888-8888-8888-888888888888'];
    deployment.appSettings = { SPILLWAY_MORE_SUBSCRIPTIONS: `${refusing},${other}` };
    await create('ours-3', WORLD.ownerId);
    const list = groups.list.bind(groups);
    const lists = vi.spyOn(groups, 'list').mockImplementation((subscription, ...rest) => {
      if (subscription === refusing) throw new ArmError(403, 'AuthorizationFailed', 'no');
      return list(subscription, ...rest);
    });
    const { code, out } = await predown({ SERVICE_SPILLWAY_URI: 'http://localhost:1' });
    lists.mockRestore();
    deployment.appSettings = {};
    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`^Container groups in subscription ${refusing} .*403.*=${WORLD.ownerId} in its`));
    expect(out).toMatch(
      new RegExp(`\nRemoved 1 container groups in subscription ${WORLD.subscription} and ${other}\\.$`),
    );
    expect(left()).toEqual(['theirs']);
  });

  test('removes nothing while the app cannot be stopped, and does nothing where nothing is deployed', async () => {
    await create('kept', WORLD.ownerId);
    stack.azure.model.deployment.refusals = 3;
    expect(await predown()).toMatchObject({ code: 1, err: expect.stringMatching(/not be stopped.*403/) });
    expect(left()).toContain('kept');
    expect(await predown({ AZURE_FUNCTION_NAME: '' })).toMatchObject({ code: 0 });
    expect(left()).toContain('kept');
  });
});

const FORBIDDEN = new AzureFailure(
  'Listing',
  { class: 'permanent', code: 'AuthorizationFailed', message: 'no' },
  undefined,
);

test.each([
  ['bills', 1, '2026-01-02T00:00:00Z'],
  ['was decided on before the drain began only', 0, '2025-12-31T23:59:59Z'],
])('what %s is said to be removed once the drain time-out has passed', async (_, burstBilling, at) => {
  const paths: string[] = [];
  const app = createServer((request, response) => {
    paths.push(request.url ?? '');
    const status = {
      pause: { since: '2026-01-01T00:00:00.000Z' },
      workloads: [{ mode: 'enforce', figures: { burstBilling }, decisions: [{ at }] }],
    };
    response.end(JSON.stringify(request.method === 'POST' ? { drainTimeoutSeconds: 40 } : status));
  });
  await once(app.listen(0), 'listening');
  const lines: string[] = [];
  await drainAll({
    app: { url: `http://localhost:${(app.address() as AddressInfo).port}`, key: '' },
    containerGroups: {
      list: async () => [{ name: 'busy', location: 'westeurope', provisioningState: 'Succeeded', tags: {} }],
    },
    everySeconds: 20,
    pause: async () => {},
    say: (line) => lines.push(line),
  });
  app.close();
  expect(lines).toEqual([
    expect.stringContaining('for 40 s at most'),
    expect.stringMatching(/not drained in time.*removed/),
  ]);
  expect(paths).toEqual(['/api/pause', ...Array(11).fill('/api/status')]);
});

describe('container groups that are removed', () => {
  const ports = () =>
    deployedPorts(deployed.outputs(), {
      getToken: async () => ({ token: 'anyone', expiresOnTimestamp: Number.MAX_SAFE_INTEGER }),
    });
  const where = { subnets: [], tries: 20, pause: () => stack.clock.advance(30_000) };

  test('a refusal while a role propagates is waited for', async () => {
    const { containerGroups, networks } = ports();
    let refusals = 2;
    const late = {
      list: () => (refusals-- > 0 ? Promise.reject(FORBIDDEN) : containerGroups.list()),
      stop: (name: string) => containerGroups.stop(name),
      delete: (name: string) => containerGroups.delete(name),
    };
    expect(await removeGroups({ ports: { containerGroups: late, networks }, ...where })).toEqual(['kept']);
  });

  test('one that a list shows late is removed too', async () => {
    const late = { name: 'late', location: 'westeurope', provisioningState: 'Succeeded', tags: {} };
    // Each look lists twice.
    const lists = [[], [], [late], [late]];
    const accepted = async () => ({ status: 'accepted' as const });
    const containerGroups = { list: async () => lists.shift() ?? [], stop: accepted, delete: accepted };
    const { networks } = ports();
    expect(await removeGroups({ ports: { containerGroups, networks }, ...where })).toEqual(['late']);
  });

  test('a group that Azure does not let go is named', async () => {
    await create('sticks', WORLD.ownerId);
    const { containerGroups, networks } = ports();
    const refusing = {
      list: () => containerGroups.list(),
      stop: (name: string) => containerGroups.stop(name),
      delete: () => Promise.resolve({ status: 'failed' as const, failure: FORBIDDEN.failure }),
    };
    const removing = removeGroups({ ports: { containerGroups: refusing, networks }, ...where, tries: 3 });
    await expect(removing).rejects.toThrow(/may bill: .*sticks/);
  });
});
