import type { PoolRow, Pools } from '../../ports/pools.ts';
import { isConflict, keyOf, type Table } from './table.ts';

const PARTITION = 'pool';

/** One row for each region and subscription, small because claims in it expire. */
export class TablePools implements Pools {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  async read(home: string): Promise<{ row: PoolRow; etag: string } | undefined> {
    const found = await this.#table.find<{ json: string }>(`Reading the pool of ${home}`, PARTITION, keyOf(home));
    return found && { row: JSON.parse(found.json) as PoolRow, etag: found.etag };
  }

  write(home: string, row: PoolRow, etag: string | undefined): Promise<boolean> {
    const entity = { partitionKey: PARTITION, rowKey: keyOf(home), json: JSON.stringify(row) };
    return this.#table.run(`Claiming of the pool of ${home}`, 'write', async (client) => {
      try {
        await (etag === undefined ? client.createEntity(entity) : client.updateEntity(entity, 'Replace', { etag }));
        return true;
      } catch (error) {
        if (isConflict(error)) return false;
        throw error;
      }
    });
  }
}
