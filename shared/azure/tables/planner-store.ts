import type { PlannerState } from '../../controller/plan-types.ts';
import type { Loaded, PlannerStore } from '../../ports/stores.ts';
import { pack, unpack } from './packing.ts';
import type { Table } from './table.ts';

const ROW = 'state';

/** Planner state as one compressed row per workload; its ETag is the claim that lets one writer at a time act. */
export class TablePlannerStore implements PlannerStore {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  async load(workload: string): Promise<Loaded> {
    const row = await this.#table.find<{ data?: unknown }>(`Loading the state of ${workload}`, workload, ROW);
    if (!row) return { status: 'missing' };
    try {
      const state = unpack(row.data) as PlannerState;
      if (state.version !== 1) throw new Error(`its version is ${String(state.version)}, this program reads version 1`);
      return { status: 'found', state, etag: row.etag };
    } catch (error) {
      return { status: 'unreadable', etag: row.etag, problem: error instanceof Error ? error.message : String(error) };
    }
  }

  async save(workload: string, state: PlannerState, etag: string | undefined): Promise<string | undefined> {
    const row = { partitionKey: workload, rowKey: ROW, data: pack(`the state of ${workload}`, state) };
    return (await this.#table.write(`Saving the state of ${workload}`, row, etag))?.etag;
  }
}
