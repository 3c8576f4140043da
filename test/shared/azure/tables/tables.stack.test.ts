import type { TableClient } from '@azure/data-tables';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTable } from '../../../../shared/azure/connections.ts';
import { azureCredential } from '../../../../shared/azure/credential.ts';
import { TableHistory } from '../../../../shared/azure/tables/history.ts';
import { Table, TABLES } from '../../../../shared/azure/tables/table.ts';
import type { Ports } from '../../../../shared/ports/ports.ts';
import type { LocalStorage } from '../../../../tools/local/azurite.ts';
import { alertStoreContract } from '../../../contracts/alert-store.ts';
import { configStoreContract } from '../../../contracts/config-store.ts';
import { controlsContract } from '../../../contracts/controls.ts';
import { registryContract } from '../../../contracts/discovery.ts';
import { hintStoreContract } from '../../../contracts/hint-store.ts';
import { historyContract } from '../../../contracts/history.ts';
import { plannerStoreContract, stateAt } from '../../../contracts/planner-store.ts';
import { poolsContract } from '../../../contracts/pools.ts';
import { startLocalStack, startStorage, type LocalStack } from '../../../support/local-stack.ts';

let storage: LocalStorage;
let stack: LocalStack;
let tables: TableClient[];
let ports: Ports;

beforeAll(async () => {
  storage = await startStorage();
  stack = await startLocalStack({ storage, managedIdentity: true });
  ports = stack.connected.ports;
  const credential = azureCredential(process.env);
  tables = Object.values(TABLES).map((name) => openTable(storage.env, credential, name));
});
afterAll(async () => {
  await stack.close();
  await storage.close();
});

// The tables themselves go, as when an operator deletes them.
const wipe = async (): Promise<void> => void (await Promise.all(tables.map((table) => table.deleteTable())));

const fresh = async <T>(port: (ports: Ports) => T): Promise<T> => {
  await wipe();
  return port(ports);
};

plannerStoreContract('Table storage', async () => ({ store: await fresh(({ planner }) => planner), wipe }));
registryContract('Table storage', () => fresh(({ registry }) => registry));
poolsContract('Table storage', () => fresh(({ pools }) => pools));
alertStoreContract('Table storage', () => fresh(({ alerts }) => alerts));
hintStoreContract('Table storage', () => fresh(({ hints }) => hints));
// A history remembers when it last cleaned up, and each test has a time of its own.
historyContract('Table storage', () =>
  fresh(() => new TableHistory(new Table(openTable(storage.env, azureCredential(process.env), TABLES.history)))),
);
controlsContract('Table storage', () => fresh(({ controls }) => controls));
configStoreContract('Table storage', () => fresh(({ configs }) => configs));

const putRow = (properties: object): Promise<unknown> =>
  (tables[0] as TableClient).upsertEntity({ partitionKey: 'orders', rowKey: 'state', ...properties }, 'Replace');

describe('planner state in Table storage', () => {
  it.each([
    ['bytes that nobody compressed', { data: new Uint8Array([1, 2, 3, 255]) }],
    ['no bytes at all', {}],
    ['text where bytes should be', { data: 'text' }],
  ])('is unreadable when it holds %s, and can be written over', async (_, properties) => {
    await ports.planner.save('orders', stateAt(1), undefined);
    await putRow(properties);
    const loaded = await ports.planner.load('orders');
    expect(loaded).toMatchObject({ status: 'unreadable', problem: expect.stringMatching(/./) });
    const etag = 'etag' in loaded ? loaded.etag : undefined;
    expect(await ports.planner.save('orders', stateAt(2), etag)).toBeTypeOf('string');
    expect(await ports.planner.load('orders')).toMatchObject({ status: 'found', state: { observedAt: 2 } });
  });

  it('of another version is unreadable and says which', async () => {
    await wipe();
    const foreign = { ...stateAt(1), version: 2 } as unknown as ReturnType<typeof stateAt>;
    await ports.planner.save('orders', foreign, undefined);
    expect(await ports.planner.load('orders')).toMatchObject({
      status: 'unreadable',
      problem: 'its version is 2, this program reads version 1',
    });
  });

  it('too large for a row is refused with its size', async () => {
    const noise = Object.fromEntries(Array.from({ length: 9000 }, () => [crypto.randomUUID(), 1]));
    const state = { ...stateAt(1), drains: noise };
    await expect(async () => ports.planner.save('orders', state, undefined)).rejects.toMatchObject({
      failure: { class: 'permanent', code: 'TooLarge', message: expect.stringMatching(/65536/) },
    });
  });
});

it('a mark that nobody packed is as none', async () => {
  const controls = tables[Object.keys(TABLES).indexOf('controls')] as TableClient;
  await ports.controls.setMark('sweep', 1);
  const rowKey = Buffer.from('sweep').toString('base64url');
  await controls.updateEntity({ partitionKey: 'mark', rowKey, at: 1, json: '{}' }, 'Replace');
  expect(await ports.controls.mark('sweep')).toBeUndefined();
});

it('what is claimed of a pool that nobody can read is removed, and claimed anew', async () => {
  await wipe();
  const pools = tables[Object.keys(TABLES).indexOf('pools')] as TableClient;
  await ports.pools.write('westeurope', { workloads: {} }, undefined);
  const rowKey = Buffer.from('westeurope').toString('base64url');
  await pools.updateEntity({ partitionKey: 'pool', rowKey, json: '{"workloads":{"orders":{}}}' }, 'Replace');
  expect(await ports.pools.read('westeurope')).toBe('unreadable');
  expect(await ports.pools.read('westeurope')).toBeUndefined();
  expect(await ports.pools.write('westeurope', { workloads: {} }, undefined)).toBe(true);
});

it('every store works again after all tables were deleted under it', async () => {
  await wipe();
  expect(await ports.planner.load('orders')).toEqual({ status: 'missing' });
  await wipe();
  await ports.controls.renewLease('orders', 1);
  await wipe();
  expect(await ports.controls.leases()).toEqual(new Map());
  await wipe();
  await ports.configs.keep('orders', '{}', 'a', 1);
  expect(await ports.alerts.list('orders')).toEqual([]);
});

it('a store that cannot be reached fails as a failure of Azure, not as an empty answer', async () => {
  const { connected, close } = await startLocalStack({
    storage: { ...storage, env: { AzureWebJobsStorage__tableServiceUri: 'https://localhost:1/devstoreaccount1' } },
  });
  const loading = connected.ports.planner.load('orders');
  await expect(loading).rejects.toMatchObject({ failure: { class: 'wait', code: 'Network' } });
  await close();
});
