import { describe, expect, test } from 'vitest';
import { AzureModel, type AzureOptions } from '../../../../tools/local/azure/azure.ts';
import { SimulatedClock } from '../../../../tools/local/clock.ts';
import { begin, scaleSetId } from '../../../support/azure-samples.ts';

const id = scaleSetId('web');

function setUp(mode: 'Uniform' | 'Flexible' = 'Uniform', options: Partial<AzureOptions> = {}) {
  const clock = new SimulatedClock(begin, 1000);
  const scaleSets = [{ id, location: 'eastus', capacity: 3, mode, tags: { tier: 'base' } }];
  const model = new AzureModel({ clock, seed: 3, scaleSets, ...options });
  const list = () =>
    (
      model.scaleSets.instances(id, true).body as {
        value: { name: string; instanceId: string; properties: { instanceView?: { statuses: { code: string }[] } } }[];
      }
    ).value;
  const codes = (): string[] =>
    list().map(({ properties }) => properties.instanceView?.statuses.map(({ code }) => code).join(' ') ?? '');
  return { clock, model, sets: model.scaleSets, list, codes };
}

const operationOf = (headers: Record<string, string>): string =>
  /operations\/([^?]+)/.exec(headers['azure-asyncoperation'] ?? '')?.[1] ?? '';

describe('changing the capacity', () => {
  test('answers at once with the new capacity, another ETag and a status URL, and machines follow in minutes', async () => {
    const { clock, model, sets, codes } = setUp();
    const started: string[] = [];
    model.onReplicaChange(({ name, running }) => started.push(`${name} ${running}`));
    const patch = sets.patch(id, { sku: { capacity: 5 } });
    expect(patch.status).toBe(200);
    expect(patch.body).toMatchObject({
      etag: '"2"',
      sku: { capacity: 5 },
      properties: { provisioningState: 'Updating' },
    });
    await clock.advance(119_000);
    expect(codes().filter((each) => each === 'ProvisioningState/creating PowerState/starting')).toHaveLength(2);
    expect(model.operations.get(operationOf(patch.headers)).body).toMatchObject({ status: 'InProgress' });
    await clock.advance(91_000);
    expect(codes().filter((each) => each === 'ProvisioningState/succeeded PowerState/running')).toHaveLength(5);
    expect(started).toHaveLength(2);
    expect(model.operations.get(operationOf(patch.headers)).body).toMatchObject({ status: 'Succeeded' });
    expect(sets.get(id).body).toMatchObject({ properties: { provisioningState: 'Succeeded' } });
  });

  test('is refused with 412 for a stale ETag and with 409 while another change is under way', () => {
    const { sets } = setUp();
    const etag = sets.get(id).headers['etag'];
    sets.patch(id, { sku: { capacity: 4 } }, etag);
    expect(() => sets.patch(id, { sku: { capacity: 6 } }, etag)).toThrow(
      expect.objectContaining({ status: 412, code: 'PreconditionFailed' }),
    );
    expect(() => sets.patch(id, { sku: { capacity: 6 } })).toThrow(
      expect.objectContaining({ status: 409, code: 'Conflict' }),
    );
  });

  test('is refused beyond the quota of cores with its numbers', () => {
    const { sets } = setUp('Uniform', { quota: { eastus: { vmCores: 8 } } });
    expect(() => sets.patch(id, { sku: { capacity: 5 } })).toThrow(
      expect.objectContaining({
        status: 409,
        code: 'OperationNotAllowed',
        message: expect.stringContaining('Current Limit: 8, Current Usage: 6, Additional Required: 4'),
      }),
    );
    expect(sets.get(id).body).toMatchObject({ sku: { capacity: 3 } });
  });
});

test('deleting named instances lowers the capacity, ends exactly their bills, and their ids do not come back', async () => {
  const { clock, model, sets, list } = setUp();
  const [first, ...others] = list().map(({ instanceId }) => instanceId);
  const answer = sets.deleteInstances(id, [first]);
  expect(answer.status).toBe(202);
  expect(answer.headers['location']).toBe(`${answer.headers['azure-asyncoperation']}&monitor=true`);
  expect(sets.get(id).body).toMatchObject({ sku: { capacity: 2 } });
  expect(model.operations.get(operationOf(answer.headers), true).status).toBe(202);
  await clock.advance(40_000);
  expect(list().map(({ instanceId }) => instanceId)).toEqual(others);
  expect(model.operations.get(operationOf(answer.headers), true).status).toBe(200);
  expect(model.billing().filter(({ to }) => to !== undefined)).toEqual([
    expect.objectContaining({ id: expect.stringMatching(new RegExp(`/virtualMachines/${first}$`)) }),
  ]);
  sets.patch(id, { sku: { capacity: 3 } });
  expect(list().map(({ instanceId }) => instanceId)).not.toContain(first);
  expect(() => sets.deleteInstances(id, [first])).toThrow(expect.objectContaining({ status: 409 }));
});

test('an evicted instance is deallocated, still counts, and bills no more; a failed one is unhealthy and bills on', () => {
  const { model, sets, list, codes } = setUp();
  const changes: string[] = [];
  model.onReplicaChange(({ name, running }) => changes.push(`${name} ${running}`));
  const [evicted = '', failed = ''] = list().map(({ name }) => name);
  sets.change(evicted, 'evict');
  sets.change(failed, 'fail');
  expect(codes().slice(0, 2)).toEqual([
    'ProvisioningState/succeeded PowerState/deallocated',
    'ProvisioningState/failed PowerState/running',
  ]);
  expect(changes).toEqual([`${evicted} false`, `${failed} false`]);
  expect(sets.get(id).body).toMatchObject({ sku: { capacity: 3 } });
  expect(model.billing().map(({ to }) => to === undefined)).toEqual([false, true, true]);
  expect(sets.instanceView(id).body).toMatchObject({
    virtualMachine: {
      statusesSummary: [
        { code: 'ProvisioningState/succeeded', count: 2 },
        { code: 'ProvisioningState/failed', count: 1 },
      ],
    },
  });
});

test('a Flexible set has no instance view of its own, but its machines have', () => {
  const { sets, list } = setUp('Flexible');
  expect(() => sets.instanceView(id)).toThrow(expect.objectContaining({ code: 'OperationNotAllowed' }));
  const [first] = list();
  expect(first?.properties).not.toHaveProperty('instanceView');
  const machineId = { ...id, type: 'Microsoft.Compute/virtualMachines', name: first?.name ?? '' };
  expect(sets.machine(machineId, 'view').body).toMatchObject({
    statuses: [{ code: 'ProvisioningState/succeeded' }, { code: 'PowerState/running' }],
  });
  const scope = '/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/rg';
  const filter = `'virtualMachineScaleSet/id' eq '${scope}/providers/Microsoft.Compute/virtualMachineScaleSets/web'`;
  expect((sets.machines(scope, filter, true).body as { value: object[] }).value).toHaveLength(3);
  expect((sets.machines(scope, filter.replace('web', 'other'), true).body as { value: object[] }).value).toEqual([]);
});
