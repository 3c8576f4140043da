// A standby pool beside the samples, and an offering that takes from it.

import { idText } from '../../tools/local/azure/arm.ts';
import { poolType, type StandbyPoolDeclaration } from '../../tools/local/azure/standby-pools.ts';
import { groupBody, subscription } from './azure-samples.ts';

const id = { subscription, resourceGroup: 'rg', type: poolType, name: 'warm' };
const profile = `/subscriptions/${subscription}/resourceGroups/rg/providers/Microsoft.ContainerInstance/containerGroupProfiles/orders`;

export const POOL = idText(id);

/** What an offering says of the pool. */
export const standbyPool = { id: POOL, profile, revision: 1 };

export const standbyPoolOf = (maxReadyCapacity: number): StandbyPoolDeclaration => ({
  id,
  maxReadyCapacity,
  profile: { id: profile, revision: 1, properties: (groupBody() as { properties: object }).properties },
});
