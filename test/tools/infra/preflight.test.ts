import { describe, expect, test } from 'vitest';
import type { Arm } from '../../../tools/infra/arm.ts';
import { costOptions, idleCost, total } from '../../../tools/infra/cost.ts';
import { drift, takenOver } from '../../../tools/infra/drift.ts';
import { preflight as check, type Env } from '../../../tools/infra/preflight.ts';

const SCALE_SET =
  '/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/shop/providers/Microsoft.Compute/virtualMachineScaleSets/own';
const ENV: Env = { AZURE_ENV_NAME: 'orders', AZURE_LOCATION: 'westeurope', AZURE_SUBSCRIPTION_ID: 'sub' };

interface World {
  states?: Record<string, string>;
  groups?: number;
  machineCores?: number;
  groupCores?: number;
  scaleSet?: unknown;
  actions?: string[];
  notActions?: string[];
  settings?: Record<string, string>;
  apps?: unknown[];
  topics?: { name: string; tags?: Record<string, string>; properties: { source: string } }[];
}

const usage = (value: string, limit: number) => ({ name: { value }, currentValue: 3, limit });

/** A subscription in which everything is well, but for what the test says. */
const azure =
  ({
    states = {},
    groups = 100,
    machineCores = 50,
    groupCores = 100,
    scaleSet,
    actions = ['*'],
    notActions = [],
    settings = {},
    apps = [],
    topics = [],
  }: World): Arm =>
  async (_method, path) => {
    const ok = (body: unknown) => ({ status: 200, body });
    if (path.includes('Microsoft.ContainerInstance/locations/westeurope'))
      return ok({ value: [usage('ContainerGroups', groups), usage('StandardCores', groupCores)] });
    if (path.includes('Microsoft.Compute/locations/westeurope')) return ok({ value: [usage('cores', machineCores)] });
    if (path.includes('/virtualMachineScaleSets/')) return ok(scaleSet);
    if (path.endsWith('/permissions')) return ok({ value: [{ actions, notActions }] });
    if (path.endsWith('/sites')) return ok({ value: apps });
    if (path.endsWith('/appsettings/list')) return ok({ properties: settings });
    if (path.endsWith('/systemTopics')) return ok({ value: topics });
    const provider = /providers\/([\w.]+)$/.exec(path)?.[1] ?? '';
    return ok({ registrationState: states[provider] ?? 'Registered' });
  };

const preflight = (env: Env, arm: Arm, groups: string[] = [], more: Env = {}) =>
  check(env, more, arm, async () => groups.map((location) => ({ location })));

