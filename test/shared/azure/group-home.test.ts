import type { ContainerInstanceManagementClient } from '@azure/arm-containerinstance';
import { expect, it } from 'vitest';
import { AzureContainerGroups } from '../../../shared/azure/container-groups.ts';
import { groupName } from '../../../shared/placement/names.ts';
import { OWNER, workloadOf } from '../../support/workload-of.ts';

it('a group in a subscription that is not listed any more is neither gone nor sent to another one', async () => {
  const asked: string[] = [];
  const clientOf = (subscription: string): ContainerInstanceManagementClient => {
    asked.push(subscription);
    throw new Error('no call is made');
  };
  const scope = { subscriptionId: 'own', resourceGroup: 'rg', ownerId: OWNER, armEndpoint: 'https://arm' };
  const groups = new AzureContainerGroups(clientOf, { ...scope, moreSubscriptions: ['listed'] });
  const name = groupName(OWNER, workloadOf(), 'eastus', 1, 'taken-off');
  const failure = { class: 'elsewhere', code: 'SubscriptionNotListed' };
  const { spec } = workloadOf();
  await expect(groups.get(name)).rejects.toMatchObject({ failure });
  expect(await groups.delete(name)).toMatchObject({ status: 'failed', failure });
  expect(await groups.create({ name, location: 'eastus', tags: {}, spec, secrets: {} })).toMatchObject({ failure });
  expect(asked).toEqual([]);
});
