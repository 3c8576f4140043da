// Takes everything of the deployment away in the order that leaves its subnets deletable:
//
//   groups there -> delete them -> none listed -> release each subnet -> released: the subnet, its identity and rights may go
//                        ^------------------------------ still in use
//
// A subnet is held by a link of Container Instances until it is released, and that is refused while a group is left in it,
// for about 90 s after its delete. Call it again until nothing is left.

import { offeringsOf } from '../placement/offering.ts';
import type { ContainerGroups } from '../ports/container-groups.ts';
import type { Networks } from '../ports/networks.ts';
import type { Workload } from '../workload/workload.ts';

export interface TearDownPorts {
  containerGroups: Pick<ContainerGroups, 'list' | 'delete'>;
  networks: Pick<Networks, 'release'>;
}

export interface TearDown {
  /** Groups that are still there, each told to go. */
  groups: string[];
  /** Subnets that are not released yet, and why. */
  subnets: Record<string, string>;
  done: boolean;
}

/** The subnets that groups of these workloads may be in. */
export const subnetsOf = (workloads: readonly Workload[]): string[] => [
  ...new Set(workloads.flatMap((workload) => offeringsOf(workload).flatMap(({ subnet }) => subnet ?? []))),
];

/** One step. Throws AzureFailure when it cannot be read what is there. */
export async function tearDown(
  { containerGroups, networks }: TearDownPorts,
  allSubnets: readonly string[],
): Promise<TearDown> {
  const groups = await containerGroups.list();
  for (const { name, provisioningState } of groups) {
    if (provisioningState !== 'Deleting') await containerGroups.delete(name);
  }
  const subnets: Record<string, string> = {};
  for (const subnet of allSubnets) {
    if (groups.length > 0) {
      subnets[subnet] = 'container groups are still listed';
      continue;
    }
    const outcome = await networks.release(subnet);
    const gone = outcome.status === 'accepted' || outcome.failure.status === 404;
    if (!gone) subnets[subnet] = `${outcome.failure.code}: ${outcome.failure.message}`;
  }
  return {
    groups: groups.map(({ name }) => name),
    subnets,
    done: groups.length === 0 && Object.keys(subnets).length === 0,
  };
}
