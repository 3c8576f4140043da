// What a region takes: the quota first, each kind of cores apart, then the capacity. A stopped group counts as a group
// but not with its cores, and a group being deleted still counts as both: the documentation leaves this open.

import { ArmError, type ResourceId } from './arm.ts';
import type { ContainerGroup } from './container-group.ts';
import { type GroupBody, resources } from './group-body.ts';
import { type World, quotaOf } from './world.ts';

const provider = 'Microsoft.ContainerInstance';

/** Names of the quotas that the service reports, by what they count. */
const NAMES = {
  groups: 'ContainerGroups',
  cores: 'StandardCores',
  spotCores: 'StandardSpotCores',
  confidentialCores: 'ConfidentialCores',
} as const;
const KINDS = Object.keys(NAMES) as Kind[];

type Kind = keyof typeof NAMES;

const coresOf = ({ properties }: GroupBody): Kind => {
  if (properties.priority === 'Spot') return 'spotCores';
  return properties.sku === 'Confidential' ? 'confidentialCores' : 'cores';
};

export class Admission {
  #world: World;
  #groups: () => ContainerGroup[];

  constructor(world: World, groups: () => ContainerGroup[]) {
    this.#world = world;
    this.#groups = groups;
  }

  /** The body of the answer about a region's quota. */
  usages(subscription: string, location: string): object {
    const quota = quotaOf(this.#world, location);
    const used = this.#used(subscription, location);
    return {
      value: KINDS.map((kind) => ({
        id: `/subscriptions/${subscription}/providers/${provider}/locations/${location}/usages/${NAMES[kind]}`,
        unit: 'Count',
        currentValue: Math.ceil(used[kind]),
        limit: quota[kind],
        name: { value: NAMES[kind], localizedValue: NAMES[kind] },
      })),
    };
  }

  /** Throws what the service answers when the region cannot take the group. `existing` is what it replaces. */
  admit({ subscription }: ResourceId, body: GroupBody, existing: ContainerGroup | undefined): void {
    const { location } = body;
    const { cpu, memoryInGB } = resources(body);
    const used = this.#used(subscription, location, existing);
    const quota = quotaOf(this.#world, location);
    for (const [kind, requested] of [['groups', 1] as const, [coresOf(body), cpu] as const]) {
      if (used[kind] + requested <= quota[kind]) continue;
      throw new ArmError(
        400,
        'ContainerGroupQuotaReached',
        `Resource type '${provider}/containerGroups' container group quota '${NAMES[kind]}' exceeded in region ` +
          `'${location}'. Limit: '${quota[kind]}', Usage: '${used[kind]}' Requested: '${requested}'.`,
      );
    }
    if (!this.#world.faults.withoutCapacity(location)) return;
    const network = body.properties.subnetIds?.length ? ' virtual network' : '';
    throw new ArmError(
      409,
      'ServiceUnavailable',
      `The requested resource is not available in the location '${location}' at this moment. Please retry with a ` +
        `different resource request or in another location. Resource requested: '${cpu}' CPU '${memoryInGB}' GB ` +
        `memory '${body.properties.osType}' OS${network}`,
    );
  }

  #used(subscription: string, location: string, without?: ContainerGroup): Record<Kind, number> {
    const used: Record<Kind, number> = { groups: 0, cores: 0, spotCores: 0, confidentialCores: 0 };
    for (const group of this.#groups()) {
      if (group === without || group.id.subscription !== subscription || group.body.location !== location) continue;
      used.groups++;
      if (group.state !== 'Stopped') used[coresOf(group.body)] += resources(group.body).cpu;
    }
    return used;
  }
}
