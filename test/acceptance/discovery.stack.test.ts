// A published workload through the real host and the real clients: what a resolver, a gateway and a client of the registry
// are told while machines come and go. Container groups have no network here, so their probes are never answered and they
// must not be told of at all.

import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { idText } from '../../tools/local/azure/arm.ts';
import { addressOf } from '../../tools/local/azure/scale-set.ts';
import { startStack, type Stack } from '../../tools/local/stack.ts';
import { WORLD } from '../../tools/local/world.ts';
import { passUntil } from '../support/operate.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const RECORDS = `${idText(WORLD.zone)}/A/orders`;
const POOL = `${idText(WORLD.gateway)}/backendAddressPools/orders`;

let folder: string;
let stack: Stack;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'workloads-'));
  await cp(join(ROOT, 'workloads', 'orders.yaml'), join(folder, 'orders.yaml'));
  const probe = '\nprobe: { path: /healthz, port: 9 }\n';
  await writeFile(join(folder, 'orders.yaml'), probe, { flag: 'a' });
  stack = await startStack({
    seed: 1,
    env: {
      SPILLWAY_WORKLOADS_FOLDER: relative(ROOT, folder),
      SPILLWAY_BASE_MODE: 'observe',
      SPILLWAY_DISCOVERY_RECORD_SET: RECORDS,
      SPILLWAY_DISCOVERY_BACKEND_POOL: POOL,
      SPILLWAY_DISCOVERY_PORT: '8443',
    },
  });
});
afterAll(async () => {
  await stack.close();
  await rm(folder, { recursive: true });
});

const resolved = (): readonly string[] => stack.azure.model.zones.resolve(RECORDS) ?? [];
const pooled = (): readonly string[] => stack.azure.model.gateways.listed(POOL) ?? [];
const machines = () => [...stack.azure.model.scaleSets.find(WORLD.scaleSet.id).instances.values()];
const addresses = (): string[] => machines().map(addressOf).toSorted();

const registry = (etag?: string): Promise<Response> =>
  fetch(`http://127.0.0.1:${stack.host.port}/api/registry/orders`, etag ? { headers: { 'if-none-match': etag } } : {});

test('record set, pool and registry list the machines that serve, and nobody else', async () => {
  await passUntil(stack, 'all machines are listed', 180, () => resolved().length === 2 && pooled().length === 2);
  expect([...resolved()].toSorted()).toEqual(addresses());
  expect([...pooled()].toSorted()).toEqual(addresses());
  const answer = await registry();
  expect(answer.status).toBe(200);
  expect(answer.headers.get('cache-control')).toBe('max-age=10');
  expect(await answer.json()).toMatchObject({
    workload: 'orders',
    port: 8443,
    ttlSeconds: 10,
    members: [{ name: 'instance:0', place: 'base' }, { place: 'base' }],
  });
});

test('whoever has the newest registry document is answered 304, until it changes', async () => {
  const etag = (await registry()).headers.get('etag') ?? '';
  const same = await registry(etag);
  expect([same.status, await same.text()]).toEqual([304, '']);
  const [lost, kept] = machines();
  stack.azure.model.scaleSets.change(lost?.name ?? '', 'evict');
  await passUntil(stack, 'the lost machine is out of the record set', 70, () => resolved().length === 1);
  expect(resolved()).toEqual(kept ? [addressOf(kept)] : []);
  const changed = await registry(etag);
  expect(changed.status).toBe(200);
  expect(changed.headers.get('etag')).not.toBe(etag);
  await passUntil(stack, 'the lost machine is out of the pool', 130, () => pooled().length === 1);
});
