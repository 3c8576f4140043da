// What Azure says about networks and rights, translated. Pure.

import type { Subnet } from '../ports/networks.ts';

export interface NetworkAnswer {
  location?: string;
  properties?: {
    subnets?: {
      name?: string;
      properties?: {
        delegations?: { properties?: { serviceName?: string } }[];
        natGateway?: { id?: string } | null;
        routeTable?: { id?: string } | null;
        ipConfigurations?: unknown[];
      };
    }[];
  };
}

export interface UsagesAnswer {
  value?: { id?: string; currentValue?: number; limit?: number }[];
}

export interface PermissionsAnswer {
  value?: { actions?: string[]; notActions?: string[] }[];
}

/** The subnet of this id in what its network and the usages of that say. */
export function subnetOf(id: string, network: NetworkAnswer, usages: UsagesAnswer | undefined): Subnet {
  const name = id.slice(id.lastIndexOf('/') + 1);
  const found = network.properties?.subnets?.find((each) => each.name?.toLowerCase() === name.toLowerCase());
  if (!found) return { id, status: 'missing' };
  const { delegations = [], natGateway, routeTable, ipConfigurations = [] } = found.properties ?? {};
  const usage = usages?.value?.find((each) => each.id?.toLowerCase() === id.toLowerCase());
  const { currentValue: used, limit } = usage ?? {};
  return {
    id,
    status: 'found',
    location: network.location?.replaceAll(' ', '').toLowerCase(),
    delegations: delegations.flatMap(({ properties }) => properties?.serviceName ?? []),
    natGateway: natGateway?.id !== undefined,
    routeTable: routeTable?.id !== undefined,
    otherUses: ipConfigurations.length,
    ...(used !== undefined && limit !== undefined && { addresses: { used, limit } }),
  };
}

/** Those of the actions that no entry grants. An entry grants what its actions match and its notActions do not. */
export function missingOf(actions: readonly string[], { value = [] }: PermissionsAnswer): string[] {
  const granted = (action: string): boolean =>
    value.some(
      (entry) =>
        (entry.actions ?? []).some((pattern) => matches(pattern, action)) &&
        !(entry.notActions ?? []).some((pattern) => matches(pattern, action)),
    );
  return actions.filter((action) => !granted(action));
}

const matches = (pattern: string, action: string): boolean =>
  new RegExp(
    `^${pattern
      .split('*')
      .map((part) => part.replace(/[.\\+?^${}()|[\]]/g, String.raw`\$&`))
      .join('.*')}$`,
    'i',
  ).test(action);
