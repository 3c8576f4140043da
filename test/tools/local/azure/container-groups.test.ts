import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ArmError } from '../../../../tools/local/azure/arm.ts';
import { AzureModel, type AzureOptions } from '../../../../tools/local/azure/azure.ts';
import type { ReplicaChange } from '../../../../tools/local/azure/world.ts';
import { SimulatedClock } from '../../../../tools/local/clock.ts';
import { begin, groupBody, groupId, subscription } from '../../../support/azure-samples.ts';

interface Seen {
  provisioningState: string;
  ipAddress?: { ip?: string };
  instanceView?: { state: string };
  containers: {
    properties: {
      instanceView?: {
        restartCount: number;
        currentState: { state: string; detailStatus: string; exitCode?: number };
        previousState?: { state: string };
        events: { name: string; count: number; message: string }[];
      };
    };
  }[];
}

function setUp(options: Partial<AzureOptions> = {}) {
  const clock = new SimulatedClock(begin, 1000);
  const model = new AzureModel({ clock, seed: 7, ...options });
  const { groups } = model;
  const id = groupId('burst-0');
  const see = (): Seen => (groups.get(id).body as { properties: Seen }).properties;
  const view = () => see().containers[0]?.properties.instanceView;
  const listed = (): string[] =>
    (groups.list(subscription, undefined, '2023-05-01').body as { value: { name: string }[] }).value.map(
      ({ name }) => name,
    );
  return { clock, model, groups, id, see, view, listed };
}

