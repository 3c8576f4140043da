// A published workload through the real host and the real clients: what a resolver, a gateway and a client of the registry
// are told while machines and container groups come and go. The groups have addresses of this machine, at which the test
// answers their probes: well only when they have run for a while.

import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TAGS } from '../../shared/placement/tags.ts';
import type { RegistryDocument } from '../../shared/ports/discovery.ts';
import { idText } from '../../tools/local/azure/arm.ts';
import { addressOf } from '../../tools/local/azure/scale-set.ts';
import { startStack, type Stack } from '../../tools/local/stack.ts';
import { WORLD } from '../../tools/local/world.ts';
import { ask, passUntil } from '../support/operate.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const RECORDS = `${idText(WORLD.zone)}/A/orders`;
const POOL = `${idText(WORLD.gateway)}/backendAddressPools/orders`;

const TTL_MS = 10_000;
/** From the first time that a replica is asked until it is ready. */
const WARMS_MS = 20_000;

let folder: string;
let stack: Stack;

const readyAt = new Map<string, number>();
const replicas = createServer(({ socket: { localAddress: ip = '' } }, response) => {
  if (!groups().some((group) => group.running && group.ip === ip)) return void response.destroy();
  const at = readyAt.get(ip) ?? stack.clock.now() + WARMS_MS;
  readyAt.set(ip, at);
  response.writeHead(stack.clock.now() >= at ? 200 : 503).end();
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'workloads-'));
  await cp(join(ROOT, 'workloads', 'orders.yaml'), join(folder, 'orders.yaml'));
  await new Promise<void>((resolve) => void replicas.listen(0, '0.0.0.0', resolve));
  const probe = `\nprobe: { path: /healthz, port: ${(replicas.address() as AddressInfo).port} }\n`;
  await writeFile(join(folder, 'orders.yaml'), probe, { flag: 'a' });
  stack = await startStack({
    seed: 1,
    loopback: true,
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
  replicas.closeAllConnections();
  replicas.close();
  await rm(folder, { recursive: true });
});

const resolved = (): readonly string[] => stack.azure.model.zones.resolve(RECORDS) ?? [];
const pooled = (): readonly string[] => stack.azure.model.gateways.listed(POOL) ?? [];
const groups = () => stack.azure.model.groups.all();
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

test('a burst is listed once it is ready, and out of record set and registry for a TTL before it drains', async () => {
  const before = resolved();
  const hint = { load: 12, unit: 'replicas', minutes: 3 };
  expect(await ask(stack, 'POST', 'signals/orders', hint)).toMatchObject({ status: 202 });
  const told = { records: new Map<string, number>(), registry: new Map<string, number>() };
  const drainedAt = new Map<string, number>();
  const early: string[] = [];
  const look = async (): Promise<void> => {
    const { members } = (await (await registry()).json()) as RegistryDocument;
    const now = stack.clock.now();
    const lists = { records: resolved(), registry: members.map(({ address }) => address) };
    for (const group of groups()) {
      const { ip = '', body } = group;
      if (TAGS.drain in body.tags && !drainedAt.has(ip)) drainedAt.set(ip, now);
      for (const sink of ['records', 'registry'] as const) {
        if (!lists[sink].includes(ip)) continue;
        told[sink].set(ip, now);
        if (now < (readyAt.get(ip) ?? Infinity)) early.push(`${ip} in ${sink}`);
      }
    }
  };
  const until = async (what: string, seconds: number, reached: () => boolean): Promise<void> => {
    for (let second = 0; !reached(); second++, await look()) {
      if (second > seconds) throw new Error(`${what}: not within ${seconds} simulated seconds.`);
      await stack.clock.advance(1000);
    }
  };
  await until('the burst is listed', 240, () => told.records.size >= 4 && told.registry.size >= 4);
  await until('the burst is gone', 900, () => groups().length === 0);
  expect(early).toEqual([]);
  expect([...told.registry.keys()].toSorted()).toEqual([...told.records.keys()].toSorted());
  expect([...drainedAt.keys()].toSorted()).toEqual([...told.records.keys()].toSorted());
  for (const lists of Object.values(told))
    for (const [ip, at] of lists) expect((drainedAt.get(ip) ?? 0) - at).toBeGreaterThanOrEqual(TTL_MS);
  expect(resolved()).toEqual(before);
});
