import { LogsQueryResultStatus, type LogsQueryClient } from '@azure/monitor-query-logs';
import { AzureFailure } from '../ports/errors.ts';
import type { LogQueries } from '../ports/demand.ts';
import { reading } from './attempt.ts';

/** Widest span a query may look back on; the query's own time filter narrows it. */
const TIMESPAN = { duration: 'P1D' };

/** Log Analytics queries that answer one number. */
export class AzureLogQueries implements LogQueries {
  readonly #client: LogsQueryClient;

  constructor(client: LogsQueryClient) {
    this.#client = client;
  }

  number(workspaceId: string, query: string): Promise<number | undefined> {
    const doing = `Querying workspace ${workspaceId}`;
    return reading(doing, async () => {
      const result = await this.#client.queryWorkspace(workspaceId, query, TIMESPAN);
      // A part of the rows may hold a smaller number than all of them.
      if (result.status !== LogsQueryResultStatus.Success) {
        throw refusal(doing, 'PartialResult', `Only a part of the result came: ${result.partialError.message}`);
      }
      const cell: unknown = result.tables[0]?.rows[0]?.[0];
      if (cell === undefined || cell === null) return undefined;
      const value = numberOf(cell);
      if (!Number.isFinite(value)) {
        throw refusal(doing, 'NotANumber', 'The first cell of the first row is not a number; a query must answer one.');
      }
      return value;
    });
  }
}

// Decimals come as text. An empty text is no zero, and neither is `false`.
function numberOf(cell: unknown): number {
  if (typeof cell === 'string' && cell.trim() !== '') return Number(cell);
  return typeof cell === 'number' ? cell : Number.NaN;
}

const refusal = (doing: string, code: string, message: string): AzureFailure =>
  new AzureFailure(doing, { class: 'permanent', code, message }, undefined);
