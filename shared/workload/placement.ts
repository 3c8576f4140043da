// The `placement` section of a workload file: where burst replicas may go, and what they owe each other. Without it the
// regions of SPILLWAY_LOCATIONS are the offerings, in their order.

import { z } from 'zod';
import type { Kind } from './kinds.ts';
import { guid, region, resourceId } from './kinds.ts';

/** A place on Azure Container Instances as a user declares it. */
export interface OfferingDeclaration {
  location: string;
  /** Availability zone; Azure takes one for each group. */
  zone?: string | undefined;
  /** Resource id of a subnet that is delegated to container groups. */
  subnet?: string | undefined;
  /** Addresses of the subnet that this workload may take. */
  addresses?: number | undefined;
  sku?: 'Standard' | 'Confidential' | undefined;
  /** Base64 policy that a Confidential group enforces. */
  ccePolicy?: string | undefined;
  priority?: 'Regular' | 'Spot' | undefined;
  /** Another subscription than the deployment's. */
  subscription?: string | undefined;
  /** A pool of groups kept ready, and the profile that they were made from. */
  standbyPool?: { id: string; profile: string; revision: number } | undefined;
  /** Lower is preferred; absent: its position in the list. */
  preference?: number | undefined;
}

/** At most `most` replicas, or `mostPercent` of all, in one zone, region or priority. */
export interface ApartRule {
  scope: 'zone' | 'region' | 'priority';
  most?: number | undefined;
  mostPercent?: number | undefined;
  /** A hard rule rather leaves a replica out than breaks. */
  hard: boolean;
}

export interface Size {
  cpu: number;
  memoryInGB: number;
}

export interface Placement {
  offerings?: OfferingDeclaration[] | undefined;
  together?: { scope: 'region' | 'zone'; hard: boolean } | undefined;
  apart: ApartRule[];
  /** Replicas in one container group, each a container of its own. */
  replicasPerGroup: number;
  /** Shapes to fall back to, in order, when no place takes the declared one. */
  sizes: Size[];
  /** Of the replicas above the `floor` of regular ones, this share (percent) may be Spot. */
  spot?: { share: number; floor: number } | undefined;
}

const SUBNET = resourceId('Microsoft.Network/virtualNetworks/[^/\\s]+/subnets').schema;

const offering = z.strictObject({
  location: region.schema,
  zone: z
    .preprocess((value) => (typeof value === 'number' ? String(value) : value), z.string().regex(/^[1-9]$/))
    .optional(),
  subnet: SUBNET.optional(),
  subnets: z.array(SUBNET).min(1).max(10).optional(),
  addresses: z.int().min(0).max(65_536).optional(),
  sku: z.enum(['Standard', 'Confidential']).optional(),
  ccePolicy: z.string().min(1).optional(),
  priority: z.enum(['Regular', 'Spot']).optional(),
  subscription: guid('a subscription').schema.optional(),
  standbyPool: z
    .strictObject({
      id: resourceId('Microsoft.StandbyPool/standbyContainerGroupPools').schema,
      profile: resourceId('Microsoft.ContainerInstance/containerGroupProfiles').schema,
      revision: z.int().min(1),
    })
    .optional(),
  preference: z.number().min(0).max(1000).optional(),
});

/** An offering with several subnets is one of equal preference for each of them. */
const offerings: z.ZodType<OfferingDeclaration[]> = z
  .array(
    offering.refine(({ subnet, subnets }) => subnet === undefined || subnets === undefined, {
      error: 'needs subnet or subnets, and not both',
    }),
  )
  .min(1)
  .max(40)
  .transform((all) => {
    const several = all.some(({ subnets }) => subnets !== undefined);
    return all.flatMap(({ subnets, ...each }, index) => {
      const preferred = several ? { ...each, preference: each.preference ?? index } : each;
      return subnets?.map((subnet) => Object.assign({}, preferred, { subnet })) ?? [preferred];
    });
  });

const apart = z
  .strictObject({
    scope: z.enum(['zone', 'region', 'priority']),
    most: z.int().min(1).optional(),
    mostPercent: z.number().gt(0).max(100).optional(),
    hard: z.boolean().default(true),
  })
  .refine(({ most, mostPercent }) => (most === undefined) !== (mostPercent === undefined), {
    error: 'needs most or mostPercent, and not both',
  });

/** What a placement section may hold. 60 containers is the limit of a container group. */
export const placementSchema: z.ZodType<Placement> = z.strictObject({
  offerings: offerings.optional(),
  together: z.strictObject({ scope: z.enum(['region', 'zone']), hard: z.boolean().default(true) }).optional(),
  apart: z.array(apart).max(10).default([]),
  replicasPerGroup: z.int().min(1).max(60).default(1),
  sizes: z
    .array(z.strictObject({ cpu: z.number().positive().max(31), memoryInGB: z.number().positive().max(240) }))
    .max(5)
    .default([]),
  spot: z.strictObject({ share: z.number().min(0).max(100), floor: z.int().min(0).default(0) }).optional(),
});

export const placementKind: Kind<Placement> = {
  allowed: 'a map with offerings, together, apart, replicasPerGroup, sizes and spot: docs/placement.md',
  schema: placementSchema,
};
