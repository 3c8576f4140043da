import type { Registered, Registry, RegistryDocument } from '../../ports/discovery.ts';
import { pack, unpack } from './packing.ts';
import type { Table } from './table.ts';

const ROW = 'members';

/** One row for each workload, compressed: a thousand members fit. */
export class TableRegistry implements Registry {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  async read(workload: string): Promise<Registered | undefined> {
    const row = await this.#table.find<{ data?: unknown }>(`Reading the registry of ${workload}`, workload, ROW);
    if (!row) return undefined;
    try {
      return { document: unpack(row.data) as RegistryDocument, etag: row.etag };
    } catch {
      return { document: undefined, etag: row.etag };
    }
  }

  async write(workload: string, document: RegistryDocument, etag: string | undefined): Promise<boolean> {
    const row = { partitionKey: workload, rowKey: ROW, data: pack(`the registry of ${workload}`, document) };
    return (await this.#table.write(`Writing the registry of ${workload}`, row, etag)) !== undefined;
  }
}
