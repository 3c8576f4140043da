// What would fail in the middle of a deployment, found before it: one sentence per problem, with what to do.

import type { Arm } from './arm.ts';

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

/** Everything that is wrong, none when the deployment can begin. */
export async function preflight(env: Env, arm: Arm): Promise<string[]> {
  const named = nameProblems(env);
  if (named.length > 0) return named;
  const checks = [providerProblems, groupQuotaProblems, machineQuotaProblems, rightsProblems, eventProblems];
  const found = await Promise.all(
    checks.map((check) =>
      check(env, arm).catch((error: unknown) => [`Azure could not be asked: ${String(error)}. Are you signed in?`]),
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

/** The quota of container groups, against the most that a workload may start. A replica of the example has one core. */
async function groupQuotaProblems(env: Env, arm: Arm): Promise<string[]> {
  const wanted = Number(env['SPILLWAY_BURST_MAX_GROUPS'] ?? 10);
  const [location = ''] = (env['SPILLWAY_LOCATIONS'] || (env['AZURE_LOCATION'] ?? '')).split(',');
  const usages = await usagesOf(env, arm, 'Microsoft.ContainerInstance', location.trim(), '2023-05-01');
  return ['ContainerGroups', 'StandardCores'].flatMap((kind) => shortage(usages, kind, wanted, location.trim()));
}

async function machineQuotaProblems(env: Env, arm: Arm): Promise<string[]> {
  if (env['SPILLWAY_EXAMPLE'] === 'false' || env['SPILLWAY_SCALE_SET']) return [];
  const location = env['AZURE_LOCATION'] ?? '';
  const usages = await usagesOf(env, arm, 'Microsoft.Compute', location, '2024-07-01');
  // The size of the example has two cores.
  return shortage(usages, 'cores', 2 * Number(env['SPILLWAY_EXAMPLE_INSTANCES'] ?? 1), location);
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

function shortage(usages: Usage[], kind: string, wanted: number, location: string): string[] {
  const usage = usages.find(({ name }) => name.value === kind);
  if (!usage || usage.limit - usage.currentValue >= wanted) return [];
  const { currentValue, limit } = usage;
  return [
    `${location} has room for ${limit - currentValue} more ${kind} (${currentValue} of ${limit} used), and ${wanted} are configured: ask for more at ${QUOTA_LINK}, or configure less.`,
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
  const ids = (env['SPILLWAY_EVENTS_RESOURCE_GROUP_IDS'] ?? '').split(',').filter((id) => id !== '');
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
