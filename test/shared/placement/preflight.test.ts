import { describe, expect, test } from 'vitest';
import { heldOfferings, preflight, preflightReasons, rightsWanted } from '../../../shared/placement/preflight.ts';
import type { Subnet } from '../../../shared/ports/networks.ts';
import { sentence } from '../../../shared/telemetry/reasons.ts';
import type { Workload } from '../../../shared/workload/workload.ts';
import { subscription } from '../../support/azure-samples.ts';
import { IDENTITY, subnetId } from '../../support/networks.ts';
import { workloadOf } from '../../support/workload-of.ts';

const DEPLOYMENT = { subscriptionId: subscription, resourceGroup: 'rg' };
const ID = subnetId('burst-a');
const SCOPE = `/subscriptions/${subscription}/resourceGroups/rg`;
const GOOD: Subnet = {
  id: ID,
  status: 'found',
  location: 'westeurope',
  delegations: ['Microsoft.ContainerInstance/containerGroups'],
  natGateway: true,
  routeTable: false,
  otherUses: 0,
  addresses: { used: 10, limit: 251 },
};
const QUOTA = { location: 'westeurope', groups: { used: 0, limit: 100 }, cores: { used: 0, limit: 100 } };

function workload(subnet = ID, changes: Partial<Workload['scaling']['burst']> = {}): Workload {
  const declared = workloadOf({ burst: changes });
  const placement = { apart: [], replicasPerGroup: 1, sizes: [], offerings: [{ location: 'westeurope', subnet }] };
  return {
    ...declared,
    spec: { ...declared.spec, identity: IDENTITY },
    scaling: { ...declared.scaling, placement },
  };
}

interface Case {
  subnet?: Partial<Subnet>;
  missing?: Record<string, string[]>;
  quota?: Partial<typeof QUOTA>;
  of?: Workload;
}

const findings = ({ subnet, missing = {}, quota, of = workload() }: Case) => {
  const facts = { at: 0, rightsAt: 0, subnets: [{ ...GOOD, ...subnet }], missingRights: missing };
  return preflight(of, DEPLOYMENT, facts, [{ ...QUOTA, ...quota }]);
};

const KEY = 'westeurope/burst-a';
const OTHER = '99999999-9999-9999-9999-999999999999';

