import { describe, expect, test } from 'vitest';
import { file, onlyWorkload, parse, paths } from './settings-of.ts';

const network = (rest: string): string =>
  `/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/shop/providers/Microsoft.Network/${rest}`;
const RECORDS = network('privateDnsZones/shop.internal/A/orders');
const POOL = network('applicationGateways/front/backendAddressPools/orders');
const PROBED = 'probe: { path: /healthz, port: 8080 }';

describe('settings of discovery', () => {
  test('a record set, a pool and a port are taken, with a short TTL', () => {
    const env = {
      SPILLWAY_DISCOVERY_RECORD_SET: RECORDS,
      SPILLWAY_DISCOVERY_BACKEND_POOL: POOL,
      SPILLWAY_DISCOVERY_PORT: '8443',
    };
    expect(onlyWorkload(parse(env, [file('orders', PROBED)])).scaling.discovery).toEqual({
      recordSet: RECORDS,
      backendPool: POOL,
      registry: 'off',
      ttlSeconds: 10,
      port: 8443,
    });
  });

  test('a pool of a load balancer is refused with the reason', () => {
    const pool = network('loadBalancers/front/backendAddressPools/orders');
    const { problems } = parse({ SPILLWAY_DISCOVERY_BACKEND_POOL: pool }, [file('orders', PROBED)]);
    expect(problems).toMatchObject([
      {
        path: 'SPILLWAY_DISCOVERY_BACKEND_POOL',
        message: 'is of a load balancer, and its pools by IP address do not support container instances',
      },
    ]);
  });

  test.each([
    ['a record set of another type', { SPILLWAY_DISCOVERY_RECORD_SET: RECORDS.replace('/A/', '/TXT/') }],
    ['a gateway without its pool', { SPILLWAY_DISCOVERY_BACKEND_POOL: network('applicationGateways/front') }],
    ['no TTL', { SPILLWAY_DISCOVERY_TTL_SECONDS: '0' }],
  ])('%s is refused', (_, env) => {
    expect(paths(parse(env, [file('orders', PROBED)]).problems)).toEqual(Object.keys(env));
  });

  test('whoever is to be found needs a readiness probe', () => {
    expect(paths(parse({ SPILLWAY_DISCOVERY_REGISTRY: 'on' }).problems)).toEqual(['workloads/orders.yaml: probe']);
  });
});
