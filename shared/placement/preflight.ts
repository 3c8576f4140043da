// Would Azure take a group in this place at all? Looked at before the first create, from what is known of the subnet, the
// own rights and the quota. Each finding is one sentence with its fix. What stops a group holds its place; the rest warns.
// What could not be read holds nothing: Azure's own refusal is then the answer.

import type { Usage } from '../ports/container-groups.ts';
import type { Subnet } from '../ports/networks.ts';
import { reason, type Reason } from '../telemetry/reasons.ts';
import { counted } from '../telemetry/wording.ts';
import { sizeOf } from '../workload/size.ts';
import type { Deployment, Workload } from '../workload/workload.ts';
import { homeKey, offeringsOf, replicasPerGroup, type Offering } from './offering.ts';

/** What was read, and when (epoch ms). */
export interface PreflightFacts {
  at: number;
  subnets: Subnet[];
  rightsAt: number;
  /** Actions that the own identity lacks, by scope. */
  missingRights: Record<string, string[]>;
}

export interface Finding {
  /** Key of the offering. */
  offering: string;
  problem: string;
  fix: string;
  /** False: a warning. */
  holds: boolean;
}

interface Place {
  workload: Workload;
  deployment: Pick<Deployment, 'subscriptionId' | 'resourceGroup'>;
  offering: Offering;
  subnet: Subnet | undefined;
  usage: Usage | undefined;
}

const SERVICE = 'Microsoft.ContainerInstance/containerGroups';
/** Container groups that one subnet holds at most; below 251 addresses (/24) those of deleted groups are missed. */
const SUBNET_MOST = 3000;
const SUBNET_ADVISED = 251;

export function preflight(
  workload: Workload,
  deployment: Place['deployment'],
  facts: PreflightFacts | undefined,
  usages: Usage[],
): Finding[] {
  return offeringsOf(workload).flatMap((offering) => {
    const subnet = facts?.subnets.find(({ id }) => id === offering.subnet);
    const usage = usages.find((each) => homeKey(each) === homeKey(offering));
    const place = { workload, deployment, offering, subnet, usage };
    const found = CHECKS.flatMap((check) => check(place) ?? []);
    if (facts) found.push(...rightsFindings(place, facts.missingRights));
    return found.map(({ problem, fix, holds }) => ({ offering: offering.key, problem, fix, holds }));
  });
}

/** Places that take nothing until their findings are put right. */
export const heldOfferings = (findings: Finding[]): Set<string> =>
  new Set(findings.filter(({ holds }) => holds).map(({ offering }) => offering));

/** Each finding once, with all places that it is about. */
export function preflightReasons(findings: Finding[]): Reason[] {
  const byProblem = Map.groupBy(findings, ({ problem }) => problem);
  return [...byProblem].flatMap(([problem, [first, ...more]]) => {
    if (!first) return [];
    const places = [first, ...more].map(({ offering }) => offering).join(', ');
    return [reason(first.holds ? 'preflight' : 'preflight-warning', { problem, fix: first.fix, places })];
  });
}

type Check = (place: Place) => Omit<Finding, 'offering'> | undefined;

const stop = (problem: string, fix: string): Omit<Finding, 'offering'> => ({ problem, fix, holds: true });
const warn = (problem: string, fix: string): Omit<Finding, 'offering'> => ({ problem, fix, holds: false });

const nameOf = (id: string): string => id.slice(id.lastIndexOf('/') + 1);

const subscriptionMatches: Check = ({ offering, deployment }) => {
  if (offering.subnet === undefined) return undefined;
  const [, own = ''] = /^\/subscriptions\/([^/]+)/i.exec(offering.subnet) ?? [];
  const home = offering.subscription ?? deployment.subscriptionId;
  if (own.toLowerCase() === home.toLowerCase()) return undefined;
  return stop(
    `Subnet ${nameOf(offering.subnet)} is in subscription ${own}, and its groups would be in ${home}`,
    'Give the offering that subscription, or a subnet of its own',
  );
};

const subnetExists: Check = ({ subnet }) => {
  if (subnet?.status === 'missing') {
    return stop(`Subnet ${nameOf(subnet.id)} does not exist`, 'Create it, or correct its id in placement');
  }
  if (subnet?.status !== 'forbidden') return undefined;
  return stop(
    `Subnet ${nameOf(subnet.id)} may not be read by the identity of Spillway`,
    'Grant it Network Contributor on the subnet, or a role with subnets/read and subnets/join/action',
  );
};

const isDelegated: Check = ({ subnet }) => {
  if (
    subnet?.delegations === undefined ||
    subnet.delegations.some((name) => name.toLowerCase() === SERVICE.toLowerCase())
  ) {
    return undefined;
  }
  const others = subnet.delegations.length > 0 ? ` but to ${subnet.delegations.join(', ')}` : '';
  return stop(
    `Subnet ${nameOf(subnet.id)} is not delegated to ${SERVICE}${others}`,
    `Delegate it to ${SERVICE} while nothing is in it`,
  );
};