describe('before the first create each misconfiguration is one sentence with its fix', () => {
  test('and a sound place has none', () => {
    expect(findings({})).toEqual([]);
  });

  test.each<[string, Case, string]>([
    [
      'a subnet that does not exist',
      { subnet: { status: 'missing' } },
      'Subnet burst-a does not exist. Create it, or correct its id in placement.',
    ],
    [
      'a subnet that may not be read',
      { subnet: { status: 'forbidden' } },
      'Subnet burst-a may not be read by the identity of Spillway. Grant it Network Contributor on the subnet, or a role with subnets/read and subnets/join/action.',
    ],
    [
      'no delegation',
      { subnet: { delegations: [] } },
      'Subnet burst-a is not delegated to Microsoft.ContainerInstance/containerGroups. Delegate it to Microsoft.ContainerInstance/containerGroups while nothing is in it.',
    ],
    [
      'another delegation',
      { subnet: { delegations: ['Microsoft.Web/serverFarms'] } },
      'Subnet burst-a is not delegated to Microsoft.ContainerInstance/containerGroups but to Microsoft.Web/serverFarms. Delegate it to Microsoft.ContainerInstance/containerGroups while nothing is in it.',
    ],
    [
      'other resources in it',
      { subnet: { otherUses: 2 } },
      'Subnet burst-a holds 2 network interfaces of other resources. Use a subnet that only container groups are in.',
    ],
    [
      'another region',
      { subnet: { location: 'northeurope' } },
      'Subnet burst-a is in northeurope, and its groups would be in westeurope: Azure Container Instances support no global peering. Use a subnet of that region.',
    ],
    [
      'another subscription',
      { of: workload(ID.replace(subscription, OTHER)) },
      `Subnet burst-a is in subscription ${OTHER}, and its groups would be in ${subscription}. Give the offering that subscription, or a subnet of its own.`,
    ],
    [
      'no address space left',
      { subnet: { addresses: { used: 251, limit: 251 } } },
      'Subnet burst-a has no free address (251 of 251 are taken). Enlarge its address space, or add a subnet to placement.',
    ],
    [
      'no right to create',
      { missing: { [SCOPE]: ['Microsoft.ContainerInstance/containerGroups/write'] } },
      'The identity of Spillway lacks Microsoft.ContainerInstance/containerGroups/write on rg. Assign it a role with that action there.',
    ],
    [
      'no right to join the subnet',
      { missing: { [ID]: ['Microsoft.Network/virtualNetworks/subnets/join/action'] } },
      'The identity of Spillway lacks Microsoft.Network/virtualNetworks/subnets/join/action on burst-a. Assign it a role with that action there.',
    ],
    [
      'no right to give groups their identity',
      { missing: { [IDENTITY]: ['Microsoft.ManagedIdentity/userAssignedIdentities/assign/action'] } },
      'The identity of Spillway lacks Microsoft.ManagedIdentity/userAssignedIdentities/assign/action on shop. Assign it a role with that action there.',
    ],
  ])('%s: nothing is started there', (_, situation, said) => {
    const found = findings(situation);
    expect(preflightReasons(found).map(sentence)).toEqual([`${said} Until then nothing is started in ${KEY}.`]);
    expect([...heldOfferings(found)]).toEqual([KEY]);
  });

  test.each<[string, Case, string]>([
    [
      'no NAT gateway',
      { subnet: { natGateway: false } },
      'Subnet burst-a has no NAT gateway: replicas there reach nothing outside the network. Attach a NAT gateway to it, unless replicas need only private endpoints.',
    ],
    [
      'a route table in place of a NAT gateway',
      { subnet: { natGateway: false, routeTable: true } },
      'Subnet burst-a has no NAT gateway: replicas there reach nothing outside the network; its route table does not help, because a NAT gateway is the only way out. Attach a NAT gateway to it, unless replicas need only private endpoints.',
    ],
    [
      'a subnet smaller than a /24',
      { subnet: { addresses: { used: 0, limit: 27 } } },
      'Subnet burst-a has 27 addresses; those of deleted groups come back late. Use a /24 or larger.',
    ],
    [
      'more groups than a subnet holds',
      { of: workload(ID, { maxGroups: 4000 }) },
      'A subnet holds at most 3000 container groups, and up to 4000 may be wanted. Add subnets to placement, or lower SPILLWAY_BURST_MAX_GROUPS.',
    ],
    [
      'a quota of no groups',
      { quota: { groups: { used: 0, limit: 0 } } },
      'The quota of Container Instances in westeurope is 0 groups, and one group needs 1 core. Ask for quota in that region, or use another.',
    ],
  ])('%s is a warning', (_, situation, said) => {
    const found = findings(situation);
    expect(preflightReasons(found).map(sentence)).toEqual([`${said} Groups are started in ${KEY} all the same.`]);
    expect(heldOfferings(found).size).toBe(0);
  });

  test('what could not be read holds nothing', () => {
    expect(preflight(workload(), DEPLOYMENT, undefined, [])).toEqual([]);
    expect(findings({ subnet: { delegations: undefined, addresses: undefined, natGateway: undefined } })).toEqual([]);
  });
});

test('rights are asked for where groups are made, join and get an identity, and not for a plain workload', () => {
  expect(rightsWanted(workload(), DEPLOYMENT)).toEqual({
    [SCOPE]: ['Microsoft.ContainerInstance/containerGroups/write'],
    [ID]: ['Microsoft.Network/virtualNetworks/subnets/join/action'],
    [IDENTITY]: ['Microsoft.ManagedIdentity/userAssignedIdentities/assign/action'],
  });
  expect(rightsWanted(workloadOf(), DEPLOYMENT)).toEqual({});
});
