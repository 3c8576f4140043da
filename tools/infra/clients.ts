// Adapters of production for programs that act on a deployment from outside, wired by the outputs of the deployment.

import { ContainerInstanceManagementClient } from '@azure/arm-containerinstance';
import type { TokenCredential } from '@azure/core-auth';
import { armCalls } from '../../shared/azure/calls.ts';
import { AzureContainerGroups } from '../../shared/azure/container-groups.ts';
import { AzureNetworks } from '../../shared/azure/networks.ts';
import type { Env } from './preflight.ts';

export const PUBLIC_ARM = 'https://management.azure.com';

export interface DeployedPorts {
  containerGroups: AzureContainerGroups;
  networks: AzureNetworks;
}

/** `moreSubscriptions` are those that the deployed app makes groups in beside its own. */
export function deployedPorts(env: Env, credential: TokenCredential, moreSubscriptions: string[] = []): DeployedPorts {
  const armEndpoint = env['SPILLWAY_ARM_ENDPOINT'] || PUBLIC_ARM;
  const subscriptionId = env['AZURE_SUBSCRIPTION_ID'] ?? '';
  const options = { ...armCalls().options, endpoint: armEndpoint, credentialScopes: `${PUBLIC_ARM}/.default` };
  const clientOf = (id: string) => new ContainerInstanceManagementClient(credential, id, options);
  const scope = {
    subscriptionId,
    moreSubscriptions,
    resourceGroup: env['AZURE_RESOURCE_GROUP'] ?? '',
    ownerId: env['SPILLWAY_OWNER_ID'] ?? '',
    armEndpoint,
  };
  return {
    containerGroups: new AzureContainerGroups(clientOf, scope),
    networks: new AzureNetworks(clientOf(subscriptionId), armEndpoint),
  };
}
