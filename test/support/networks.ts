// A network with two subnets beside the samples, and places in it.

import type { NetworkDeclaration, SubnetDeclaration } from '../../tools/local/azure/networks.ts';
import { subscription } from './azure-samples.ts';

export const NETWORK = `/subscriptions/${subscription}/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/shop`;
export const subnetId = (name: string): string => `${NETWORK}/subnets/${name}`;
export const IDENTITY = `/subscriptions/${subscription}/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/shop`;

/** `burst-a` and `burst-b`, each with room for a /24 unless told otherwise. */
export const networkOf = (
  changes: Partial<SubnetDeclaration> = {},
  more: Partial<SubnetDeclaration> = changes,
  location = 'westeurope',
): NetworkDeclaration => ({
  id: NETWORK,
  location,
  subnets: [
    { name: 'burst-a', addresses: 251, ...changes },
    { name: 'burst-b', addresses: 251, ...more },
  ],
});
