// What code and infrastructure must agree on, held against the predicted deployment, and shown to fail by deliberate breaks.

import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { PERMISSIONS } from '../../shared/azure/permissions.ts';
import { TABLES } from '../../shared/azure/tables/table.ts';
import { SETTINGS } from '../../shared/settings/table.ts';
import { concernedBy } from '../../shared/signals/resource-event.ts';
import { findBicep, SUBSCRIPTION } from '../../tools/infra/bicep.ts';
import { BASE, COMBINATIONS, OTHER } from '../../tools/infra/combinations.ts';
import { Compiler, type Resource } from '../../tools/infra/compiler.ts';
import {
  countByType,
  differences,
  namesOf,
  secretsIn,
  settingProblems,
  strayVariables,
} from '../../tools/infra/cross-checks.ts';
import { containers, firstRank, ofTemplate } from '../../tools/infra/derived.ts';
import { PARAMETERS } from '../../tools/infra/parameters.ts';
import { REPLICA_SECRET } from '../../tools/infra/replica-key.ts';
import { SCALE_SET, workloadOf } from '../support/workload-of.ts';

const MONITORING_READER = '43d0d8ad-25c7-4714-9337-8ba259a9fe05';
const ROOT = join(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const sources = (pattern: string): string => globSync(pattern, { cwd: ROOT }).map(read).join('\n');

interface Template {
  parameters: Record<string, unknown>;
  outputs: Record<string, unknown>;
}

let template: string;
const worlds = new Map<string, Resource[]>();
const world = (name: string): Resource[] => worlds.get(name) ?? [];
beforeAll(async () => {
  const compiler = new Compiler(await findBicep());
  const main = join(ROOT, 'infra/main.bicep');
  template = await compiler.compile(main);
  for (const [name, parameters] of Object.entries(COMBINATIONS)) {
    const { predictedResources } = await compiler.snapshot(main, { ...BASE, ...parameters });
    worlds.set(name, predictedResources);
  }
  compiler.close();
});
afterAll(() => worlds.clear());

const settingsIn = (resources: Resource[]): string[] =>
  Object.keys(resources.find(({ name }) => name.endsWith('/appsettings'))?.properties ?? {});

describe('app settings', () => {
  test.each(['default', 'existing resources'])('of the deployment "%s" are those of the table', (name) => {
    expect(settingProblems(settingsIn(world(name)))).toEqual([]);
  });

  const valuesIn = (name: string): Record<string, unknown> =>
    world(name).find((each) => each.name.endsWith('/appsettings'))?.properties ?? {};

  test('of the example are its own, so that no other workload goes by its queue and machines', () => {
    const none = { SPILLWAY_QUEUE: '', SPILLWAY_SCALE_SET: '' };
    const own = { SPILLWAY_QUEUE_FOR_EXAMPLE: expect.stringMatching(/^sb-.*\/example$/) };
    const machines = expect.stringContaining('virtualMachineScaleSets/vmss-');
    expect(valuesIn('default')).toMatchObject({ ...none, ...own, SPILLWAY_SCALE_SET_FOR_EXAMPLE: machines });
    const besides = { SPILLWAY_SCALE_SET: expect.stringContaining('/orders'), SPILLWAY_SCALE_SET_FOR_EXAMPLE: '' };
    expect(valuesIn('existing resources here')).toMatchObject({ ...own, ...besides });
    expect(Object.keys(valuesIn('cheapest')).filter((each) => each.endsWith('_FOR_EXAMPLE'))).toEqual([]);
  });

  test('that the template makes are known as such, so that a change of them is not taken over', () => {
    const own = settingsIn(world('default')).filter((name) => name.startsWith('SPILLWAY_'));
    expect(differences('Setting', ofTemplate(), own)).toEqual([]);
  });

  test('that one side lacks are found', () => {
    const deployed = settingsIn(world('default'));
    expect(settingProblems([...deployed, 'SPILLWAY_TYPO'])).toEqual([
      'App setting SPILLWAY_TYPO is unknown to the code.',
    ]);
    expect(settingProblems(deployed.filter((name) => name !== 'SPILLWAY_MODE'))).toEqual([
      'App setting SPILLWAY_MODE is not deployed.',
    ]);
  });

  test('and other parameters have a variable each, but for the names of resources', () => {
    const { parameters } = JSON.parse(read('infra/main.parameters.json')) as Template;
    const known = Object.keys((JSON.parse(template) as Template).parameters).filter((name) => !name.endsWith('Name'));
    expect(
      differences(
        'Parameter',
        Object.keys(parameters).filter((name) => name !== 'environmentName'),
        known.filter((name) => name !== 'environmentName'),
      ),
    ).toEqual([]);
    expect(Object.keys(parameters)).toEqual(expect.arrayContaining(PARAMETERS.map(({ parameter }) => parameter)));
  });
});

const lastOf = (name: string): string => name.split('/').at(-1) ?? '';

/** Queues that functions read, by the settings in their bindings, and whether with sessions. */
const triggers = globSync('functions/*.ts', { cwd: ROOT }).flatMap((file) => {
  const text = read(file);
  const setting = /queueName: '%(\w+)%'/.exec(text)?.[1];
  const queue = SETTINGS.find(({ name }) => name === setting)?.default;
  return setting === undefined ? [] : [{ queue, sessions: text.includes('isSessionsEnabled: true') }];
});

test('docs/deploy.md lists the resources that the compiler predicts, no more and no fewer', () => {
  const rows = [...read('docs/deploy.md').matchAll(/^\| `(Microsoft\.[\w./]+)` +\| (\d+) +\| (\d+) +\| (\d+) +\|$/gm)];
  for (const [column, name] of ['default', 'network', 'private'].entries()) {
    const told = rows.map(([, type = '', ...counts]) => [type, Number(counts[column])] as const);
    expect({ name, ...Object.fromEntries(told.filter(([, count]) => count > 0)) }).toEqual({
      name,
      ...countByType(world(name)),
    });
  }
});

describe('names', () => {
  test('of tables, containers and queues are those of the code', () => {
    const resources = world('default');
    const tables = namesOf(resources, 'Microsoft.Storage/storageAccounts/tableServices/tables');
    const blobs = namesOf(resources, 'Microsoft.Storage/storageAccounts/blobServices/containers');
    expect(differences('Table', Object.values(TABLES), tables)).toEqual([]);
    expect(
      differences(
        'Container',
        containers(),
        blobs.filter((name) => !name.startsWith('app-package-')),
      ),
    ).toEqual([]);
  });

  test('of queues that functions read are those that are deployed beside the queues of workloads', () => {
    const queues = world('default').filter(({ type }) => type === 'Microsoft.ServiceBus/namespaces/queues');
    const deployed = queues
      .map(
        ({ name, properties }) => `${lastOf(name)}${properties?.['requiresSession'] === true ? ' with sessions' : ''}`,
      )
      .filter((name) => name !== 'example' && name !== 'drill');
    const wanted = triggers.map(({ queue, sessions }) => `${queue}${sessions ? ' with sessions' : ''}`);
    expect(differences('Queue', wanted, deployed)).toEqual([]);
  });

  test('that one side lacks are found', () => {
    expect(differences('Table', ['A', 'B'], ['B', 'C'])).toEqual([
      'Table A is in the code and not in infra/.',
      'Table C is in infra/ and not in the code.',
    ]);
  });

  test('of functions in infra/ are functions of the app', () => {
    const functions = [...sources('functions/*.ts').matchAll(/app\.\w+\('(\w+)'/g)].map(([, name]) => name);
    const named = [...sources('infra/**/*.bicep').matchAll(/'function:(\w+)'|\/api\/(metricAlert)'/g)].map(
      ([, left, right]) => left ?? right,
    );
    expect(new Set(named)).toEqual(new Set(['evaluate', 'metricAlert']));
    expect(functions).toEqual(expect.arrayContaining(named));
  });

  test('of paths that App Service leaves to keys are those of all HTTP functions but metricAlert, and below them', () => {
    const settings = world('alerts by Entra').find(({ name }) => name.endsWith('/authsettingsV2'));
    const { excludedPaths = [] } = (settings?.properties?.['globalValidation'] ?? {}) as { excludedPaths?: string[] };
    const routes = [...sources('functions/*.ts').matchAll(/app\.http\('(\w+)', \{\s+route: '(\w+)[^']*'/g)];
    const keyed = routes.filter(([, name]) => name !== 'metricAlert');
    expect(routes).toHaveLength(sources('functions/*.ts').split('app.http(').length - 1);
    expect(keyed.length).toBe(routes.length - 1);
    const wanted = keyed.flatMap(([, , route]) => [`/api/${route}`, `/api/${route}/*`]);
    expect(differences('Path', wanted, excludedPaths)).toEqual([]);
  });

  test('the queue of the evaluations has sessions and duplicate detection, as host.json and the trigger expect', () => {
    const queue = world('default').find(({ name }) => name.endsWith('/evaluations'));
    expect(queue?.properties).toMatchObject({ requiresSession: true, requiresDuplicateDetection: true });
    expect(read('functions/evaluate.ts')).toContain('isSessionsEnabled: true');
    expect(JSON.parse(read('host.json'))).toHaveProperty('extensions.serviceBus.maxConcurrentSessions');
  });
});

describe('events of resources', () => {
  const subscriptions = (name: string): Resource[] =>
    world(name).filter(({ type }) => type === 'Microsoft.EventGrid/systemTopics/eventSubscriptions');
  const senders = (name: string): Resource[] =>
    world(name).filter(
      ({ type, properties }) =>
        type === 'Microsoft.Authorization/roleAssignments' &&
        String(properties?.['roleDefinitionId']).endsWith('69a216fc-b8fb-44d8-bc22-1f3c2cd27a39'),
    );
  const operations = (): string[] =>
    subscriptions('default').map(
      ({ properties }) =>
        (properties as { filter: { advancedFilters: { values: [string] }[] } }).filter.advancedFilters[0]?.values[0] ??
        '',
    );
  const workload = workloadOf();
  const concerned = (operation: string): string[] => {
    const name = operation.includes('Compute') ? 'orders-base' : 'sw-orders-westeurope-0a1b2c3d-1';
    return concernedBy({ subject: `${SCALE_SET.split('/providers/')[0]}/providers/${operation}${name}` }, [workload]);
  };

  test('that are subscribed to are understood by the function, and others are not', () => {
    expect(operations().toSorted()).toEqual([
      'Microsoft.Compute/virtualMachineScaleSets/',
      'Microsoft.ContainerInstance/containerGroups/',
    ]);
    for (const operation of operations()) expect(concerned(operation)).toEqual(['orders']);
    expect(concerned('Microsoft.Storage/storageAccounts/')).toEqual([]);
  });

  test('go into the queue of that function, with an identity that may send to it', () => {
    const queue = triggers.find(({ sessions }) => !sessions)?.queue;
    for (const { properties } of subscriptions('default'))
      expect(JSON.stringify(properties?.['deliveryWithResourceIdentity'])).toMatch(
        new RegExp(`"SystemAssigned".*/queues/${queue}"`),
      );
    expect(senders('default')).toHaveLength(1);
    expect(JSON.stringify(senders('default'))).toContain(`/queues/${queue}`);
  });

  test('come from resource groups that are named, too, each by a topic with an identity that may send', () => {
    const topics = world('existing resources').filter(({ type }) => type === 'Microsoft.EventGrid/systemTopics');
    const sources = topics.map(({ properties }) => String(properties?.['source']).split('/').at(-1));
    expect(new Set(sources)).toEqual(new Set(['more', 'rg-test', 'shared']));
    expect(subscriptions('existing resources')).toHaveLength(6);
    expect(senders('existing resources')).toHaveLength(3);
  });

  test('pass the closed door of private endpoints as those of a trusted service, which nothing else needs', () => {
    expect(subscriptions('private')).toHaveLength(2);
    const doors = (name: string): Resource[] =>
      world(name).filter(({ type }) => type === 'Microsoft.ServiceBus/namespaces/networkRuleSets');
    const closed = { publicNetworkAccess: 'Disabled', defaultAction: 'Deny', trustedServiceAccessEnabled: true };
    expect(doors('private')).toMatchObject([{ properties: closed }]);
    expect(doors('default')).toEqual([]);
  });
});

test('a pipeline hands every variable of the deployment on', () => {
  const variables = [...PARAMETERS.map(({ variable }) => variable), ...firstRank().map(({ name }) => name)];
  // azd sets the first three itself, the workflow the fourth, and a hook finds out the last.
  const given = new Set([
    'AZURE_ENV_NAME',
    'AZURE_LOCATION',
    'AZURE_PRINCIPAL_ID',
    'AZURE_PRINCIPAL_TYPE',
    'SPILLWAY_ALERT_SECRET_READY',
  ]);
  const wanted = [...variables.filter((name) => !given.has(name)), 'SPILLWAY_ACCEPT_COST'];
  const { pipeline } = parse(read('azure.yaml')) as { pipeline: { variables: string[] } };
  expect(differences('Variable', wanted, pipeline.variables)).toEqual([]);
  const workflow = read('.github/workflows/azure-dev.yml');
  for (const name of wanted) expect(workflow).toContain(`      ${name}: \${{ vars.${name} }}\n`);
});

describe('roles', () => {
  const rolesIn = (resources: Resource[]): string[] =>
    resources
      .filter(({ type }) => type === 'Microsoft.Authorization/roleDefinitions')
      .flatMap(({ properties }) => (properties as { permissions: { actions: string[] }[] }).permissions)
      .flatMap(({ actions }) => actions);
  const { metrics: _, ...custom } = PERMISSIONS;
  const declared = Object.values(custom).flatMap((list) => list.map(({ action }) => action));

  test('allow exactly what the adapters declare', () => {
    expect(differences('Action', declared, rolesIn(world('default')))).toEqual([]);
    expect(differences('Action', [...declared, 'A/b/read'], rolesIn(world('default')))).toHaveLength(1);
  });

  test.each([
    ['default', [SUBSCRIPTION]],
    ['built-in roles', [SUBSCRIPTION]],
    ['existing resources', [SUBSCRIPTION, OTHER]],
  ])('to read metrics are assigned on whole subscriptions, in "%s" on %j', (name, subscriptions) => {
    const assigned = world(name).filter(({ properties }) =>
      String(properties?.['roleDefinitionId']).endsWith(MONITORING_READER),
    );
    expect(assigned.map(({ id }) => /^\[subscriptionResourceId\('([^']+)'/.exec(id)?.[1])).toEqual(subscriptions);
  });

  test('to write a scale set are assigned only where it is managed', () => {
    const writes = (name: string): number =>
      world(name).filter(
        ({ type, name }) =>
          type === 'Microsoft.Authorization/roleAssignments' && name.includes('/virtualMachineScaleSets/'),
      ).length;
    expect([writes('default'), writes('managed base')]).toEqual([0, 1]);
  });

  test('of start and stop allow no create, change or delete', () => {
    const actions: string[] = PERMISSIONS.declaredGroups.map(({ action }) => action);
    expect(actions.filter((action) => /\/(write|delete)$/.test(action))).toEqual([]);
  });

  test('are built-in ones where asked for', () => {
    expect(rolesIn(world('built-in roles'))).toEqual([]);
  });
});

test('hooks read only what the deployment puts out, azd sets, or a parameter is', () => {
  const outputs = Object.keys((JSON.parse(template) as Template).outputs);
  const variables = new Set([
    ...PARAMETERS.map(({ variable }) => variable),
    'AZURE_SUBSCRIPTION_ID',
    'SPILLWAY_ACCEPT_COST',
    'SPILLWAY_DRIFT',
    'SPILLWAY_HOOK_PAUSE_SECONDS',
    'SPILLWAY_SKIP_DRAIN',
  ]);
  const hooks = sources('tools/infra/**/*.ts');
  expect(strayVariables(sources('tools/infra/hooks/*.ts'), outputs, variables)).toEqual([]);
  expect(strayVariables('env.SPILLWAY_OWNER_ID, env.SPILLWAY_OWNER', outputs, variables)).toEqual(['SPILLWAY_OWNER']);
  const conventional = new Set([
    'AZURE_LOCATION',
    'AZURE_TENANT_ID',
    'SERVICE_SPILLWAY_NAME',
    'SERVICE_SPILLWAY_IDENTITY_PRINCIPAL_ID',
    'SPILLWAY_EXAMPLE_SCALE_SET',
  ]);
  expect(outputs.filter((name) => !hooks.includes(name) && !conventional.has(name))).toEqual([]);
});

describe('secrets', () => {
  test.each(Object.keys(COMBINATIONS))('of the replicas are read from the key vault of the deployment "%s"', (name) => {
    const settings = world(name).find(({ name }) => name.endsWith('/appsettings'));
    expect(settings?.properties?.['SPILLWAY_REPLICA_KEY']).toMatch(
      new RegExp(`^@Microsoft\\.KeyVault\\(VaultName=kv-.*;SecretName=${REPLICA_SECRET}\\)$`),
    );
    const readers = world(name).filter(
      ({ type, properties }) =>
        type === 'Microsoft.Authorization/roleAssignments' &&
        String(properties?.['roleDefinitionId']).endsWith('4633458b-17de-408a-b874-0445c86b69e6'),
    );
    expect(readers).toMatchObject([{ name: expect.anything(), properties: { principalType: 'ServicePrincipal' } }]);
  });

  test('are in no compiled template and no predicted resource', () => {
    expect(secretsIn(template)).toEqual([]);
    for (const [name, resources] of worlds)
      expect({ name, found: secretsIn(JSON.stringify(resources)) }).toEqual({ name, found: [] });
  });

  test('are found where there are some', () => {
    expect(secretsIn('Endpoint=sb://x;SharedAccessKeyName=k;SharedAccessKey=abcdefgh1234')).toHaveLength(1);
    expect(secretsIn('https://app/api/metricAlert?code=abcdefgh12345678ijkl')).toHaveLength(1);
  });
});
