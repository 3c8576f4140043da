import { odata } from '@azure/data-tables';
import { MOST_HINTS, type Hint, type HintStore } from '../../ports/stores.ts';
import { keyOf, type Table } from './table.ts';

/** One row per workload and id. Rows of hints that are over go when the next one comes. */
export class TableHintStore implements HintStore {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  async put(workload: string, hint: Hint, now: number): Promise<boolean> {
    const others = (await this.list(workload)).filter(({ id }) => id !== hint.id);
    const over = others.filter(({ expiresAt }) => expiresAt <= now);
    // Two writers at once may both find the last place free: the bound keeps reads small and need not be exact.
    if (others.length - over.length >= MOST_HINTS) return false;
    await this.#table.run(`Storing a hint of ${workload}`, 'write', async (client) => {
      await client.upsertEntity({ ...hint, partitionKey: workload, rowKey: keyOf(hint.id) }, 'Replace');
      for (const { id } of over) await client.deleteEntity(workload, keyOf(id)).catch(() => {});
    });
    return true;
  }

  list(workload: string): Promise<Hint[]> {
    return this.#table.run(`Listing hints of ${workload}`, 'read', async (client) => {
      const hints: Hint[] = [];
      const rows = client.listEntities<Hint>({ queryOptions: { filter: odata`PartitionKey eq ${workload}` } });
      for await (const { id, signal, load, unit, at, expiresAt } of rows) {
        hints.push({ id, ...(signal && { signal }), load, unit, at, expiresAt });
      }
      return hints;
    });
  }
}