describe('before a deployment', () => {
  test('a subscription in which all is well has no problems', async () => {
    expect(await preflight(ENV, azure({}))).toEqual([]);
  });

  test('names are checked before Azure is asked', async () => {
    const unasked: Arm = () => Promise.reject(new Error('was asked'));
    expect(await preflight({ AZURE_ENV_NAME: '-a' }, unasked)).toEqual([
      expect.stringContaining('"-a"'),
      expect.stringContaining('azd env set AZURE_LOCATION'),
      expect.stringContaining('azd env set AZURE_SUBSCRIPTION_ID'),
    ]);
  });

  test('a provider that is not registered is named with the command that registers it', async () => {
    const problems = await preflight(ENV, azure({ states: { 'Microsoft.ContainerInstance': 'NotRegistered' } }));
    expect(problems).toEqual([
      'Microsoft.ContainerInstance is NotRegistered in this subscription: az provider register --namespace Microsoft.ContainerInstance.',
    ]);
  });

  test('a resource group that has a system topic of somebody else is told, and one of our own is not', async () => {
    const group = '/subscriptions/other/resourceGroups/shared';
    const env = { ...ENV, SPILLWAY_EVENTS_RESOURCE_GROUP_IDS: `${group}, shared,` };
    const properties = { source: group.toUpperCase() };
    const problems = await preflight(env, azure({ topics: [{ name: 'theirs', properties }] }));
    expect(problems).toEqual([
      expect.stringMatching(/shared has the system topic theirs already, and Azure takes one: leave/),
      'shared in SPILLWAY_EVENTS_RESOURCE_GROUP_IDS is no id of a resource group.',
    ]);
    const untagged = azure({ topics: [{ name: 'theirs', tags: {}, properties }] });
    expect(await preflight({ ...ENV, SPILLWAY_EVENTS_RESOURCE_GROUP_IDS: group }, untagged)).toHaveLength(1);
    const ours = azure({ topics: [{ name: 'ours', tags: { 'azd-env-name': 'orders' }, properties }] });
    expect(await preflight({ ...ENV, SPILLWAY_EVENTS_RESOURCE_GROUP_IDS: group }, ours)).toEqual([]);
  });

  test('too little quota of groups is told with figures and the link to raise it', async () => {
    const [problem, ...more] = await preflight({ ...ENV, SPILLWAY_BURST_MAX_GROUPS: '40' }, azure({ groups: 10 }));
    expect(problem).toMatch(/room for 7 more ContainerGroups \(3 of 10 used\), and 40 are configured.*https:/);
    expect(more).toEqual([]);
  });

  test('a quota that is just enough is enough, and cores count as groups do', async () => {
    const env = { ...ENV, SPILLWAY_BURST_MAX_GROUPS: '40' };
    expect(await preflight(env, azure({ groups: 43, groupCores: 43 }))).toEqual([]);
    expect(await preflight(env, azure({ groupCores: 42 }))).toEqual([
      expect.stringContaining('room for 39 more StandardCores'),
    ]);
  });

  test('groups of our own in the region are among those that are configured, as in the middle of a burst', async () => {
    const few = azure({ groups: 10, groupCores: 10 });
    expect(await preflight(ENV, few, ['westeurope', 'westeurope', 'westeurope'])).toEqual([]);
    expect(await preflight(ENV, few, ['westeurope', 'northeurope', 'westeurope'])).toEqual([
      expect.stringContaining('(3 of 10 used, 2 by this deployment), and 10 are configured'),
      expect.anything(),
    ]);
  });

  test('settings are read as the app reads them, before Azure is asked', async () => {
    const unasked: Arm = () => Promise.reject(new Error('was asked'));
    const env = {
      ...ENV,
      SPILLWAY_BURST_MAX_GROUPS: 'forty',
      SPILLWAY_SCALE_SET: 'my-vmss',
      SPILLWAY_MODE: 'enforced',
    };
    expect(await preflight(env, unasked)).toEqual([
      expect.stringMatching(/^SPILLWAY_MODE is .*Did you mean enforce/),
      expect.stringMatching(/^SPILLWAY_SCALE_SET .*found: my-vmss.*Allowed: /),
      expect.stringMatching(/^SPILLWAY_BURST_MAX_GROUPS is not a number \(found: forty\)/),
    ]);
  });

  test('settings of the file count more than variables, as they do in the template', async () => {
    const env = { ...ENV, SPILLWAY_BURST_MAX_GROUPS: 'forty' };
    expect(await preflight(env, azure({}), [], { SPILLWAY_BURST_MAX_GROUPS: '40' })).toEqual([]);
    const problems = await preflight(ENV, azure({ groups: 10 }), [], { SPILLWAY_BURST_MAX_GROUPS: '40' });
    expect(problems).toEqual([expect.stringContaining('and 40 are configured')]);
  });

  test('too few cores of machines matter only where the example has machines', async () => {
    const few = azure({ machineCores: 4 });
    expect(await preflight(ENV, few)).toEqual([expect.stringContaining('1 more cores')]);
    expect(await preflight({ ...ENV, SPILLWAY_EXAMPLE: 'false' }, few)).toEqual([]);
    expect(await preflight({ ...ENV, SPILLWAY_SCALE_SET: SCALE_SET }, few)).toEqual([]);
  });

  test('the cores of machines go by their size, less those that are deployed', async () => {
    const env = { ...ENV, SPILLWAY_EXAMPLE_VM_SIZE: 'Standard_D16s_v5', SPILLWAY_EXAMPLE_INSTANCES: '3' };
    expect(await preflight(env, azure({ machineCores: 50 }))).toEqual([expect.stringContaining('48 are configured')]);
    const deployed = { ...env, SPILLWAY_EXAMPLE_SCALE_SET: SCALE_SET };
    const scaleSet = { sku: { name: 'Standard_B2ats_v2', capacity: 1 } };
    expect(await preflight(deployed, azure({ machineCores: 49, scaleSet }))).toEqual([]);
    expect(await preflight(deployed, azure({ machineCores: 48, scaleSet }))).toHaveLength(1);
  });

  test.each(['Standard_DS11_v2', 'Standard_D14_v2', 'Standard_DS13-2_v2', 'Standard_DS3_v2_Promo'])(
    'the cores of %s, which its name does not say, are no problem',
    async (size) => {
      expect(await preflight({ ...ENV, SPILLWAY_EXAMPLE_VM_SIZE: size }, azure({ machineCores: 4 }))).toEqual([]);
    },
  );

  test('a contributor is told which right is missing and who can grant it', async () => {
    const contributor = azure({ notActions: ['Microsoft.Authorization/*/Write', 'Microsoft.Authorization/*/Delete'] });
    expect(await preflight(ENV, contributor)).toEqual([
      expect.stringMatching(/may not assign roles.*an Owner or a User Access Administrator/),
      expect.stringMatching(/may not define roles.*SPILLWAY_USE_BUILT_IN_ROLES true/),
    ]);
  });

  test('built-in roles do without the right to define roles', async () => {
    const administrator = azure({ actions: ['*/read', 'Microsoft.Authorization/roleAssignments/*'] });
    expect(await preflight({ ...ENV, SPILLWAY_USE_BUILT_IN_ROLES: 'true' }, administrator)).toEqual([]);
  });

  test('where Azure cannot be asked one sentence says so', async () => {
    const gone: Arm = () => Promise.reject(new Error('no answer'));
    expect(await preflight(ENV, gone)).toEqual(['Azure could not be asked: Error: no answer. Are you signed in?']);
  });
});

