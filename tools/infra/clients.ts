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

export function deployedPorts(env: Env, credential: TokenCredential): DeployedPorts {
  const armEndpoint = env['SPILLWAY_ARM_ENDPOINT'] || PUBLIC_ARM;
  const subscriptionId = env['AZURE_SUBSCRIPTION_ID'] ?? '';
  const options = { ...armCalls().options, endpoint: armEndpoint, credentialScopes: `${PUBLIC_ARM}/.default` };
  const client = new ContainerInstanceManagementClient(credential, subscriptionId, options);
  const scope = {
    subscriptionId,
    resourceGroup: env['AZURE_RESOURCE_GROUP'] ?? '',
    ownerId: env['SPILLWAY_OWNER_ID'] ?? '',
    armEndpoint,
  };
  return {
    containerGroups: new AzureContainerGroups(() => client, scope),
    networks: new AzureNetworks(client, armEndpoint),
  };
}
