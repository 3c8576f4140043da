import { describe, expect, test } from 'vitest';
import { file, parse, paths, SCALE_SET } from './settings-of.ts';

const IDENTITY = SCALE_SET.replace(
  'Microsoft.Compute/virtualMachineScaleSets',
  'Microsoft.ManagedIdentity/userAssignedIdentities',
);

const NETWORK = '/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/shop/providers/Microsoft.Network';
const RECORDS = `${NETWORK}/privateDnsZones/shop.internal/A/orders`;
const POOL = `${NETWORK}/applicationGateways/front/backendAddressPools/orders`;
const PROBED = 'probe: { path: /healthz, port: 8080 }';

const MANAGED = { SPILLWAY_SCALE_SET: SCALE_SET, SPILLWAY_BASE_MODE: 'manage' };

describe('values that do not fit together', () => {
  test.each([
    ['more groups at least than at most', { SPILLWAY_BURST_MIN_GROUPS: '11' }, 'SPILLWAY_BURST_MIN_GROUPS'],
    [
      'more groups at least than at most in one workload',
      { SPILLWAY_BURST_MIN_GROUPS: '5', SPILLWAY_BURST_MAX_GROUPS_FOR_ORDERS: '4' },
      'SPILLWAY_BURST_MIN_GROUPS',
    ],
    [
      'more instances at least than at most of a managed base',
      { ...MANAGED, SPILLWAY_BASE_MIN_INSTANCES: '3', SPILLWAY_BASE_MAX_INSTANCES: '2' },
      'SPILLWAY_BASE_MIN_INSTANCES',
    ],
    [
      'fewer instances at most than at least',
      { ...MANAGED, SPILLWAY_BASE_MIN_INSTANCES: '2', SPILLWAY_BASE_MAX_INSTANCES: '1' },
      'SPILLWAY_BASE_MIN_INSTANCES',
    ],
    ['a managed base without a scale set', { SPILLWAY_BASE_MODE: 'manage' }, 'SPILLWAY_BASE_MODE'],
    ['a log query without a workspace', { SPILLWAY_LOG_QUERY: 'Orders | count' }, 'SPILLWAY_LOG_WORKSPACE'],
    [
      'a workspace without a log query',
      { SPILLWAY_LOG_WORKSPACE: '22222222-2222-2222-2222-222222222222' },
      'SPILLWAY_LOG_QUERY',
    ],
    ['a burst without a region', { REGION_NAME: undefined }, 'SPILLWAY_LOCATIONS'],
    [
      'a rollout with nothing on top and nothing missing',
      { SPILLWAY_ROLLOUT_MAX_SURGE_PERCENT: '0', SPILLWAY_ROLLOUT_MAX_UNAVAILABLE_PERCENT_FOR_ORDERS: '0' },
      'SPILLWAY_ROLLOUT_MAX_SURGE_PERCENT',
    ],
    ['one region twice', { SPILLWAY_LOCATIONS: 'westeurope,West Europe' }, 'SPILLWAY_LOCATIONS'],
  ])('%s: the setting is named', (_, env, path) => {
    const { problems, workloads } = parse(env);
    expect(workloads).toEqual([]);
    expect(paths(problems)).toEqual([path]);
  });

  test.each([
    ['a registry without an identity', 'registry: contoso.azurecr.io', 'workloads/orders.yaml: registry'],
    [
      'a secret without its app setting',
      'secureEnvironment: { KEY: ABSENT }',
      'workloads/orders.yaml: secureEnvironment.KEY',
    ],
    [
      'a variable that is secret and plain',
      'environment: { KEY: a }\nsecureEnvironment: { KEY: REGION_NAME }',
      'workloads/orders.yaml: secureEnvironment.KEY',
    ],
  ])('%s: the field is named', (_, more, path) => {
    expect(paths(parse({}, [file('orders', more)]).problems)).toEqual([path]);
  });

  test('a rollout that has no way to move says which two settings stand against each other', () => {
    const { problems } = parse({ SPILLWAY_ROLLOUT_MAX_SURGE_PERCENT: '0' });
    expect(problems).toEqual([
      {
        path: 'SPILLWAY_ROLLOUT_MAX_SURGE_PERCENT',
        value: '0',
        message:
          'leaves a rollout no way to replace a replica, because SPILLWAY_ROLLOUT_MAX_UNAVAILABLE_PERCENT is 0, too',
        allowed: 'more than 0 in one of them: 0 is fine for the other',
      },
    ]);
  });

  test.each([
    { SPILLWAY_ROLLOUT_MAX_SURGE_PERCENT: '0', SPILLWAY_ROLLOUT_MAX_UNAVAILABLE_PERCENT: '10' },
    { SPILLWAY_ROLLOUT_MAX_SURGE_PERCENT: '0', SPILLWAY_ROLLOUT_STRATEGY: 'none' },
  ])('nothing on top of what is wanted is fine with %o', (env) => {
    expect(parse(env).problems).toEqual([]);
  });

  test('a registry with an identity that pulls from it is fine', () => {
    const more = `registry: contoso.azurecr.io\nidentity: ${IDENTITY}`;
    expect(parse({}, [file('orders', more)]).problems).toEqual([]);
  });

  test('the bounds of a base that is only observed stop nothing', () => {
    expect(parse({ SPILLWAY_SCALE_SET: SCALE_SET, SPILLWAY_BASE_MAX_INSTANCES: '0' }).problems).toEqual([]);
  });

  test('no region is needed without container groups', () => {
    expect(parse({ REGION_NAME: undefined, SPILLWAY_BURST_MAX_GROUPS: '0' }).problems).toEqual([]);
  });
});

