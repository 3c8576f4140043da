import type { PoolRow, Pools } from '../../ports/pools.ts';
import { keyOf, type Table } from './table.ts';

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

  async write(home: string, row: PoolRow, etag: string | undefined): Promise<boolean> {
    const entity = { partitionKey: PARTITION, rowKey: keyOf(home), json: JSON.stringify(row) };
    return (await this.#table.write(`Claiming of the pool of ${home}`, entity, etag)) !== undefined;
  }
}