const isUnshared: Check = ({ subnet }) =>
  subnet?.otherUses
    ? stop(
        `Subnet ${nameOf(subnet.id)} holds ${subnet.otherUses} network interfaces of other resources`,
        'Use a subnet that only container groups are in',
      )
    : undefined;

const isInRegion: Check = ({ subnet, offering }) =>
  subnet?.location === undefined || subnet.location === offering.location
    ? undefined
    : stop(
        `Subnet ${nameOf(subnet.id)} is in ${subnet.location}, and its groups would be in ${offering.location}: Azure Container Instances support no global peering`,
        'Use a subnet of that region',
      );

const hasAddresses: Check = ({ subnet }) => {
  if (!subnet?.addresses) return undefined;
  const { used, limit } = subnet.addresses;
  if (used >= limit) {
    return stop(
      `Subnet ${nameOf(subnet.id)} has no free address (${used} of ${limit} are taken)`,
      'Enlarge its address space, or add a subnet to placement',
    );
  }
  if (limit >= SUBNET_ADVISED) return undefined;
  return warn(
    `Subnet ${nameOf(subnet.id)} has ${limit} addresses; those of deleted groups come back late`,
    'Use a /24 or larger',
  );
};

const hasEgress: Check = ({ subnet }) => {
  if (subnet?.natGateway !== false) return undefined;
  const route = subnet.routeTable ? '; its route table does not help, because a NAT gateway is the only way out' : '';
  return warn(
    `Subnet ${nameOf(subnet.id)} has no NAT gateway: replicas there reach nothing outside the network${route}`,
    'Attach a NAT gateway to it, unless replicas need only private endpoints',
  );
};

const subnetHolds: Check = ({ subnet, workload }) =>
  subnet?.status !== 'found' || workload.scaling.burst.maxGroups <= SUBNET_MOST
    ? undefined
    : warn(
        `A subnet holds at most ${SUBNET_MOST} container groups, and up to ${workload.scaling.burst.maxGroups} may be wanted`,
        'Add subnets to placement, or lower SPILLWAY_BURST_MAX_GROUPS',
      );

const quotaAllowsOne: Check = ({ usage, workload, offering }) => {
  if (!usage) return undefined;
  const cores = sizeOf(workload.spec).cpu * replicasPerGroup(workload);
  const plain = offering.priority === 'Regular' && offering.sku === 'Standard';
  const limit = usage.groups.limit < 1 ? `${usage.groups.limit} groups` : counted(usage.cores.limit, 'core');
  if (usage.groups.limit >= 1 && (!plain || usage.cores.limit >= cores)) return undefined;
  // The quota itself keeps groups away.
  return warn(
    `The quota of Container Instances in ${offering.location} is ${limit}, and one group needs ${counted(cores, 'core')}`,
    'Ask for quota in that region, or use another',
  );
};

const CHECKS: readonly Check[] = [
  subscriptionMatches,
  subnetExists,
  isDelegated,
  isUnshared,
  isInRegion,
  hasAddresses,
  hasEgress,
  subnetHolds,
  quotaAllowsOne,
];

const CREATE = `${SERVICE}/write`;
const JOIN = 'Microsoft.Network/virtualNetworks/subnets/join/action';
const ASSIGN = 'Microsoft.ManagedIdentity/userAssignedIdentities/assign/action';

/** Resource group in which groups of an offering are made. */
const groupScope = (home: string, resourceGroup: string): string =>
  `/subscriptions/${home}/resourceGroups/${resourceGroup}`;

const identitiesOf = ({ spec }: Workload): string[] => [
  ...new Set(
    [
      spec.identity,
      ...(spec.identities ?? []),
      ...(spec.registries ?? []).map((each) => each.identity),
      spec.encryption?.identity,
    ].filter((id) => id !== undefined),
  ),
];

/**
 * The rights that groups of a workload need, by scope. None for a workload without network and identities: the first
 * create tells as much.
 */
export function rightsWanted(workload: Workload, deployment: Place['deployment']): Record<string, string[]> {
  const offerings = offeringsOf(workload);
  const subnets = [...new Set(offerings.flatMap(({ subnet }) => subnet ?? []))];
  const identities = identitiesOf(workload);
  if (subnets.length + identities.length === 0) return {};
  const homes = new Set(offerings.map(({ subscription }) => subscription ?? deployment.subscriptionId));
  return Object.fromEntries([
    ...[...homes].map((home) => [groupScope(home, deployment.resourceGroup), [CREATE]] as const),
    ...subnets.map((id) => [id, [JOIN]] as const),
    ...identities.map((id) => [id, [ASSIGN]] as const),
  ]);
}

function rightsFindings({ workload, deployment, offering }: Place, missing: Record<string, string[]>) {
  const home = groupScope(offering.subscription ?? deployment.subscriptionId, deployment.resourceGroup);
  const scopes = [home, ...(offering.subnet === undefined ? [] : [offering.subnet]), ...identitiesOf(workload)];
  return scopes
    .filter((scope) => (missing[scope] ?? []).length > 0)
    .map((scope) =>
      stop(
        `The identity of Spillway lacks ${missing[scope]?.join(', ')} on ${nameOf(scope)}`,
        'Assign it a role with that action there',
      ),
    );
}
