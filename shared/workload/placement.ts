// The `placement` section of a workload file: where burst replicas may go, and what they owe each other. Without it the
// regions of SPILLWAY_LOCATIONS are the offerings, in their order.

import { z } from 'zod';
import type { Kind } from './kinds.ts';
import { guid, region, resourceId, whole } from './kinds.ts';
import { described, eachMap, listAtMost, ofMembers, oneOf, type Described } from './strict.ts';

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
  subnets: listAtMost(SUBNET, 10)
    .refine((all) => all.length > 0, { error: 'is empty' })
    .optional(),
  addresses: whole(0, 65_536).optional(),
  sku: z.enum(['Standard', 'Confidential']).optional(),
  ccePolicy: z.string().min(1).optional(),
  priority: z.enum(['Regular', 'Spot']).optional(),
  subscription: guid('a subscription').schema.optional(),
  standbyPool: z
    .strictObject({
      id: resourceId('Microsoft.StandbyPool/standbyContainerGroupPools').schema,
      profile: resourceId('Microsoft.ContainerInstance/containerGroupProfiles').schema,
      revision: whole(1, 1_000_000),
    })
    .optional(),
  preference: z.number().min(0).max(1000).optional(),
});

/** An offering with several subnets is one of equal preference for each of them. */
const offerings: z.ZodType<OfferingDeclaration[]> = listAtMost(
  offering.refine(
    ({ subnet, subnets }) => subnet === undefined || subnets === undefined,
    ofMembers('needs subnet or subnets, and not both'),
  ),
  40,
)
  .refine((all) => all.length > 0, { error: 'is empty' })
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
    most: whole(1, 1_000_000).optional(),
    mostPercent: z.number().gt(0).max(100).optional(),
    hard: z.boolean().default(true),
  })
  .refine(
    ({ most, mostPercent }) => (most === undefined) !== (mostPercent === undefined),
    ofMembers('needs most or mostPercent, and not both'),
  );

/** What a placement section may hold. 60 containers is the limit of a container group. */
export const placementSchema: z.ZodType<Placement> = z.strictObject({
  offerings: offerings.optional(),
  together: z.strictObject({ scope: z.enum(['region', 'zone']), hard: z.boolean().default(true) }).optional(),
  apart: listAtMost(apart, 10).default([]),
  replicasPerGroup: whole(1, 60).default(1),
  sizes: listAtMost(
    z.strictObject({ cpu: z.number().positive().max(31), memoryInGB: z.number().positive().max(240) }),
    5,
  ).default([]),
  spot: z.strictObject({ share: z.number().min(0).max(100), floor: whole(0, 1_000_000).default(0) }).optional(),
});

const SUBNET_ID = 'a resource id of a subnet';
const OFFERING: Record<keyof OfferingDeclaration | 'subnets', Described> = {
  location: [region.allowed, 'Region. Required.'],
  zone: ['a number from 1 to 9', 'Availability zone.'],
  subnet: [SUBNET_ID, 'Subnet that is delegated to container groups.'],
  subnets: [
    'a list of 1 to 10 resource ids of subnets',
    'Several subnets of one region, instead of `subnet`.',
    { items: { allowed: SUBNET_ID, schema: SUBNET } },
  ],
  addresses: ['a whole number from 0 to 65536', 'Addresses of the subnet that this workload may take.'],
  sku: oneOf(['Standard', 'Confidential'], 'Standard when absent.'),
  ccePolicy: ['text in base64', 'Policy that a Confidential group enforces.'],
  priority: oneOf(['Regular', 'Spot'], 'Regular when absent.'),
  subscription: ['the id of a subscription (a GUID)', "Another one than the deployment's."],
  standbyPool: [
    'a map with id, profile and revision',
    'Pool of groups that are kept ready.',
    {
      parts: described({
        id: ['a resource id of a standby pool', 'The pool.'],
        profile: ['a resource id of a container group profile', 'What its groups were made from.'],
        revision: ['a whole number from 1 to 1000000', 'Revision of the profile.'],
      }),
    },
  ],
  preference: ['a number from 0 to 1000', 'Lower is preferred; absent: the position in the list.'],
};

const FORM = 'a map with offerings, together, apart, replicasPerGroup, sizes and spot: docs/placement.md';
const HARD = ['true or false', 'A hard rule rather leaves a replica out than breaks; true when absent.'] as const;
const PARTS: Record<keyof Placement, Described> = {
  offerings: [
    'a list of 1 to 40 places',
    'Places in order of preference.',
    {
      items: eachMap(`a map with ${Object.keys(OFFERING).join(', ')}`, OFFERING),
    },
  ],
  together: [
    'a map with scope and hard',
    'All replicas in one of them.',
    { parts: described({ scope: oneOf(['region', 'zone'], 'In one what.'), hard: HARD }) },
  ],
  apart: [
    'a list of at most 10 maps with scope, hard, and most or mostPercent',
    'Only so many replicas in one of them.',
    {
      items: eachMap('a map with scope, hard, and most or mostPercent', {
        scope: oneOf(['zone', 'region', 'priority'], 'In one what.'),
        most: ['a whole number from 1 to 1000000', 'Replicas.'],
        mostPercent: ['a number above 0, at most 100', 'Percent of all replicas.'],
        hard: HARD,
      }),
    },
  ],
  replicasPerGroup: ['a whole number from 1 to 60', 'Replicas in one container group; 1 when absent.'],
  sizes: [
    'a list of at most 5 maps with cpu and memoryInGB',
    'Sizes to fall back to, in order.',
    {
      items: eachMap('a map with cpu and memoryInGB', {
        cpu: ['a number above 0, at most 31', 'vCPU of a replica.'],
        memoryInGB: ['a number above 0, at most 240', 'GB of a replica.'],
      }),
    },
  ],
  spot: [
    'a map with share and floor',
    'How many may be Spot.',
    {
      parts: described({
        share: ['a number from 0 to 100', 'Percent of the replicas above the floor.'],
        floor: ['a whole number from 0 to 1000000', 'Regular ones in any case; 0 when absent.'],
      }),
    },
  ],
};

export const placementKind: Kind<Placement> = { allowed: FORM, schema: placementSchema, parts: described(PARTS) };
