// What would fail in the middle of a deployment, found before it: one sentence per problem, with what to do.

import type { GroupSummary } from '../../shared/ports/container-groups.ts';
import { readGeneral } from '../../shared/settings/read.ts';
import { SETTINGS } from '../../shared/settings/table.ts';
import { formatProblem } from '../../shared/workload/problem.ts';
import { listed } from './app-settings.ts';
import type { Arm } from './arm.ts';
import { firstRank } from './derived.ts';
import { valueOf } from './parameters.ts';

export type Env = Record<string, string | undefined>;

const PROVIDERS = [
  'Microsoft.Web',
  'Microsoft.Storage',
  'Microsoft.ServiceBus',
  'Microsoft.EventGrid',
  'Microsoft.ContainerInstance',
  'Microsoft.Compute',
  'Microsoft.Network',
  'Microsoft.Insights',
  'Microsoft.OperationalInsights',
  'Microsoft.ManagedIdentity',
  'Microsoft.KeyVault',
];
const QUOTA_LINK = 'https://portal.azure.com/#view/Microsoft_Azure_Capacity/QuotaMenuBlade/~/myQuotas';

interface Usage {
  name: { value: string };
  currentValue: number;
  limit: number;
}

/** Lists the container groups of the deployment, in whatever state. */
export type OwnGroups = () => Promise<readonly Pick<GroupSummary, 'location'>[]>;

/** Everything that is wrong, none when the deployment can begin. `more`: what infra/more-settings.json says. */
export async function preflight(env: Env, more: Env, arm: Arm, ownGroups: OwnGroups): Promise<string[]> {
  const settings = { ...env, ...more };
  const written = [...nameProblems(env), ...settingProblems(settings)];
  if (written.length > 0) return written;
  const checks = [
    providerProblems(env, arm),
    groupQuotaProblems(settings, arm, ownGroups),
    machineQuotaProblems(env, arm),
    rightsProblems(env, arm),
    eventProblems(env, arm),
  ];
  const found = await Promise.all(
    checks.map((check) =>
      check.catch((error: unknown) => [`Azure could not be asked: ${String(error)}. Are you signed in?`]),
    ),
  );
  return [...new Set(found.flat())];
}

function nameProblems({
  AZURE_ENV_NAME: name = '',
  AZURE_LOCATION: location,
  AZURE_SUBSCRIPTION_ID: id,
}: Env): string[] {
  const problems = [];
  if (!/^[a-zA-Z0-9][a-zA-Z0-9-]{0,62}[a-zA-Z0-9]$/.test(name))
    problems.push(`The environment is named "${name}"; allowed are 2 to 64 letters, digits and inner hyphens.`);
  if (!location) problems.push('No region is chosen: azd env set AZURE_LOCATION westeurope, for example.');
  if (!id) problems.push('No subscription is chosen: azd env set AZURE_SUBSCRIPTION_ID followed by its id.');
  return problems;
}

/** What the app would refuse once it is deployed. */
const settingProblems = (env: Env): string[] =>
  firstRank().flatMap((setting) => (readGeneral(env, setting).problems ?? []).map(formatProblem));

async function providerProblems({ AZURE_SUBSCRIPTION_ID: id }: Env, arm: Arm): Promise<string[]> {
  const states = await Promise.all(
    PROVIDERS.map(async (provider) => {
      const { body } = await arm('GET', `/subscriptions/${id}/providers/${provider}`, '2021-04-01');
      return { provider, state: (body as { registrationState?: string } | undefined)?.registrationState };
    }),
  );
  return states
    .filter(({ state }) => state !== 'Registered')
    .map(
      ({ provider, state = 'unknown' }) =>
        `${provider} is ${state} in this subscription: az provider register --namespace ${provider}.`,
    );
}

const valueIn = (env: Env, name: string): unknown => {
  const setting = SETTINGS.find((each) => each.name === name);
  return setting && readGeneral(env, setting).value;
};

/**
 * The quota of container groups, against the most that a workload may start. A replica of the example has one core, and so
 * counts each group that is there already: it is among the most.
 */
async function groupQuotaProblems(env: Env, arm: Arm, ownGroups: OwnGroups): Promise<string[]> {
  const wanted = Number(valueIn(env, 'SPILLWAY_BURST_MAX_GROUPS'));
  const [location = env['AZURE_LOCATION'] ?? ''] = (valueIn(env, 'SPILLWAY_LOCATIONS') as string[] | undefined) ?? [];
  const usages = await usagesOf(env, arm, 'Microsoft.ContainerInstance', location, '2023-05-01');
  // Groups that cannot be listed, as in a resource group that somebody deleted, count as those of others.
  const own = (await ownGroups().catch(() => [])).filter((group) => group.location === location).length;
  return ['ContainerGroups', 'StandardCores'].flatMap((kind) => shortage(usages, kind, wanted, own, location));
}

