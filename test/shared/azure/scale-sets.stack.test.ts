import { afterEach, describe, expect, it } from 'vitest';
import type { ArmSender } from '../../../shared/azure/arm.ts';
import { AzureScaleSets } from '../../../shared/azure/scale-sets.ts';
import { scaleSetsContract } from '../../contracts/scale-sets.ts';
import { scaleSetId, subscription } from '../../support/azure-samples.ts';
import { startLocalStack, type LocalStack } from '../../support/local-stack.ts';

const ID = `/subscriptions/${subscription}/resourceGroups/rg/providers/Microsoft.Compute/virtualMachineScaleSets/web`;

let stack: LocalStack;

const setting = (name: string, targetResourceUri: string, enabled?: boolean): object => ({
  id: `/subscriptions/${subscription}/resourceGroups/rg/providers/Microsoft.Insights/autoscalesettings/${name}`,
  name,
  location: 'eastus',
  properties: { enabled, targetResourceUri, profiles: [] },
});

async function start(mode: 'Uniform' | 'Flexible'): Promise<LocalStack> {
  stack = await startLocalStack({
    scaleSets: [{ id: scaleSetId('web'), location: 'eastus', capacity: 2, mode }],
    // Azure writes ids in whatever case their author used.
    autoscaleSettings: [
      setting('on', ID.toUpperCase(), true),
      setting('off', ID, false),
      setting('mute', ID),
      setting('other', `${ID}-other`, true),
    ],
  });
  return stack;
}

for (const mode of ['Uniform', 'Flexible'] as const) {
  scaleSetsContract('Azure', mode, async () => {
    const { connected, clock, closeChecked } = await start(mode);
    return {
      sets: connected.ports.scaleSets,
      id: ID,
      advance: (milliseconds) => clock.advance(milliseconds),
      close: closeChecked,
    };
  });
}

describe('scale sets on Azure', () => {
  afterEach(() => stack.close());

  it('every write is one request and is not polled', async () => {
    const { connected, clock } = await start('Uniform');
    await connected.ports.scaleSets.setCapacity(ID, 3, undefined);
    await clock.advance(300_000);
    await connected.ports.scaleSets.deleteInstances(ID, ['0']);
    await clock.advance(300_000);
    expect(connected.callCounts()).toEqual({ PATCH: 1, POST: 1 });
  });

  it.each(['Uniform', 'Flexible'] as const)(
    'announced maintenance of a %s instance is read until it was done',
    async (mode) => {
      const { connected, azure, clock } = await start(mode);
      const [{ name } = { name: '' }] = azure.model.scaleSets.find(scaleSetId('web')).instances.values();
      const from = clock.now() + 60_000;
      azure.model.scaleSets.announce(name, from, from + 600_000);
      const announced = async () =>
        (await connected.ports.scaleSets.read(ID)).instances.map(({ maintenance }) => maintenance);
      expect(await announced()).toEqual([{ from, to: from + 600_000 }, undefined]);
      await clock.advance(400_000);
      expect(await announced()).toEqual([undefined, undefined]);
    },
  );

  it('a lost answer to a change of capacity is unknown', async () => {
    const { connected, azure } = await start('Uniform');
    azure.model.faults.set({ rules: [{ fault: 'dropAnswer', calls: 'writes' }] });
    const outcome = await connected.ports.scaleSets.setCapacity(ID, 3, undefined);
    expect(outcome).toMatchObject({ status: 'failed', failure: { class: 'unknown', code: 'Network' } });
    expect((await connected.ports.scaleSets.read(ID)).capacity).toBe(3);
  });

  it('autoscale settings on further pages are read', async () => {
    const next = 'https://azure/next';
    const pages = [{ value: [setting('first', ID)], nextLink: next }, { value: [setting('second', ID)] }];
    const asked: string[] = [];
    const arm: ArmSender = {
      sendRequest: async (request) => {
        asked.push(request.url);
        return { request, status: 200, headers: request.headers, bodyAsText: JSON.stringify(pages[asked.length - 1]) };
      },
    };
    const compute = (): never => {
      throw new Error('no set is read');
    };
    const sets = new AzureScaleSets({ compute, arm, armEndpoint: 'https://azure' });
    expect(await sets.autoscaleSettings(ID)).toEqual(['first', 'second']);
    expect(asked[1]).toBe(next);
  });

  it('what is no id of a scale set is refused before anything is sent', async () => {
    const { connected, exchanges } = await start('Uniform');
    const id = '/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm';
    await expect(connected.ports.scaleSets.read(id)).rejects.toMatchObject({ failure: { code: 'InvalidResourceId' } });
    expect(await connected.ports.scaleSets.setCapacity(id, 1, undefined)).toMatchObject({
      failure: { class: 'permanent', code: 'InvalidResourceId' },
    });
    expect(exchanges).toEqual([]);
  });
});