describe('what was changed elsewhere', () => {
  const last = {
    SPILLWAY_MODE: 'dry-run',
    SPILLWAY_BURST_MAX_GROUPS: '10',
    SPILLWAY_QUEUE_FOR_DRILL: 'sb/drill',
    SPILLWAY_LOCATIONS: '',
  };
  const deployed = {
    ...ENV,
    AZURE_RESOURCE_GROUP: 'rg',
    AZURE_FUNCTION_NAME: 'func',
    SPILLWAY_APP_SETTINGS: JSON.stringify(last),
  };
  const changed = (settings: Record<string, string>, env = {}, more = {}) =>
    drift({ ...deployed, ...env }, more, azure({ settings: { ...last, AzureWebJobsStorage: 'any', ...settings } }));

  test('is nothing where all is as the last provision left it, whatever the next one says', async () => {
    const env = { SPILLWAY_MODE: 'enforce', SPILLWAY_BURST_MAX_GROUPS: '40' };
    expect(await changed({}, env, { SPILLWAY_QUEUE_FOR_DRILL: 'sb/other' })).toEqual([]);
  });

  test('is found among all settings of Spillway, with both values, and so is what was taken away', async () => {
    const { SPILLWAY_QUEUE_FOR_DRILL: _, ...settings } = {
      ...last,
      SPILLWAY_MODE_FOR_ORDERS: 'off',
      SPILLWAY_MODE: 'off',
    };
    expect(await drift({ ...deployed, SPILLWAY_MODE: 'enforce' }, {}, azure({ settings }))).toEqual([
      { name: 'SPILLWAY_MODE', deployed: 'off', wanted: 'enforce', derived: false },
      { name: 'SPILLWAY_MODE_FOR_ORDERS', deployed: 'off', wanted: '', derived: false },
      { name: 'SPILLWAY_QUEUE_FOR_DRILL', deployed: '', wanted: 'sb/drill', derived: true },
    ]);
  });

  test('is told of what the template makes, which a provision that failed may have set, and not taken over', async () => {
    const settings = { SPILLWAY_QUEUE_FOR_EXAMPLE: 'sb/example', SPILLWAY_SERVICEBUS_RESOURCE_ID: '/new' };
    const found = await changed(settings);
    expect(found.map(({ name, derived }) => [name, derived])).toEqual([
      ['SPILLWAY_QUEUE_FOR_EXAMPLE', true],
      ['SPILLWAY_SERVICEBUS_RESOURCE_ID', true],
    ]);
    expect(takenOver(found, {})).toEqual({ variables: {}, more: {} });
    const [own] = await changed({ SPILLWAY_QUEUE_FOR_DRILL: 'own' }, {}, { SPILLWAY_QUEUE_FOR_DRILL: 'sb/drill' });
    expect(own).toMatchObject({ deployed: 'own', wanted: 'sb/drill', derived: false });
  });

  test('is nothing where both the file and the portal lost a setting', async () => {
    const before = { ...last, SPILLWAY_TAGS: 'team=a' };
    const env = { ...deployed, SPILLWAY_APP_SETTINGS: JSON.stringify(before) };
    expect(await drift(env, {}, azure({ settings: last }))).toEqual([]);
    expect(await drift(env, { SPILLWAY_TAGS: 'team=a' }, azure({ settings: last }))).toHaveLength(1);
  });

  test('and taken away counts as the default, so that what is taken over holds from then on', async () => {
    const gone = { SPILLWAY_BURST_MAX_GROUPS: '' };
    expect(await changed(gone)).toEqual([]);
    const env = { ...deployed, SPILLWAY_BURST_MAX_GROUPS: '40' };
    const set = { ...env, SPILLWAY_APP_SETTINGS: JSON.stringify({ ...last, SPILLWAY_BURST_MAX_GROUPS: '40' }) };
    const found = await drift(set, {}, azure({ settings: { ...last, ...gone } }));
    expect(takenOver(found, {}).variables).toEqual({ SPILLWAY_BURST_MAX_GROUPS: '10' });
  });

  test('is what variables say, and not what the last provision set, of other settings with a parameter', async () => {
    const lifecycle = { SPILLWAY_BURST_LIFECYCLE: 'start-stop' };
    expect(await changed(lifecycle, lifecycle)).toEqual([]);
    expect(takenOver(await changed(lifecycle), {}).variables).toEqual(lifecycle);
  });

  test('is none where the next provision says the same, nor where it is empty on both sides or a secret', async () => {
    const settings = {
      SPILLWAY_BURST_MAX_GROUPS: '40',
      SPILLWAY_SPEND_LIMIT_USD_PER_HOUR: '2',
      SPILLWAY_SCALE_SET: '',
    };
    const more = { SPILLWAY_SPEND_LIMIT_USD_PER_HOUR: '2' };
    expect(await changed(settings, { SPILLWAY_BURST_MAX_GROUPS: '40' }, more)).toEqual([]);
    expect(await changed({ SPILLWAY_REPLICA_KEY: '@Microsoft.KeyVault(...)' })).toEqual([]);
  });

  test('is taken over into the variables of azd, and into the file of other settings', () => {
    const list = ['SPILLWAY_MODE', 'SPILLWAY_LOCATIONS', 'SPILLWAY_MODE_FOR_ORDERS'].map((name) => ({
      name,
      deployed: `new ${name}`,
      wanted: '',
      derived: false,
    }));
    expect(takenOver(list, { SPILLWAY_LOCATIONS: 'old', SPILLWAY_TAGS: 'kept' })).toEqual({
      variables: { SPILLWAY_MODE: 'new SPILLWAY_MODE' },
      more: {
        SPILLWAY_LOCATIONS: 'new SPILLWAY_LOCATIONS',
        SPILLWAY_MODE_FOR_ORDERS: 'new SPILLWAY_MODE_FOR_ORDERS',
        SPILLWAY_TAGS: 'kept',
      },
    });
  });

  test.each(['AZURE_FUNCTION_NAME', 'SPILLWAY_APP_SETTINGS'])('cannot be told of an app without %s', async (name) => {
    const env = { ...deployed, [name]: undefined };
    await expect(drift(env, {}, azure({ apps: [{}] }))).rejects.toThrow(
      /failed, SPILLWAY_DRIFT=overwrite azd provision --no-state .*azd env refresh/,
    );
    expect(await drift(env, {}, azure({}))).toEqual([]);
  });

  test('is nothing where the app is gone, and unknown where Azure refuses', async () => {
    const answering =
      (status: number): Arm =>
      async () => ({ status, body: {} });
    expect(await drift(deployed, {}, answering(404))).toEqual([]);
    await expect(drift(deployed, {}, answering(403))).rejects.toThrow(/could not be read: Azure answered 403/);
  });
});