describe('two workloads', () => {
  test('with one name are both refused, and the name is broken once', () => {
    const { workloads, broken, problems } = parse({}, [file('orders'), file('copy', 'name: orders')]);
    expect(workloads).toEqual([]);
    expect(broken.map(({ name }) => name)).toEqual(['orders']);
    expect(paths(problems)).toEqual(['workloads/orders.yaml: name', 'workloads/copy.yaml: name']);
  });

  test('do not disturb each other when a file that cannot be read only seems to have the name of the other', () => {
    const { workloads, broken } = parse({}, [file('a', 'name: mail'), file('mail', 'cpu: [')]);
    expect([workloads.map(({ name }) => name), broken]).toEqual([['mail'], []]);
  });

  test.each([
    ['scale set', { SPILLWAY_SCALE_SET: SCALE_SET }],
    ['queue', { SPILLWAY_QUEUE: 'shop/orders' }],
    ['record set', { SPILLWAY_DISCOVERY_RECORD_SET: RECORDS }],
    ['back-end pool', { SPILLWAY_DISCOVERY_BACKEND_POOL: POOL }],
  ])('that share the general %s are all refused, and it is told once', (word, env) => {
    const { workloads, broken, problems } = parse(
      env,
      ['orders', 'mail', 'bills'].map((name) => file(name, PROBED)),
    );
    expect([workloads, broken.map(({ problems: { length } }) => length)]).toEqual([[], [1, 1, 1]]);
    const message = `is the ${word} of bills and of mail and of orders`;
    expect(problems).toMatchObject([{ path: Object.keys(env)[0], message }]);
  });

  test.each([
    ['SPILLWAY_SCALE_SET', SCALE_SET, SCALE_SET.replace('workers', 'Workers')],
    ['SPILLWAY_QUEUE', 'shop/orders', 'Shop.servicebus.windows.net/Orders'],
    ['SPILLWAY_DISCOVERY_RECORD_SET', RECORDS, RECORDS.replace('orders', 'Orders')],
  ])('whose own values of %s differ in case alone are refused', (setting, one, other) => {
    const env = { [`${setting}_FOR_MAIL`]: one, [`${setting}_FOR_ORDERS`]: other };
    const { workloads, problems } = parse(env, [file('mail', PROBED), file('orders', PROBED)]);
    expect(workloads).toEqual([]);
    expect(paths(problems)).toEqual(Object.keys(env));
  });

  const reads = 'signals: [{ name: theirs, queue: shop/orders }]\nrules: [{ signal: theirs, backlogPerReplica: 20 }]';
  test.each([
    ['one of them has no base', { SPILLWAY_SCALE_SET: SCALE_SET, SPILLWAY_BASE_MODE_FOR_MAIL: 'none' }],
    ['one of them has an own queue', { SPILLWAY_QUEUE: 'shop/orders', SPILLWAY_QUEUE_FOR_MAIL: 'shop/mail' }],
    ['their queues of one name are in two namespaces', { SPILLWAY_QUEUE: 'a/q', SPILLWAY_QUEUE_FOR_MAIL: 'b/q' }],
    ['one of them reads the queue of the other as a signal', { SPILLWAY_QUEUE_FOR_ORDERS: 'shop/orders' }],
  ])('are fine when %s', (_, env) => {
    expect(parse(env, [file('mail', reads), file('orders')]).problems).toEqual([]);
  });
});

test('an image of a managed scale set has to fit a tag', () => {
  const image = (length: number) => ({ file: 'workloads/a.yaml', text: `image: ${'a'.repeat(length - 2)}:1` });
  expect(paths(parse(MANAGED, [image(257)]).problems)).toEqual(['workloads/a.yaml: image']);
  expect(parse(MANAGED, [image(256)]).problems).toEqual([]);
  expect(parse({}, [image(257)]).problems).toEqual([]);
});

describe('what cannot be read', () => {
  test.each([
    ['volumes', 'volumes: { a: { emptyDir: {} }, B: { emptyDir: {} } }\nmounts: [{ volume: a, path: /a }]', {}],
    ['an identity', 'identity: none\nregistry: contoso.azurecr.io', {}],
    ['ports', 'ports: [99999]\npublicAddress: {}', {}],
    [
      'a container',
      'cpu: 0.5\nmemoryInGB: 0.5\nlimits: { cpu: 0.9 }\ncontainers: [{ name: a, image: bc, cpu: 0, memoryInGB: 1 }]',
      {},
    ],
    ['a drain', 'drain: off\nplacement: { replicasPerGroup: 2 }', {}],
    ['a place', 'placement: { offerings: [{ location: westeurope, zone: 0 }] }', { REGION_NAME: '' }],
    ['a probe', 'probe: { path: x, port: 80 }', { SPILLWAY_DISCOVERY_REGISTRY: 'on' }],
    ['a secret', 'secureEnvironment: { A: SPILLWAY_PASS, B: a b }', { SPILLWAY_PASS: 'a' }],
    ['a manifest', 'manifest: nowhere.yaml', { SPILLWAY_DISCOVERY_REGISTRY: 'on' }],
    ['the file', 'cpu: [1', { SPILLWAY_DISCOVERY_REGISTRY: 'on', REGION_NAME: '' }],
  ])('is not held against the rest: %s', (_, more, env) => {
    expect(paths(parse(env, [file('orders', more)]).problems)).toHaveLength(1);
  });
});
