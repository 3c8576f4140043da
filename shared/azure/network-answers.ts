// What Azure says about networks and rights, translated. Pure.

import type { Subnet } from '../ports/networks.ts';

export interface SubnetAnswer {
  properties?: {
    delegations?: { properties?: { serviceName?: string } }[];
    natGateway?: { id?: string } | null;
    routeTable?: { id?: string } | null;
    ipConfigurations?: unknown[];
  };
}

export interface NetworkAnswer {
  location?: string;
}

export interface UsagesAnswer {
  value?: { id?: string; currentValue?: number; limit?: number }[];
}

export interface PermissionsAnswer {
  value?: { actions?: string[]; notActions?: string[] }[];
}

/** The subnet of this id; its network and the usages of that may be unknown. */
export function subnetOf(
  id: string,
  { properties }: SubnetAnswer,
  network: NetworkAnswer | undefined,
  usages: UsagesAnswer | undefined,
): Subnet {
  const { delegations = [], natGateway, routeTable, ipConfigurations = [] } = properties ?? {};
  const usage = usages?.value?.find((each) => each.id?.toLowerCase() === id.toLowerCase());
  const { currentValue: used, limit } = usage ?? {};
  return {
    id,
    status: 'found',
    location: network?.location?.replaceAll(' ', '').toLowerCase(),
    delegations: delegations.flatMap((each) => each.properties?.serviceName ?? []),
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
