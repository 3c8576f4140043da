import { odata } from '@azure/data-tables';
import { AzureFailure } from '../../ports/errors.ts';
import type { AlertSignal, AlertStore } from '../../ports/stores.ts';
import { isConflict, keyOf, type Table } from './table.ts';

/** Two deliveries of one alert collide at most; more collisions in a row mean that something else is wrong. */
const ATTEMPTS = 5;

/** One row per workload and alert rule, so there are never more rows than rules. */
export class TableAlertStore implements AlertStore {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  async put(workload: string, alert: AlertSignal): Promise<void> {
    const doing = `Storing alert ${alert.rule} of ${workload}`;
    const row = { ...alert, partitionKey: workload, rowKey: keyOf(alert.id) };
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const stored = await this.#table.find<AlertSignal>(doing, workload, row.rowKey);
      if (stored && stored.at > alert.at) return;
      const written = await this.#table.run(doing, 'write', async (client) => {
        try {
          await (stored ? client.updateEntity(row, 'Replace', { etag: stored.etag }) : client.createEntity(row));
          return true;
        } catch (error) {
          if (isConflict(error)) return false;
          throw error;
        }
      });
      if (written) return;
    }
    const message = `${ATTEMPTS} attempts met another writer.`;
    throw new AzureFailure(doing, { class: 'wait', code: 'Conflict', message, retryAfterMs: 1000 }, undefined);
  }

  list(workload: string): Promise<AlertSignal[]> {
    return this.#table.run(`Listing alerts of ${workload}`, 'read', async (client) => {
      const alerts: AlertSignal[] = [];
      const rows = client.listEntities<AlertSignal>({ queryOptions: { filter: odata`PartitionKey eq ${workload}` } });
      for await (const { id, rule, severity, condition, at, expiresAt } of rows) {
        alerts.push({ id, rule, severity, condition, at, expiresAt });
      }
      return alerts;
    });
  }
}
