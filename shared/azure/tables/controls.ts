import { odata, type TableEntity } from '@azure/data-tables';
import type { Beat, Controls, Drains, Pause } from '../../ports/stores.ts';
import { pack, unpack } from './packing.ts';
import { keyOf, type Table } from './table.ts';

/** A replica that has said nothing for a day behind the newest one is gone; its row is deleted. */
const SILENT_MS = 24 * 3_600_000;

// Partitions of the one table; those of beats carry the workload's name.
const PAUSE = 'pause';
const LEASE = 'lease';
const MARK = 'mark';
const DRAINS = 'drains';
const beatPartition = (workload: string): string => `beat:${workload}`;

/** Small records that operators, evaluations and watchers share. */
export class TableControls implements Controls {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  async pause(): Promise<Pause | undefined> {
    const row = await this.#table.find<Pause>('Reading the pause', PAUSE, PAUSE);
    return row && { scope: row.scope, author: row.author, since: row.since, until: row.until };
  }

  async setPause(pause: Pause | undefined): Promise<void> {
    if (pause) await this.#put('Setting the pause', { ...pause, partitionKey: PAUSE, rowKey: PAUSE });
    else await this.#table.remove('Ending the pause', PAUSE, PAUSE);
  }

  async renewLease(workload: string, at: number): Promise<void> {
    await this.#put(`Renewing the lease of ${workload}`, { partitionKey: LEASE, rowKey: workload, at });
  }

  async leases(): Promise<Map<string, number>> {
    const rows = await this.#list<{ at: number }>('Reading leases', LEASE);
    return new Map(rows.map(({ rowKey, at }) => [rowKey, at]));
  }

  async setMark(name: string, at: number, value?: unknown): Promise<void> {
    const data = pack(`mark ${name}`, value ?? null);
    await this.#put(`Setting mark ${name}`, { partitionKey: MARK, rowKey: keyOf(name), at, data });
  }

  async mark(name: string): Promise<{ at: number; value: unknown } | undefined> {
    const row = await this.#table.find<{ at: number; data?: unknown }>(`Reading mark ${name}`, MARK, keyOf(name));
    if (!row) return undefined;
    try {
      return { at: row.at, value: unpack(row.data) };
    } catch {
      // One that nobody can read is as none: it is written again, and must not stop whoever reads it.
      return undefined;
    }
  }

  async beat(workload: string, beat: Beat): Promise<void> {
    const row = { ...beat, partitionKey: beatPartition(workload), rowKey: keyOf(beat.replica) };
    await this.#put(`Storing a beat of ${beat.replica}`, row);
  }

  async beats(workload: string): Promise<Beat[]> {
    const partition = beatPartition(workload);
    const rows = await this.#list<Beat>(`Reading beats of ${workload}`, partition);
    const newest = Math.max(...rows.map(({ at }) => at));
    const silent = rows.filter(({ at }) => at < newest - SILENT_MS);
    // A row that resists is tried again at the next reading.
    await Promise.all(
      silent.map(({ rowKey }) => this.#table.remove('Deleting a beat', partition, rowKey).catch(() => {})),
    );
    return rows.filter((row) => !silent.includes(row)).map(beatOf);
  }

  async lastBeat(workload: string, replica: string): Promise<Beat | undefined> {
    const row = await this.#table.find<Beat>(`Reading a beat of ${replica}`, beatPartition(workload), keyOf(replica));
    return row && beatOf(row);
  }

  async setDrains(workload: string, { at, since }: Drains): Promise<void> {
    const doing = `the drains of ${workload}`;
    await this.#put(`Storing ${doing}`, { partitionKey: DRAINS, rowKey: workload, at, data: pack(doing, since) });
  }

  async drains(workload: string): Promise<Drains | 'unreadable' | undefined> {
    const row = await this.#table.find<{ at: number; data: unknown }>(`Reading drains`, DRAINS, workload);
    if (!row) return undefined;
    try {
      return { at: row.at, since: unpack(row.data) as Drains['since'] };
    } catch {
      // Of many that poll only the first meets it. What somebody wrote meanwhile stays, and so does what resists.
      await this.#table.remove('Removing drains', DRAINS, workload, row.etag).catch(() => {});
      return 'unreadable';
    }
  }

  async #put(doing: string, row: TableEntity): Promise<void> {
    await this.#table.run(doing, 'write', (client) => client.upsertEntity(row, 'Replace'));
  }

  #list<T extends object>(doing: string, partition: string): Promise<(T & { rowKey: string })[]> {
    return this.#table.run(doing, 'read', async (client) => {
      const rows: (T & { rowKey: string })[] = [];
      const found = client.listEntities<T>({ queryOptions: { filter: odata`PartitionKey eq ${partition}` } });
      for await (const row of found) rows.push(row as unknown as T & { rowKey: string });
      return rows;
    });
  }
}

const beatOf = ({ replica, busy, at, told }: Beat): Beat => ({
  replica,
  busy,
  at,
  ...(told !== undefined && { told }),
});
