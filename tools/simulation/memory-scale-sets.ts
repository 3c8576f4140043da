import { reading, writing } from '../../shared/azure/attempt.ts';
import { instance, type MachineView } from '../../shared/azure/instances.ts';
import type { Instance, ScaleSet, ScaleSets } from '../../shared/ports/scale-sets.ts';
import { listAll, type Arm } from './arm-client.ts';

const VERSION = { 'api-version': '2024-11-01' };
const EXPANDED = { ...VERSION, $expand: 'instanceView' };
const AUTOSCALE_VERSION = { 'api-version': '2022-10-01' };

interface SetAnswer {
  sku: { capacity: number };
  provisioningState: string;
  etag: string;
  orchestrationMode: ScaleSet['orchestration'];
  tags?: Record<string, string>;
}

type MachineAnswer = MachineView & { name: string; instanceId?: string };

interface AutoscaleAnswer {
  name: string;
  enabled?: boolean;
  targetResourceUri: string;
}

/** Scale sets of a model of Azure. */
export function memoryScaleSets(arm: Arm): ScaleSets {
  const instancesOf = (id: string, orchestration: ScaleSet['orchestration']): Instance[] => {
    if (orchestration === 'Uniform') {
      const path = `${id}/virtualMachines`;
      const machines = listAll(arm, { method: 'GET', path, query: EXPANDED }) as MachineAnswer[];
      return machines.map((machine) => instance(machine.instanceId ?? '', machine));
    }
    const path = `${beside(id)}/Microsoft.Compute/virtualMachines`;
    const query = { ...EXPANDED, $filter: `'virtualMachineScaleSet/id' eq '${id}'` };
    const machines = listAll(arm, { method: 'GET', path, query }) as MachineAnswer[];
    return machines.map((machine) => instance(machine.name, machine));
  };
  return {
    read: (id) =>
      reading(`Reading scale set ${id}`, async () => {
        const set = arm({ method: 'GET', path: id, query: VERSION }) as SetAnswer;
        const { sku, provisioningState, etag, tags, orchestrationMode: orchestration } = set;
        const instances = instancesOf(id, orchestration);
        return { capacity: sku.capacity, provisioningState, etag, orchestration, tags, instances };
      }),
    autoscaleSettings: (id) =>
      reading(`Reading autoscale settings of ${id}`, async () => {
        const path = `${beside(id)}/Microsoft.Insights/autoscalesettings`;
        const settings = listAll(arm, { method: 'GET', path, query: AUTOSCALE_VERSION }) as AutoscaleAnswer[];
        return settings
          .filter((each) => each.enabled !== false && each.targetResourceUri.toLowerCase() === id.toLowerCase())
          .map(({ name }) => name);
      }),
    setCapacity: (id, capacity, etag) =>
      writing(async () =>
        arm({ method: 'PATCH', path: id, query: VERSION, body: { sku: { capacity } }, ifMatch: etag }),
      ),
    setTags: (id, tags, etag) =>
      writing(async () => arm({ method: 'PATCH', path: id, query: VERSION, body: { tags }, ifMatch: etag })),
    deleteInstances: (id, instanceIds) =>
      writing(async () => arm({ method: 'POST', path: `${id}/delete`, query: VERSION, body: { instanceIds } })),
  };
}

/** The path under which the other resources of the same resource group are. */
const beside = (id: string): string => id.slice(0, id.toLowerCase().indexOf('/microsoft.compute/'));
