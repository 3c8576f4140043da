// Promise 8: only calls that the adapters declare, each with the right that it needs, and no write on what is not ours.

import type { ArmRequest } from '../../local/azure/arm.ts';

interface Allowed {
  method: string;
  path: RegExp;
  /** The action that the identity's role must hold. */
  right: string;
}

const GROUPS = '/providers/Microsoft\\.ContainerInstance/containerGroups';
const NETWORK = '/providers/Microsoft\\.Network';
const SETS = '/providers/Microsoft\\.Compute/virtualMachineScaleSets';

const allow = (method: string, path: string, right: string): Allowed => ({
  method,
  path: new RegExp(`${path}$`, 'i'),
  right,
});

/** Every call of shared/azure to Azure's management and to its monitor. */
export const ALLOWED_CALLS: readonly Allowed[] = [
  allow('GET', `${GROUPS}(/[^/]+)?`, 'Microsoft.ContainerInstance/containerGroups/read'),
  allow('PUT', `${GROUPS}/[^/]+`, 'Microsoft.ContainerInstance/containerGroups/write'),
  allow('PATCH', `${GROUPS}/[^/]+`, 'Microsoft.ContainerInstance/containerGroups/write'),
  allow('DELETE', `${GROUPS}/[^/]+`, 'Microsoft.ContainerInstance/containerGroups/delete'),
  allow('POST', `${GROUPS}/[^/]+/start`, 'Microsoft.ContainerInstance/containerGroups/start/action'),
  allow('POST', `${GROUPS}/[^/]+/stop`, 'Microsoft.ContainerInstance/containerGroups/stop/action'),
  allow('GET', '/locations/[^/]+/usages', 'Microsoft.ContainerInstance/locations/usages/read'),
  allow(
    'GET',
    '/providers/Microsoft\\.StandbyPool/standbyContainerGroupPools/[^/]+/runtimeViews/latest',
    'Microsoft.StandbyPool/standbyContainerGroupPools/runtimeViews/read',
  ),
  allow('GET', `${SETS}/[^/]+`, 'Microsoft.Compute/virtualMachineScaleSets/read'),
  allow('PATCH', `${SETS}/[^/]+`, 'Microsoft.Compute/virtualMachineScaleSets/write'),
  allow('POST', `${SETS}/[^/]+/delete`, 'Microsoft.Compute/virtualMachineScaleSets/delete/action'),
  allow('GET', `${SETS}/[^/]+/virtualMachines`, 'Microsoft.Compute/virtualMachineScaleSets/virtualMachines/read'),
  allow('GET', '/providers/Microsoft\\.Compute/virtualMachines', 'Microsoft.Compute/virtualMachines/read'),
  allow('GET', '/autoscalesettings', 'Microsoft.Insights/autoscalesettings/read'),
  allow('GET', `${SETS}/[^/]+/networkInterfaces`, 'Microsoft.Compute/virtualMachineScaleSets/networkInterfaces/read'),
  allow('GET', `${NETWORK}/networkInterfaces`, 'Microsoft.Network/networkInterfaces/read'),
  allow('GET', `${NETWORK}/privateDnsZones/[^/]+/A/[^/]+`, 'Microsoft.Network/privateDnsZones/A/read'),
  allow('PUT', `${NETWORK}/privateDnsZones/[^/]+/A/[^/]+`, 'Microsoft.Network/privateDnsZones/A/write'),
  allow('GET', `${NETWORK}/applicationGateways/[^/]+`, 'Microsoft.Network/applicationGateways/read'),
  allow('PUT', `${NETWORK}/applicationGateways/[^/]+`, 'Microsoft.Network/applicationGateways/write'),
  allow('POST', '/metrics:getBatch', 'Microsoft.Insights/metrics/read'),
  allow('POST', '/workspaces/[^/]+/query', 'Microsoft.OperationalInsights/workspaces/query/read'),
];

/** What is wrong with a call; undefined when it is allowed. `foreign`: name of a group that belongs to somebody else. */
export function forbidden({ method, path }: ArmRequest, foreign: string): string | undefined {
  const right = ALLOWED_CALLS.find((call) => call.method === method && call.path.test(path))?.right;
  if (right === undefined) return `no adapter declares ${method} ${path}`;
  if (method !== 'GET' && path.includes(`/${foreign}`)) return `${method} on ${foreign}, which another deployment owns`;
  return undefined;
}