describe('the idle cost', () => {
  const cost = (env: Env): number => total(idleCost(costOptions(env)));

  test('stays under 50 dollars by default, and asks for more with a NAT gateway', () => {
    expect(cost({})).toBeLessThan(50);
    expect(cost({ AZD_VNET: 'true' })).toBeGreaterThan(50);
  });

  test('is lower without an always-ready instance, and without the example or its machines', () => {
    const cheapest = cost({ SPILLWAY_ALWAYS_READY: '0', SPILLWAY_EXAMPLE: 'false' });
    expect(cheapest).toBeLessThan(cost({}) - 10);
    expect(cost({ SPILLWAY_ALWAYS_READY: '0', SPILLWAY_SCALE_SET: SCALE_SET })).toBe(cheapest);
    expect(cost({ SPILLWAY_ALWAYS_READY: '0', SPILLWAY_EXAMPLE_INSTANCES: '0' })).toBe(cheapest);
  });

  test('holds a NAT gateway with private endpoints, too', () => {
    const what = idleCost(costOptions({ SPILLWAY_PRIVATE_ENDPOINTS: 'true' })).map((line) => line.what);
    expect(what).toContainEqual(expect.stringContaining('NAT gateway'));
  });

  test('of machines of another size is told as not known', () => {
    const machines = (env: Env) => idleCost(costOptions(env)).find(({ what }) => what.startsWith('Example'));
    expect(machines({ SPILLWAY_EXAMPLE_VM_SIZE: 'Standard_D16s_v5' })).toEqual({
      what: 'Example: 1 x Standard_D16s_v5 with disk, at a price not known here',
    });
    expect(machines({})).toMatchObject({ usdPerMonth: expect.closeTo(9.26, 2) });
  });
});
