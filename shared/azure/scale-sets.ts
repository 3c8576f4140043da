// Scale sets through @azure/arm-compute. A poller of this client sends the write when it is made and polls only when it
// is awaited: `submitted()` is the answer to the write alone (core-lro 3.3).

import type { ComputeManagementClient } from '@azure/arm-compute';
import { AzureFailure, type WriteOutcome } from '../ports/errors.ts';
import type { Instance, ScaleSet, ScaleSets } from '../ports/scale-sets.ts';
import { armUrl, sendArm, type ArmSender } from './arm.ts';
import { reading, writing } from './attempt.ts';
import { instance } from './instances.ts';
import { sameId } from './resource-id.ts';

const AUTOSCALE_API_VERSION = '2022-10-01';

interface AutoscaleSetting {
  name: string;
  properties: { enabled?: boolean; targetResourceUri?: string };
}

export interface ScaleSetClients {
  /** A client per subscription (a scale set may live in another one than the groups), with the options of `armCalls`. */
  compute: (subscriptionId: string) => ComputeManagementClient;
  /** Any client of Azure Resource Manager, for a resource type that no installed client knows. */
  arm: ArmSender;
  armEndpoint: string;
}

export class AzureScaleSets implements ScaleSets {
  readonly #clients: ScaleSetClients;

  constructor(clients: ScaleSetClients) {
    this.#clients = clients;
  }

  read(id: string): Promise<ScaleSet> {
    return reading(`Reading scale set ${id}`, async () => {
      const { client, resourceGroup, name } = this.#locate(id);
      const set = await client.virtualMachineScaleSets.get(resourceGroup, name);
      const orchestration = set.orchestrationMode === 'Flexible' ? 'Flexible' : 'Uniform';
      return {
        capacity: set.sku?.capacity ?? 0,
        provisioningState: set.provisioningState ?? '',
        etag: set.etag,
        orchestration,
        tags: set.tags,
        ...(await this.#instances(id, orchestration)),
      };
    });
  }

  autoscaleSettings(id: string): Promise<string[]> {
    return reading(`Reading autoscale settings of ${id}`, async () => {
      const { subscriptionId, resourceGroup } = parts(id);
      const path = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.Insights/autoscalesettings`;
      const found: AutoscaleSetting[] = [];
      let url: string | undefined = armUrl(this.#clients.armEndpoint, path, AUTOSCALE_API_VERSION);
      while (url) {
        const response = await sendArm(this.#clients.arm, { method: 'GET', url });
        const page = JSON.parse(response.bodyAsText ?? '') as Page<AutoscaleSetting>;
        found.push(...page.value);
        url = page.nextLink;
      }
      // A setting that does not say whether it is enabled counts as enabled: two masters are worse than none.
      return found
        .filter(({ properties }) => properties.enabled !== false && sameId(properties.targetResourceUri, id))
        .map(({ name }) => name);
    });
  }

  setCapacity(id: string, capacity: number, etag: string | undefined): Promise<WriteOutcome> {
    return writing(async () => {
      const { client, resourceGroup, name } = this.#locate(id);
      const options = etag === undefined ? {} : { ifMatch: etag };
      await client.virtualMachineScaleSets.update(resourceGroup, name, { sku: { capacity } }, options).submitted();
    });
  }

  setTags(id: string, tags: Record<string, string>, etag: string | undefined): Promise<WriteOutcome> {
    return writing(async () => {
      const { client, resourceGroup, name } = this.#locate(id);
      const options = etag === undefined ? {} : { ifMatch: etag };
      await client.virtualMachineScaleSets.update(resourceGroup, name, { tags }, options).submitted();
    });
  }

  deleteInstances(id: string, instanceIds: string[]): Promise<WriteOutcome> {
    return writing(async () => {
      const { client, resourceGroup, name } = this.#locate(id);
      await client.virtualMachineScaleSets.deleteInstances(resourceGroup, name, { instanceIds }).submitted();
    });
  }

  async #instances(
    id: string,
    orchestration: ScaleSet['orchestration'],
  ): Promise<Pick<ScaleSet, 'instances' | 'pages'>> {
    const { client, resourceGroup, name } = this.#locate(id);
    const expand = { expand: 'instanceView' };
    const pages: Instance[][] = [];
    if (orchestration === 'Uniform') {
      for await (const page of client.virtualMachineScaleSetVMs.list(resourceGroup, name, expand).byPage()) {
        pages.push(page.map((vm) => instance(vm.instanceId ?? '', vm)));
      }
    } else {
      const filter = `'virtualMachineScaleSet/id' eq '${id}'`;
      for await (const page of client.virtualMachines.list(resourceGroup, { ...expand, filter }).byPage()) {
        pages.push(page.map((vm) => instance(vm.name ?? '', vm)));
      }
    }
    return { instances: pages.flat(), pages: pages.length };
  }

  #locate(id: string): { client: ComputeManagementClient; resourceGroup: string; name: string } {
    const { subscriptionId, resourceGroup, name } = parts(id);
    return { client: this.#clients.compute(subscriptionId), resourceGroup, name };
  }
}

interface Page<T> {
  value: T[];
  nextLink?: string;
}

function parts(id: string): { subscriptionId: string; resourceGroup: string; name: string } {
  const found =
    /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/providers\/Microsoft\.Compute\/virtualMachineScaleSets\/([^/]+)$/i.exec(
      id,
    );
  const [, subscriptionId, resourceGroup, name] = found ?? [];
  if (!subscriptionId || !resourceGroup || !name) {
    throw new AzureFailure(
      'Naming a scale set',
      { class: 'permanent', code: 'InvalidResourceId', message: `${id} is not the resource id of a scale set.` },
      undefined,
    );
  }
  return { subscriptionId, resourceGroup, name };
}