async function machineQuotaProblems(env: Env, arm: Arm): Promise<string[]> {
  if (env['SPILLWAY_EXAMPLE'] === 'false' || env['SPILLWAY_SCALE_SET']) return [];
  const location = env['AZURE_LOCATION'] ?? '';
  const usages = await usagesOf(env, arm, 'Microsoft.Compute', location, '2024-07-01');
  const cores = coresOf(valueOf(env, 'SPILLWAY_EXAMPLE_VM_SIZE'));
  const wanted = cores * Number(valueOf(env, 'SPILLWAY_EXAMPLE_INSTANCES'));
  return shortage(usages, 'cores', wanted, await deployedCores(env, arm), location);
}

/** By the name of the size, which says them: Standard_B2ats_v2 has two. In older families it does not: 0, which is never too many. */
const coresOf = (size: string): number =>
  /^Standard_(DS?|GS?)\d+(-\d+)?(_v2.*)?$/i.test(size) ? 0 : Number(/^Standard_[A-Z]+(\d+)/i.exec(size)?.[1] ?? 0);

async function deployedCores({ SPILLWAY_EXAMPLE_SCALE_SET: id }: Env, arm: Arm): Promise<number> {
  if (!id) return 0;
  const { body } = await arm('GET', id, '2024-07-01');
  const { sku } = (body ?? {}) as { sku?: { name: string; capacity: number } };
  return sku ? coresOf(sku.name) * sku.capacity : 0;
}

async function usagesOf(
  { AZURE_SUBSCRIPTION_ID: id }: Env,
  arm: Arm,
  provider: string,
  location: string,
  version: string,
): Promise<Usage[]> {
  const path = `/subscriptions/${id}/providers/${provider}/locations/${location}/usages`;
  const { status, body } = await arm('GET', path, version);
  if (status !== 200) throw new Error(`the quota of ${provider} in ${location} was answered with ${status}`);
  return (body as { value: Usage[] }).value;
}

/** `own`: what of the usage is ours already, and among what is wanted. */
function shortage(usages: Usage[], kind: string, wanted: number, own: number, location: string): string[] {
  const usage = usages.find(({ name }) => name.value === kind);
  if (!usage || usage.limit - usage.currentValue + own >= wanted) return [];
  const { currentValue, limit } = usage;
  const used = `${currentValue} of ${limit} used${own > 0 ? `, ${own} by this deployment` : ''}`;
  return [
    `${location} has room for ${limit - currentValue} more ${kind} (${used}), and ${wanted} are configured: ask for more at ${QUOTA_LINK}, or configure less.`,
  ];
}

interface Permissions {
  value?: { actions: string[]; notActions: string[] }[];
}

/** Azure's wildcards stand for any text. */
const covers = (pattern: string, action: string): boolean =>
  new RegExp(`^${pattern.replaceAll('.', String.raw`\.`).replaceAll('*', '.*')}$`, 'i').test(action);

async function rightsProblems(env: Env, arm: Arm): Promise<string[]> {
  const path = `/subscriptions/${env['AZURE_SUBSCRIPTION_ID']}/providers/Microsoft.Authorization/permissions`;
  const { body } = await arm('GET', path, '2022-04-01');
  const sets = (body as Permissions | undefined)?.value ?? [];
  const may = (action: string): boolean =>
    sets.some(
      ({ actions, notActions }) =>
        actions.some((pattern) => covers(pattern, action)) && !notActions.some((pattern) => covers(pattern, action)),
    );
  const who = 'ask an Owner or a User Access Administrator of the subscription';
  const problems = [];
  if (!may('Microsoft.Authorization/roleAssignments/write'))
    problems.push(`You may not assign roles in this subscription: ${who} for the role "User Access Administrator".`);
  if (env['SPILLWAY_USE_BUILT_IN_ROLES'] !== 'true' && !may('Microsoft.Authorization/roleDefinitions/write'))
    problems.push(
      `You may not define roles in this subscription: azd env set SPILLWAY_USE_BUILT_IN_ROLES true, or ${who}.`,
    );
  return problems;
}

const GROUP_ID = /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+$/i;

/** Azure takes one system topic a resource group: where there is one of somebody else, ours would fail half-way. */
async function eventProblems(env: Env, arm: Arm): Promise<string[]> {
  const ids = listed(env['SPILLWAY_EVENTS_RESOURCE_GROUP_IDS']);
  const problems = await Promise.all(
    ids.map(async (id) => {
      if (!GROUP_ID.test(id)) return [`${id} in SPILLWAY_EVENTS_RESOURCE_GROUP_IDS is no id of a resource group.`];
      const [, , subscription] = id.split('/');
      const path = `/subscriptions/${subscription}/providers/Microsoft.EventGrid/systemTopics`;
      const { body } = await arm('GET', path, '2025-02-15');
      const other = ((body as { value?: Topic[] } | undefined)?.value ?? []).find(
        ({ properties: { source }, tags }) =>
          source.toLowerCase() === id.toLowerCase() && tags?.['azd-env-name'] !== env['AZURE_ENV_NAME'],
      );
      return other
        ? [
            `${id} has the system topic ${other.name} already, and Azure takes one: leave the group out of SPILLWAY_EVENTS_RESOURCE_GROUP_IDS; its changes are then seen a minute later at most.`,
          ]
        : [];
    }),
  );
  return problems.flat();
}

interface Topic {
  name: string;
  tags?: Record<string, string>;
  properties: { source: string };
}
