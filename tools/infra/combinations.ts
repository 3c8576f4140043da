// The combinations of parameters that docs/deploy.md speaks of. Each is compiled with the real compiler.

import { SUBSCRIPTION } from './bicep.ts';

/** The one of what exists already. */
export const OTHER = '00000000-0000-0000-0000-00000000000c';
const elsewhere = (provider: string, path: string): string =>
  `/subscriptions/${OTHER}/resourceGroups/shared/providers/${provider}/${path}`;

/** What every deployment says. */
export const BASE = {
  environmentName: 'test',
  location: 'westeurope',
  principalId: '00000000-0000-0000-0000-000000000001',
  exampleSshPublicKey: 'ssh-rsa AAAA',
};

/** Parameters on top of `BASE`, by the name that the docs give them. */
export const COMBINATIONS: Record<string, Record<string, unknown>> = {
  default: {},
  cheapest: { alwaysReadyInstances: 0, exampleEnabled: false },
  network: { vnetEnabled: true },
  private: { privateEndpoints: true },
  'built-in roles': { useBuiltInRoles: true },
  'managed base': { SPILLWAY_BASE_MODE: 'manage', SPILLWAY_MODE: 'enforce' },
  'start and stop only': { SPILLWAY_BURST_LIFECYCLE: 'start-stop' },
  'alerts by Entra': {
    alertAuthentication: 'entra',
    alertAudience: '00000000-0000-0000-0000-00000000000d',
    alertAudienceObjectId: '00000000-0000-0000-0000-00000000000e',
  },
  'alerts by key': { alertSecretReady: true },
  pipeline: { principalType: 'ServicePrincipal', alertEmail: 'ops@example.com' },
  'existing resources': {
    exampleEnabled: false,
    SPILLWAY_SCALE_SET: elsewhere('Microsoft.Compute', 'virtualMachineScaleSets/orders'),
    SPILLWAY_QUEUE: 'contoso/orders',
    SPILLWAY_BASE_MODE: 'manage',
    existingServiceBusId: elsewhere('Microsoft.ServiceBus', 'namespaces/contoso'),
    existingSubnetId: elsewhere('Microsoft.Network', 'virtualNetworks/hub/subnets/burst'),
    existingIdentityId: elsewhere('Microsoft.ManagedIdentity', 'userAssignedIdentities/worker'),
    existingGatewayId: elsewhere('Microsoft.Network', 'applicationGateways/front'),
    existingStandbyPoolId: elsewhere('Microsoft.StandbyPool', 'standbyContainerGroupPools/warm'),
    eventsResourceGroupIds: `/subscriptions/${OTHER}/resourceGroups/shared, /subscriptions/${OTHER}/resourceGroups/more`,
    signalsResourceGroupId: `/subscriptions/${OTHER}/resourceGroups/shared`,
    existingDnsZoneId: elsewhere('Microsoft.Network', 'privateDnsZones/contoso.internal'),
  },
  'existing resources here': {
    SPILLWAY_SCALE_SET: `/subscriptions/${SUBSCRIPTION}/resourceGroups/mine/providers/Microsoft.Compute/virtualMachineScaleSets/orders`,
  },
};