function refusal(run: () => unknown): ArmError {
  try {
    run();
  } catch (error) {
    if (error instanceof ArmError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

const operationOf = (headers: Record<string, string>): string =>
  /operations\/([^?]+)\?api-version=2018-06-01$/.exec(headers['azure-asyncoperation'] ?? '')?.[1] ?? '';

describe('the life of a group', () => {
  test('a created group is Pending, then Creating with its events, then Running', async () => {
    const { clock, model, groups, id, see, view } = setUp();
    const put = groups.put(id, groupBody());
    expect(put.status).toBe(201);
    expect(put.headers).toMatchObject({
      'x-ms-ratelimit-remaining-subscription-resource-requests-pt5m': '99',
      'x-ms-ratelimit-remaining-subscription-resource-requests-pt1h': '299',
    });
    expect(put.headers).not.toHaveProperty('retry-after');
    expect(see()).toMatchObject({ provisioningState: 'Pending', instanceView: { state: 'Pending' } });

    const states: string[] = [];
    const events: string[] = [];
    for (let second = 0; second < 111; second++) {
      const { status } = model.operations.get(operationOf(put.headers)).body as { status: string };
      if (states.at(-1) !== status) states.push(status);
      for (const { name } of view()?.events ?? []) if (!events.includes(name)) events.push(name);
      await clock.advance(1000);
    }
    expect(states).toEqual(['Pending', 'Creating', 'Succeeded']);
    expect(events).toEqual(['Pulling', 'Pulled', 'Started']);
    expect(see()).toMatchObject({ provisioningState: 'Succeeded', instanceView: { state: 'Running' } });
    expect(view()?.currentState.state).toBe('Running');
  });

  test('secrets are never given back', () => {
    const { groups, id } = setUp();
    groups.put(id, groupBody());
    expect(JSON.stringify(groups.get(id).body)).toContain('"name":"KEY"');
    expect(JSON.stringify(groups.get(id).body)).not.toContain('hidden');
  });

  test('a repeated PUT restarts the containers, answers 200 and is counted', async () => {
    const { clock, model, groups, id, see } = setUp();
    const changes: boolean[] = [];
    model.onReplicaChange(({ running }) => changes.push(running));
    groups.put(id, groupBody());
    await clock.advance(120_000);
    expect(groups.put(id, groupBody()).status).toBe(200);
    expect(see().provisioningState).toBe('Updating');
    await clock.advance(120_000);
    expect(changes).toEqual([true, false, true]);
    expect(model.billing().map(({ to }) => to === undefined)).toEqual([false, true]);
    expect(groups.counters).toEqual({ groupsCreated: 1, putsOnLiveGroups: 1, maximumLive: 1 });
  });

  test('a group that is under way refuses stop, start, restart and PUT but not PATCH and DELETE', () => {
    const { groups, id } = setUp();
    groups.put(id, groupBody());
    for (const run of [
      () => groups.stop(id),
      () => groups.start(id),
      () => groups.restart(id),
      () => groups.put(id, groupBody()),
    ]) {
      expect(refusal(run)).toMatchObject({
        status: 409,
        code: 'ContainerGroupTransitioning',
        message: "The container group 'burst-0' is still transitioning, please retry later.",
      });
    }
    expect(groups.patch(id, { tags: { drain: 'yes' } }).body).toMatchObject({ tags: { drain: 'yes' } });
    expect(groups.remove(id).status).toBe(200);
    expect(refusal(() => groups.get(id)).code).toBe('ResourceNotFound');
  });

  test('stop takes effect at once, ends the bill, and start deploys anew with another bill', async () => {
    const { clock, model, groups, id, see, view } = setUp();
    groups.put(id, groupBody());
    await clock.advance(120_000);
    expect(groups.start(id)).toEqual({ status: 204, headers: {} });
    expect(groups.stop(id)).toEqual({ status: 204, headers: {} });
    expect(see()).toMatchObject({ provisioningState: 'Succeeded', instanceView: { state: 'Stopped' } });
    expect(view()).toMatchObject({
      currentState: { state: 'Terminated', detailStatus: 'Container stopped per client request' },
      previousState: { state: 'Running' },
    });
    expect(model.billing()).toMatchObject([{ to: clock.now(), cpu: 1, memoryInGB: 2 }]);
    const started = groups.start(id);
    expect([started.status, operationOf(started.headers)]).toEqual([202, expect.stringMatching(/^[0-9a-f-]{36}$/)]);
    await clock.advance(120_000);
    expect(view()?.currentState.state).toBe('Running');
    expect(view()?.events.find(({ name }) => name === 'Pulling')?.count).toBe(2);
    expect(model.billing()).toHaveLength(2);
  });

  test('restart answers 204 with a status URL and runs on for a moment while Updating', async () => {
    const { clock, model, groups, id, see, view } = setUp();
    groups.put(id, groupBody());
    await clock.advance(120_000);
    const restart = groups.restart(id);
    expect(restart.status).toBe(204);
    expect(see().provisioningState).toBe('Updating');
    expect(view()?.currentState.state).toBe('Running');
    await clock.advance(120_000);
    expect(model.operations.get(operationOf(restart.headers)).body).toMatchObject({ status: 'Succeeded' });
    expect(view()).toMatchObject({ restartCount: 1, currentState: { state: 'Running' } });
    expect(view()?.events.map(({ name }) => name)).toEqual(['Pulling', 'Pulled', 'Started', 'Killing']);
    expect(model.billing()).toHaveLength(1);
  });

  test('a failed group stops billing and may revive and bill again by itself, unless it is stopped', async () => {
    const { clock, model, groups, id, see } = setUp();
    groups.put(id, groupBody());
    await clock.advance(120_000);
    groups.find(id).fail(60_000);
    expect(see()).toMatchObject({ provisioningState: 'Failed', instanceView: { state: 'Failed' } });
    await clock.advance(200_000);
    expect(see().instanceView?.state).toBe('Running');
    expect(model.billing().map(({ to }) => to === undefined)).toEqual([false, true]);
    groups.find(id).fail(60_000);
    groups.stop(id);
    await clock.advance(200_000);
    expect(see().instanceView?.state).toBe('Stopped');
  });

  test('a platform restart gives the group another address', async () => {
    const { clock, groups, id, see } = setUp();
    const body = groupBody() as { properties: object };
    const ipAddress = { type: 'Private', ports: [{ port: 80 }] };
    groups.put(id, { ...body, properties: { ...body.properties, ipAddress } });
    await clock.advance(120_000);
    const before = see().ipAddress?.ip;
    groups.find(id).relocate();
    await clock.advance(120_000);
    expect(before).toMatch(/^10\./);
    expect(see().ipAddress?.ip).not.toBe(before);
  });
});

describe('lists', () => {
  test('show neither instance views nor, for some seconds, what was just created or deleted', async () => {
    const { clock, groups, id, listed } = setUp();
    groups.put(id, groupBody());
    expect(groups.get(id).status).toBe(200);
    expect(listed()).toEqual([]);
    await clock.advance(15_000);
    expect(listed()).toEqual(['burst-0']);
    expect(JSON.stringify(groups.list(subscription, 'rg', '2023-05-01').body)).not.toContain('instanceView');
    groups.remove(id);
    expect(listed()).toEqual(['burst-0']);
    await clock.advance(15_000);
    expect(listed()).toEqual([]);
  });

  test('are read page by page and by resource group', () => {
    const { groups } = setUp({ pageSize: 2, faults: { listLagSeconds: 0 } });
    for (const name of ['a', 'b', 'c']) groups.put(groupId(name, 'RG'), groupBody());
    groups.put(groupId('d', 'rg-other'), groupBody());
    const page = groups.list(subscription, 'rg', '2023-05-01').body as { value: object[]; nextLink: string };
    expect(page.value).toHaveLength(2);
    expect(page.nextLink).toContain('$skiptoken=2');
    const last = groups.list(subscription, 'rg', '2023-05-01', 2).body;
    expect(last).toEqual({ value: [expect.objectContaining({ name: 'c' })] });
  });
});

describe('refusals', () => {
  test('a quota that is reached names its limit, and stopped groups free their cores but not their place', async () => {
    const { clock, groups, id } = setUp({ quota: { eastus: { groups: 3, cores: 4 } } });
    groups.put(id, groupBody(3));
    const second = refusal(() => groups.put(groupId('burst-1'), groupBody(2)));
    expect([second.status, second.code, second.message]).toEqual([
      400,
      'ContainerGroupQuotaReached',
      "Resource type 'Microsoft.ContainerInstance/containerGroups' container group quota 'StandardCores' exceeded in " +
        "region 'eastus'. Limit: '4', Usage: '3' Requested: '2'.",
    ]);
    expect(second.headers).toHaveProperty('x-ms-ratelimit-remaining-subscription-resource-requests-pt5m', '98');
    await clock.advance(120_000);
    groups.stop(id);
    expect(groups.put(groupId('burst-1'), groupBody(2)).status).toBe(201);
    expect(groups.usages(subscription, 'eastus').body).toMatchObject({
      value: [
        { name: { value: 'ContainerGroups' }, currentValue: 2, limit: 3 },
        { name: { value: 'StandardCores' }, currentValue: 2, limit: 4 },
        {},
        {},
      ],
    });
    expect(groups.put(groupId('burst-2', 'rg'), groupBody(2, 'westus')).status).toBe(201);
  });

  test('Spot and Confidential groups have cores of their own', () => {
    const { groups } = setUp({ quota: { eastus: { cores: 1, spotCores: 1, confidentialCores: 1 } } });
    for (const kind of [{}, { priority: 'Spot' }, { sku: 'Confidential' }]) {
      const body = groupBody() as { properties: object };
      const put = (name: string) => groups.put(groupId(name), { ...body, properties: { ...body.properties, ...kind } });
      const name = `first-${JSON.stringify(kind).length}`;
      expect(put(name).status).toBe(201);
      expect(refusal(() => put(`${name}-more`)).message).toContain("Limit: '1', Usage: '1' Requested: '1'");
    }
  });

  test('Spot takes no address', () => {
    const { groups, id } = setUp();
    const body = groupBody() as { properties: object };
    const open = { ipAddress: { type: 'Public', ports: [{ port: 80 }] } };
    const properties = { ...body.properties, priority: 'Spot', ...open };
    expect(refusal(() => groups.put(id, { ...body, properties })).code).toBe(
      'SpotPriorityContainerGroupNotSupportedForInboundConnectivity',
    );
  });

  test('a region without capacity refuses with 409 ServiceUnavailable', () => {
    const { model, groups, id } = setUp();
    model.faults.capacityHole('eastus');
    const { status, code, message } = refusal(() => groups.put(id, groupBody()));
    expect([status, code]).toEqual([409, 'ServiceUnavailable']);
    expect(message).toContain("not available in the location 'eastus' at this moment");
    expect(message).toContain("Resource requested: '1' CPU '2' GB memory 'Linux' OS");
  });

  test('the hundred-and-first creation in five minutes waits for the window', async () => {
    const { clock, groups, id } = setUp();
    for (let count = 0; count < 100; count++) {
      groups.put(id, groupBody());
      groups.remove(id);
      await clock.advance(1000);
    }
    const { status, code, headers } = refusal(() => groups.put(id, groupBody()));
    expect([status, code, headers['retry-after']]).toEqual([429, 'TooManyRequests', '200']);
    await clock.advance(200_000);
    expect(groups.put(id, groupBody()).status).toBe(201);
  });

  test('a body without resources, with too little of them, or without a location is refused', () => {
    const { groups, id } = setUp();
    const body = groupBody() as { properties: { containers: object[] } };
    const bare = {
      ...body,
      properties: { ...body.properties, containers: [{ name: 'a', properties: { image: 'i' } }] },
    };
    expect(refusal(() => groups.put(id, bare))).toMatchObject({
      status: 400,
      message: expect.stringContaining('properties.containers.0.properties.resources'),
    });
    expect(refusal(() => groups.put(id, groupBody(0.5))).message).toContain('at least 1 CPU and 1 GB');
    expect(refusal(() => groups.put(id, {})).code).toBe('LocationRequired');
  });
});

test('whatever is done to a group, it bills from pull to stop and never twice at once', async () => {
  const steps = fc.constantFrom('put', 'stop', 'start', 'restart', 'remove', 'fail', 'relocate', 'wait');
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { maxLength: 25 }), fc.nat(1000), async (story, seed) => {
      const clock = new SimulatedClock(begin, 20_000);
      const model = new AzureModel({ clock, seed, faults: { lingerShare: 0.3 } });
      const { groups } = model;
      const id = groupId('burst-0');
      const running = new Map<string, boolean>();
      model.onReplicaChange((change: ReplicaChange) => {
        expect(running.get(change.id) ?? false).toBe(!change.running);
        running.set(change.id, change.running);
      });
      for (const step of story) {
        try {
          if (step === 'put') groups.put(id, groupBody());
          else if (step === 'fail') groups.find(id).fail(30_000);
          else if (step === 'relocate') groups.find(id).relocate();
          else if (step !== 'wait') groups[step](id);
        } catch (error) {
          if (!(error instanceof ArmError)) throw error;
        }
        const open = model.billing().filter(({ to }) => to === undefined).length;
        const least = [...running.values()].some(Boolean) ? 1 : 0;
        expect(open).toBeGreaterThanOrEqual(least);
        expect(open).toBeLessThanOrEqual(1);
        await clock.advance(20_000);
      }
      const records = model.billing();
      for (const [index, { to }] of records.slice(0, -1).entries()) {
        expect(to).toBeLessThanOrEqual(records[index + 1]?.from ?? 0);
      }
    }),
    { numRuns: 60 },
  );
});
