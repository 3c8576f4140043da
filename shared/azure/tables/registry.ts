import type { Registry, RegistryDocument } from '../../ports/discovery.ts';
import { AzureFailure } from '../../ports/errors.ts';
import { pack, unpack } from './packing.ts';
import type { Table } from './table.ts';

const ROW = 'members';

/** One row for each workload, compressed: a thousand members fit. */
export class TableRegistry implements Registry {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  async read(workload: string): Promise<{ document: RegistryDocument; etag: string } | undefined> {
    const doing = `Reading the registry of ${workload}`;
    const row = await this.#table.find<{ data?: unknown }>(doing, workload, ROW);
    try {
      return row && { document: unpack(row.data) as RegistryDocument, etag: row.etag };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      throw new AzureFailure(doing, { class: 'permanent', code: 'Unreadable', message }, error);
    }
  }

  async write(workload: string, document: RegistryDocument, etag: string | undefined): Promise<boolean> {
    const row = { partitionKey: workload, rowKey: ROW, data: pack(`the registry of ${workload}`, document) };
    return (await this.#table.write(`Writing the registry of ${workload}`, row, etag)) !== undefined;
  }
}
