import type { ConfigStore } from '../../ports/stores.ts';
import { pack, unpack } from './packing.ts';
import type { Table } from './table.ts';

const ROW = 'last-valid';

/** One row per workload: the newest configuration that was valid. */
export class TableConfigStore implements ConfigStore {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  async lastValid(workload: string): Promise<{ json: string; hash: string; at: number } | undefined> {
    const row = await this.#find(workload);
    if (!row) return undefined;
    try {
      return { json: String(unpack(row.data)), hash: row.hash, at: row.at };
    } catch {
      // Unreadable means lost: the next valid configuration is kept again.
      return undefined;
    }
  }

  async keep(workload: string, json: string, hash: string, at: number): Promise<void> {
    if ((await this.#find(workload))?.hash === hash) return;
    const row = { partitionKey: workload, rowKey: ROW, data: pack('a configuration', json), hash, at };
    await this.#table.run(`Keeping the configuration of ${workload}`, 'write', (client) =>
      client.upsertEntity(row, 'Replace'),
    );
  }

  #find(workload: string): Promise<{ data?: unknown; hash: string; at: number } | undefined> {
    return this.#table.find(`Reading the last valid configuration of ${workload}`, workload, ROW);
  }
}
