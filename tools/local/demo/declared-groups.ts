// The container groups that `start-stop` expects to find: declared beforehand, as a template would, and stopped.

import { TAGS } from '../../../shared/placement/tags.ts';
import type { AzureModel } from '../azure/azure.ts';
import { WORLD } from '../world.ts';

export function declareGroups(model: AzureModel, count: number): void {
  const { subscription, resourceGroup, workload, ownerId, locations } = WORLD;
  for (let ordinal = 1; ordinal <= count; ordinal++) {
    const id = {
      subscription,
      resourceGroup,
      type: 'Microsoft.ContainerInstance/containerGroups',
      name: `${workload}-${ordinal}`,
    };
    model.groups.put(id, {
      location: locations[0],
      tags: { [TAGS.owner]: ownerId, [TAGS.workload]: workload, [TAGS.ordinal]: String(ordinal) },
      properties: {
        osType: 'Linux',
        containers: [
          {
            name: 'main',
            properties: {
              image: 'ghcr.io/example/orders-worker:1.0.0',
              resources: { requests: { cpu: 1, memoryInGB: 2 } },
            },
          },
        ],
      },
    });
    model.groups.find(id).stop();
  }
}
