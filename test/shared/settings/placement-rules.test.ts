import { describe, expect, it, test } from 'vitest';
import { readStored } from '../../../shared/workload/stored.ts';
import { file, onlyWorkload, parse, paths } from './settings-of.ts';

const OTHER = '22222222-2222-2222-2222-222222222222';
const subnet = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/n/subnets/burst';
const pool =
  '{ id: /subscriptions/s/resourceGroups/g/providers/Microsoft.StandbyPool/standbyContainerGroupPools/p, ' +
  'profile: /subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerInstance/containerGroupProfiles/c, revision: 1 }';
const placed = (text: string, more = '') => file('orders', `${more}\nplacement: ${text}`);
const AT = 'workloads/orders.yaml: placement';

describe('a placement section', () => {
  const workload = () =>
    onlyWorkload(
      parse({ SPILLWAY_MORE_SUBSCRIPTIONS: OTHER }, [
        placed(
          `{ offerings: [{ location: West Europe, zone: 1 }, { location: northeurope, subscription: ${OTHER} }, ` +
            `{ location: westeurope, sku: Confidential, ccePolicy: cG9s }], apart: [{ scope: zone, mostPercent: 50 }], ` +
            'spot: { share: 50 } }',
        ),
      ]),
    );

  it('replaces the locations and is hard and unpacked unless told otherwise', () => {
    expect(workload().scaling.burst.locations).toEqual(['westeurope', 'northeurope']);
    expect(workload().scaling.placement).toMatchObject({
      offerings: [{ location: 'westeurope', zone: '1' }, { subscription: OTHER }, { sku: 'Confidential' }],
      apart: [{ scope: 'zone', mostPercent: 50, hard: true }],
      spot: { share: 50, floor: 0 },
      replicasPerGroup: 1,
    });
  });

  it('is no part of the revision', () => {
    expect(workload().revision).toBe(onlyWorkload(parse()).revision);
  });

  it('is kept with the last valid configuration', () => {
    expect(readStored(JSON.stringify(workload()))).toEqual(workload());
  });
});

describe('a workload in a private network', () => {
  it('may have several subnets in its region, all of equal preference', () => {
    const text = `{ offerings: [{ location: westeurope, subnets: [${subnet}, ${subnet}-2] }, { location: westeurope, zone: 1 }] }`;
    const workload = onlyWorkload(parse({}, [placed(text)]));
    expect(workload.scaling.placement?.offerings).toEqual([
      { location: 'westeurope', subnet, preference: 0 },
      { location: 'westeurope', subnet: `${subnet}-2`, preference: 0 },
      { location: 'westeurope', zone: '1', preference: 1 },
    ]);
    expect(readStored(JSON.stringify(workload))).toEqual(workload);
  });

  it('does not burst to another region', () => {
    const text = `{ offerings: [{ location: westeurope, subnet: ${subnet}, addresses: 9 }, { location: northeurope }] }`;
    expect(parse({}, [placed(text)]).problems).toMatchObject([
      {
        path: `${AT}.offerings.1`,
        value: 'northeurope',
        message:
          'is refused: bursting to another region is for workloads that need no private network (Azure Container Instances support no global peering)',
        allowed: 'places in westeurope alone, or no subnet',
      },
    ]);
  });
});

describe('a placement that Azure would refuse', () => {
  test.each([
    ['Spot in a zone', '{ offerings: [{ location: westeurope, priority: Spot, zone: 1 }] }', '', '.offerings.0'],
    [
      'a size too large for Spot',
      '{ offerings: [{ location: westeurope, priority: Spot }] }',
      'cpu: 8',
      '.offerings.0',
    ],
    ['a subscription not listed', `{ offerings: [{ location: a, subscription: ${OTHER} }] }`, '', '.offerings.0'],
    ['one place twice', '{ offerings: [{ location: a }, { location: a, preference: 3 }] }', '', '.offerings'],
    ['packed replicas that poll', '{ replicasPerGroup: 2 }', '', '.replicasPerGroup'],
    ['a rule without a bound', '{ apart: [{ scope: zone }] }', '', '.apart.0'],
    ['a rule with two bounds', '{ apart: [{ scope: zone, most: 1, mostPercent: 5 }] }', '', '.apart.0'],
    ['a zone that is none', '{ offerings: [{ location: a, zone: east }] }', '', '.offerings.0.zone'],
    [
      'secrets for a pool',
      `{ offerings: [{ location: a, standbyPool: ${pool} }] }`,
      'secureEnvironment: { KEY: REGION_NAME }',
      '.offerings.0',
    ],
  ])('%s: the place is named', (_, text, more, path) => {
    const { problems, workloads } = parse({}, [placed(text, more)]);
    expect(workloads).toEqual([]);
    expect(paths(problems)).toEqual([`${AT}${path}`]);
  });

  const pooled = (more: string) =>
    placed(`{ offerings: [{ location: a }, { location: a, standbyPool: ${pool} }] }`, more);
  const key = { SPILLWAY_REPLICA_KEY: 'k'.repeat(32) };

  it('a pool whose replicas would poll without the token that the replica key asks for is named', () => {
    expect(parse(key, [pooled('')]).problems).toMatchObject([
      {
        path: `${AT}.offerings.1`,
        value: expect.stringContaining('pool') as string,
        message: expect.stringContaining('SPILLWAY_REPLICA_KEY asks for one') as string,
        allowed: expect.stringContaining('http or none') as string,
      },
    ]);
  });

  test.each([
    ['without a replica key', {}, ''],
    ['that are called', key, 'drain: { http: { path: /drain, port: 80 } }'],
    ['that are stopped', key, 'drain: none'],
    ['that end by themselves', key, 'restartPolicy: OnFailure'],
  ])('replicas of a pool %s are fine', (_, env, more) => {
    expect(parse(env, [pooled(more)]).problems).toEqual([]);
  });

  it('packed replicas that cannot be drained are fine', () => {
    expect(parse({}, [placed('{ replicasPerGroup: 4 }', 'drain: none')]).problems).toEqual([]);
  });

  it('a size too large for Spot is fine with a fallback that fits', () => {
    const text = '{ offerings: [{ location: westeurope, priority: Spot }], sizes: [{ cpu: 4, memoryInGB: 8 }] }';
    expect(parse({}, [placed(text, 'cpu: 8')]).problems).toEqual([]);
  });
});
