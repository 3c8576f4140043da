// What a local Azure is given to begin with, and what its parts share.

import { type Clock } from '../clock.ts';
import { type Random } from '../random.ts';
import { type Faults } from './faults.ts';
import { type Operations } from './operations.ts';

/** Limits of one region. Standard subscriptions have 100 groups and 100 cores of ACI, and 10 of Spot; many have less. */
export interface Quota {
  groups: number;
  cores: number;
  spotCores: number;
  confidentialCores: number;
  vmCores: number;
}

/** Containers of a group, or a virtual machine, began or ceased to run. `id` is in lower case. */
export interface ReplicaChange {
  kind: 'group' | 'instance';
  id: string;
  name: string;
  location: string;
  tags: Record<string, string>;
  running: boolean;
}

/** What the parts of the local Azure share. */
export interface World {
  clock: Clock;
  random: Random;
  operations: Operations;
  faults: Faults;
  /** By region; regions that are not named have the standard limits. */
  quota: Map<string, Quota>;
  pageSize: number;
  /** Groups get addresses of this machine, so that a server of a test answers for their containers. */
  loopback: boolean;
  changed(change: ReplicaChange): void;
}

const standard: Quota = { groups: 100, cores: 100, spotCores: 10, confidentialCores: 10, vmCores: 350 };

export const quotaOf = (world: Pick<World, 'quota'>, region: string): Quota => world.quota.get(region) ?? standard;

/** Changes some limits of a region and leaves the others. */
export function setQuota(world: Pick<World, 'quota'>, region: string, limits: Partial<Quota>): void {
  world.quota.set(region, { ...quotaOf(world, region), ...limits });
}
