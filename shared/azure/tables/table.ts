import type { TableClient, TableEntity } from '@azure/data-tables';
import { AzureFailure } from '../../ports/errors.ts';
import { classify, type CallKind } from '../classify.ts';

/** The tables of a deployment, one per kind of record. */
export const TABLES = {
  state: 'SpillwayState',
  alerts: 'SpillwayAlerts',
  hints: 'SpillwayHints',
  history: 'SpillwayHistory',
  controls: 'SpillwayControls',
  configs: 'SpillwayConfigs',
  pools: 'SpillwayPools',
  registry: 'SpillwayRegistry',
} as const;

/** A table that creates itself when it is used and not there, so that deleting all tables at any time heals by itself. */
export class Table {
  readonly #client: TableClient;

  constructor(client: TableClient) {
    this.#client = client;
  }

  /** Runs `work`, once more if the table had to be created first. Throws AzureFailure. */
  async run<T>(doing: string, kind: CallKind, work: (client: TableClient) => Promise<T>): Promise<T> {
    try {
      try {
        return await work(this.#client);
      } catch (error) {
        if (tableErrorCode(error) !== 'TableNotFound') throw error;
        await this.#client.createTable();
        return await work(this.#client);
      }
    } catch (error) {
      throw error instanceof AzureFailure ? error : new AzureFailure(doing, classify(error, kind), error);
    }
  }

  /**
   * Writes a row: a new one without `etag`, else in place of the one that has it. Undefined when someone else wrote, created
   * or deleted it first.
   */
  async write(
    doing: string,
    row: TableEntity<object>,
    etag: string | undefined,
  ): Promise<{ etag?: string } | undefined> {
    return await this.run(doing, 'write', async (client) => {
      try {
        return await (etag === undefined ? client.createEntity(row) : client.updateEntity(row, 'Replace', { etag }));
      } catch (error) {
        if (isConflict(error)) return undefined;
        throw error;
      }
    });
  }

  /** Deletes a row, whatever its version unless `etag` is given; one that is not there is deleted already. */
  async remove(doing: string, partitionKey: string, rowKey: string, etag = '*'): Promise<void> {
    await this.run(doing, 'write', async (client) => {
      try {
        await client.deleteEntity(partitionKey, rowKey, { etag });
      } catch (error) {
        if (!isMissingRow(error)) throw error;
      }
    });
  }

  /** Answers undefined when the row is not there. */
  async find<T extends object>(doing: string, partitionKey: string, rowKey: string): Promise<(T & Row) | undefined> {
    return await this.run(doing, 'read', async (client) => {
      try {
        const { etag, ...row } = await client.getEntity<T>(partitionKey, rowKey);
        return { ...(row as unknown as T), etag };
      } catch (error) {
        if (isMissingRow(error)) return undefined;
        throw error;
      }
    });
  }
}

export interface Row {
  etag: string;
}

/** A row key made of any text: Azure refuses `/`, `\`, `#`, `?` and control characters in keys. */
export const keyOf = (text: string): string => Buffer.from(text).toString('base64url');

/** The row itself is missing, not the table. */
export const isMissingRow = (error: unknown): boolean =>
  httpStatusOf(error) === 404 && tableErrorCode(error) !== 'TableNotFound';

/** Someone else wrote, created or deleted the row first. */
export const isConflict = (error: unknown): boolean =>
  httpStatusOf(error) === 412 || tableErrorCode(error) === 'EntityAlreadyExists' || isMissingRow(error);

const httpStatusOf = (error: unknown): number | undefined => (error as { statusCode?: number }).statusCode;

const tableErrorCode = (error: unknown): string | undefined =>
  (error as { details?: { odataError?: { code?: string } } }).details?.odataError?.code;
