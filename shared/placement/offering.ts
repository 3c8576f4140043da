// The places of a workload: what its placement section declares, else one Standard and Regular offering for each region
// of SPILLWAY_LOCATIONS. A candidate is an offering together with the size of a replica there.

import type { OfferingDeclaration, Size } from '../workload/placement.ts';
import { oncePerWorkload } from '../workload/once.ts';
import { sizeOf } from '../workload/size.ts';
import type { Workload } from '../workload/workload.ts';

export interface Offering {
  /** Stable text that tells it from the workload's other offerings; just the region for the simplest. */
  key: string;
  location: string;
  zone: string | undefined;
  subnet: string | undefined;
  addresses: number | undefined;
  sku: 'Standard' | 'Confidential';
  ccePolicy: string | undefined;
  priority: 'Regular' | 'Spot';
  /** Undefined: the deployment's own. */
  subscription: string | undefined;
  standbyPool: OfferingDeclaration['standbyPool'];
  preference: number;
}

interface Home {
  location: string;
  subscription?: string | undefined;
}

export interface Candidate {
  offering: Offering;
  /** Of one replica. */
  size: Size;
  /** 0 for the declared size, then the fallbacks in their order. */
  sizeIndex: number;
  /** Name under which its refusals are kept. */
  place: string;
}

export const offeringsOf = oncePerWorkload(({ scaling }): readonly Offering[] => {
  const declared: OfferingDeclaration[] =
    scaling.placement?.offerings ?? scaling.burst.locations.map((location) => ({ location }));
  return declared.map((each, index) => ({
    key: keyOf(each),
    location: each.location,
    zone: each.zone,
    subnet: each.subnet,
    addresses: each.addresses,
    sku: each.sku ?? 'Standard',
    ccePolicy: each.ccePolicy,
    priority: each.priority ?? 'Regular',
    subscription: each.subscription,
    standbyPool: each.standbyPool,
    preference: each.preference ?? index,
  }));
});

/** Resource ids of the standby pools that new groups are taken from; declared groups are only started. */
export const standbyPoolsOf = oncePerWorkload((workload): readonly string[] =>
  workload.scaling.burst.lifecycle === 'create-delete'
    ? [...new Set(offeringsOf(workload).flatMap(({ standbyPool }) => standbyPool?.id ?? []))]
    : [],
);

/** Every offering at every size; sizes that its kind of group cannot have are left out. */
export const candidatesOf = oncePerWorkload((workload): readonly Candidate[] => {
  const sizes = [sizeOf(workload.spec), ...(workload.scaling.placement?.sizes ?? [])];
  const replicas = replicasPerGroup(workload);
  const offerings = offeringsOf(workload);
  return sizes.flatMap((size, sizeIndex) =>
    offerings
      .filter((offering) => fitsGroup(offering, size, replicas))
      // The shape of a group from a pool is the profile's.
      .filter((offering) => sizeIndex === 0 || !offering.standbyPool)
      .map((offering) => ({ offering, size, sizeIndex, place: placeOf(offering, size, sizeIndex) })),
  );
});

export const replicasPerGroup = ({ scaling }: Workload): number =>
  scaling.burst.lifecycle === 'start-stop' ? 1 : (scaling.placement?.replicasPerGroup ?? 1);

/** Regions and the subscriptions in which they are used: what quota and names go by. */
export const homesOf = oncePerWorkload((workload): readonly Home[] => {
  const all = offeringsOf(workload).map(({ location, subscription }) => ({ location, subscription }));
  return [...new Map(all.map((home) => [homeKey(home), home])).values()];
});

/** What a region and subscription share: quota, create budget, reservations. */
export const homeKey = (home: Home): string =>
  home.subscription === undefined ? home.location : `${home.location}@${home.subscription}`;

// Largest container group, from "Resource availability and quota limits" of Container Instances, 2025-11.
const STANDARD_MOST: Size = { cpu: 31, memoryInGB: 240 };
const CONFIDENTIAL_MOST: Size = { cpu: 31, memoryInGB: 180 };
const SPOT_MOST: Size = { cpu: 4, memoryInGB: 16 };
const CONTAINERS_MOST = 60;

export const largestGroup = ({ sku, priority }: Pick<OfferingDeclaration, 'sku' | 'priority'>): Size =>
  priority === 'Spot' ? SPOT_MOST : sku === 'Confidential' ? CONFIDENTIAL_MOST : STANDARD_MOST;

/** Whether so many replicas of a size fit into one group of this kind; a group also has at least 1 vCPU and 1 GB. */
export function fitsGroup(
  kind: Pick<OfferingDeclaration, 'sku' | 'priority'>,
  { cpu, memoryInGB }: Size,
  replicas: number,
): boolean {
  const most = largestGroup(kind);
  const [cores, memory] = [cpu * replicas, memoryInGB * replicas];
  return replicas <= CONTAINERS_MOST && cores >= 1 && memory >= 1 && cores <= most.cpu && memory <= most.memoryInGB;
}

/** The key as it stands in the tag of a group. */
export function keyOf({
  location,
  zone,
  subnet,
  sku,
  priority,
  subscription,
  standbyPool,
}: OfferingDeclaration): string {
  const last = (id: string | undefined): string | undefined => id?.slice(id.lastIndexOf('/') + 1);
  const parts = [
    homeKey({ location, subscription }),
    zone && `zone-${zone}`,
    last(subnet),
    sku === 'Confidential' && sku,
    priority === 'Spot' && priority,
    standbyPool && `pool-${last(standbyPool.id)}`,
  ];
  return parts.filter(Boolean).join('/');
}

const placeOf = ({ key }: Offering, { cpu, memoryInGB }: Size, sizeIndex: number): string =>
  sizeIndex === 0 ? key : `${key} at ${cpu} vCPU, ${memoryInGB} GB`;
