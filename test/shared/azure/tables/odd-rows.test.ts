import { randomUUID } from 'node:crypto';
import type { TableClient } from '@azure/data-tables';
import { expect, it } from 'vitest';
import type { ActionResult, Decision } from '../../../../shared/controller/plan-types.ts';
import { TableControls } from '../../../../shared/azure/tables/controls.ts';
import { TableHistory } from '../../../../shared/azure/tables/history.ts';
import { TablePools } from '../../../../shared/azure/tables/pools.ts';
import { TableRegistry } from '../../../../shared/azure/tables/registry.ts';
import { Table } from '../../../../shared/azure/tables/table.ts';
import { scenario } from '../../../support/scenario.ts';

const tableOf = (client: object): Table => new Table(client as TableClient);

it('a decision with a thousand refusals is recorded', async () => {
  const story = scenario();
  await story.run(60);
  const refused = (index: number): ActionResult => ({
    action: {
      kind: 'stop-group',
      name: `sw-orders-westeurope-${randomUUID()}`,
      ordinal: index,
      location: 'westeurope',
    },
    outcome: 'failed',
    failure: { class: 'wait', code: 'TooManyRequests', message: `try later (${randomUUID()} ${randomUUID()})` },
  });
  const decision: Decision = { ...story.last(), results: Array.from({ length: 1000 }, (_, index) => refused(index)) };
  const rows: object[] = [];
  const history = new TableHistory(
    tableOf({ createEntity: async (row: object) => void rows.push(row), listEntities: () => ({ byPage: () => [] }) }),
  );
  await history.append(decision);
  expect(rows).toHaveLength(1);
});

it('a registry row that cannot be read has the version by which it is replaced', async () => {
  const registry = new TableRegistry(tableOf({ getEntity: async () => ({ etag: '1', data: new Uint8Array([1, 2]) }) }));
  expect(await registry.read('orders')).toEqual({ document: undefined, etag: '1' });
});

it('drains that cannot be read are removed, unless somebody wrote them anew meanwhile', async () => {
  const deleted: unknown[] = [];
  const client = {
    getEntity: async () => ({ etag: '1', at: 1, data: new Uint8Array([1, 2]) }),
    deleteEntity: async (...row: unknown[]) => {
      deleted.push(row);
      throw Object.assign(new Error('it is another one'), { statusCode: 412 });
    },
  };
  expect(await new TableControls(tableOf(client)).drains('orders')).toBe('unreadable');
  expect(deleted).toEqual([['drains', 'orders', { etag: '1' }]]);
});

it.each(['{', 'null', '{}', '{"workloads":{"mails":{"priority":0}}}', undefined, 7])(
  'what is claimed of a pool that cannot be read is removed, unless somebody wrote it anew meanwhile: %j',
  async (json) => {
    const deleted: unknown[] = [];
    const client = {
      getEntity: async () => ({ etag: '1', json }),
      deleteEntity: async (...row: unknown[]) => {
        deleted.push(row);
        throw Object.assign(new Error('it is another one'), { statusCode: 412 });
      },
    };
    expect(await new TablePools(tableOf(client)).read('westeurope')).toBe('unreadable');
    expect(deleted).toEqual([['pool', expect.any(String), { etag: '1' }]]);
  },
);

it.each([{}, { data: 'text' }, { data: new Uint8Array([1, 2, 3]) }])(
  'a mark that cannot be read is as none: %j',
  async (row) => {
    const controls = new TableControls(tableOf({ getEntity: async () => ({ etag: '1', at: 1, ...row }) }));
    expect(await controls.mark('sweep')).toBeUndefined();
  },
);
