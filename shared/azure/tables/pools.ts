import { z } from 'zod';
import type { PoolRow, Pools } from '../../ports/pools.ts';
import { keyOf, type Table } from './table.ts';

const PARTITION = 'pool';

const ROW: z.ZodType<PoolRow> = z.object({
  workloads: z.record(
    z.string(),
    z.object({
      priority: z.number(),
      reserved: z.array(z.object({ groups: z.number(), at: z.number() })),
      asked: z.number(),
      askedAt: z.number(),
    }),
  ),
});

/** One row for each region and subscription, small because claims in it expire. */
export class TablePools implements Pools {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  async read(home: string): ReturnType<Pools['read']> {
    const found = await this.#table.find<{ json?: unknown }>(`Reading the pool of ${home}`, PARTITION, keyOf(home));
    if (!found) return undefined;
    try {
      return { row: ROW.parse(JSON.parse(String(found.json))), etag: found.etag };
    } catch {
      // Claims in it would have ended within minutes. What somebody wrote meanwhile stays, and so does what resists.
      await this.#table.remove(`Removing the pool of ${home}`, PARTITION, keyOf(home), found.etag).catch(() => {});
      return 'unreadable';
    }
  }

  async write(home: string, row: PoolRow, etag: string | undefined): Promise<boolean> {
    const entity = { partitionKey: PARTITION, rowKey: keyOf(home), json: JSON.stringify(row) };
    return (await this.#table.write(`Claiming of the pool of ${home}`, entity, etag)) !== undefined;
  }
}
