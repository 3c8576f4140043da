import { randomUUID } from 'node:crypto';
import { odata, type TableClient, type TransactionAction } from '@azure/data-tables';
import type { Decision } from '../../controller/plan-types.ts';
import type { History } from '../../ports/stores.ts';
import { pack, unpack } from './packing.ts';
import type { Table } from './table.ts';

const HOUR_MS = 3_600_000;
const KEPT_MS = 7 * 24 * HOUR_MS;
/** Rows sort by key: the nearer a time, the smaller its distance to this one (in the year 5138). */
const FAR_FUTURE = 99_999_999_999_999;
/** Limits of Table storage: rows in a page, and operations in a transaction. */
const PAGE = 1000;
const TRANSACTION = 100;
/** A thousand refusals, each in words of its own, do not fit in a row; the log has them all. */
const MOST_RESULTS = 250;

/** Decisions of the last seven days, newest first. */
export class TableHistory implements History {
  readonly #table: Table;
  readonly #cleanedAt = new Map<string, number>();

  constructor(table: Table) {
    this.#table = table;
  }

  async append(decision: Decision): Promise<void> {
    const { workload, at } = decision;
    // The suffix keeps two decisions of one millisecond apart.
    const rowKey = `${keyAt(at)}-${randomUUID().slice(0, 8)}`;
    const data = pack('a decision', { ...decision, results: decision.results.slice(0, MOST_RESULTS) });
    await this.#table.run(`Recording a decision of ${workload}`, 'write', (client) =>
      client.createEntity({ partitionKey: workload, rowKey, data }),
    );
    if (at - (this.#cleanedAt.get(workload) ?? 0) < HOUR_MS) return;
    this.#cleanedAt.set(workload, at);
    // What cannot be deleted now is deleted in an hour; the decision is recorded either way.
    await this.#table.run('Deleting old decisions', 'write', (client) => clean(client, workload, at)).catch(() => {});
  }

  recent(workload: string, limit: number): Promise<Decision[]> {
    return this.#table.run(`Reading decisions of ${workload}`, 'read', async (client) => {
      const decisions: Decision[] = [];
      if (limit < 1) return decisions;
      const rows = client.listEntities<{ data?: unknown }>({
        queryOptions: { filter: odata`PartitionKey eq ${workload}` },
      });
      for await (const page of rows.byPage({ maxPageSize: Math.min(limit, PAGE) })) {
        for (const { data } of page) {
          decisions.push(unpack(data) as Decision);
          if (decisions.length === limit) return decisions;
        }
      }
      return decisions;
    });
  }
}

const keyAt = (at: number): string => String(FAR_FUTURE - at).padStart(14, '0');

async function clean(client: TableClient, workload: string, now: number): Promise<void> {
  const filter = odata`PartitionKey eq ${workload} and RowKey gt ${keyAt(now - KEPT_MS)}`;
  const rows = client.listEntities({ queryOptions: { filter, select: ['PartitionKey', 'RowKey'] } });
  for await (const page of rows.byPage({ maxPageSize: PAGE })) {
    const deletions = page.map(({ partitionKey = '', rowKey = '' }): TransactionAction => [
      'delete',
      { partitionKey, rowKey },
    ]);
    for (let index = 0; index < deletions.length; index += TRANSACTION) {
      await client.submitTransaction(deletions.slice(index, index + TRANSACTION));
    }
    // One page an hour is more than an hour's evaluations leave; the rest waits, so that no evaluation is held up.
    return;
  }
}
