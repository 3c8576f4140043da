// Ids and bodies that tests of the local Azure share.

import type { ResourceId } from '../../tools/local/azure/arm.ts';
import { groupType } from '../../tools/local/azure/container-groups.ts';
import { scaleSetType } from '../../tools/local/azure/scale-sets.ts';

export const subscription = '11111111-2222-4333-8444-555555555555';
/** Where simulated time begins in these tests. */
export const begin = Date.UTC(2026, 10, 2, 8);

export const groupId = (name: string, resourceGroup = 'rg'): ResourceId => ({
  subscription,
  resourceGroup,
  type: groupType,
  name,
});
export const scaleSetId = (name: string): ResourceId => ({
  subscription,
  resourceGroup: 'rg',
  type: scaleSetType,
  name,
});

/** The body of a PUT as it goes over the wire. */
export const groupBody = (cpu = 1, location = 'eastus'): object => ({
  location,
  tags: { owner: 'test' },
  properties: {
    osType: 'Linux',
    restartPolicy: 'Always',
    containers: [
      {
        name: 'worker',
        properties: {
          image: 'example.azurecr.io/worker:1',
          environmentVariables: [
            { name: 'QUEUE', value: 'orders' },
            { name: 'KEY', secureValue: 'hidden' },
          ],
          resources: { requests: { cpu, memoryInGB: 2 } },
        },
      },
    ],
  },
});
