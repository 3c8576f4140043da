// The stores as maps. What is kept and what is given are JSON copies, as a table's rows are: whoever changes an object
// after storing it, or stores what JSON cannot hold, meets the same surprise as in production. Most copies are made once,
// when they are stored, and given to all readers: nobody changes what it reads, which a test makes sure of with frozen ones.

import type { Decision, PlannerState } from '../../shared/controller/plan-types.ts';
import { memoryRegistry } from './memory-discovery.ts';
import {
  MOST_HINTS,
  type AlertSignal,
  type AlertStore,
  type ConfigStore,
  type Hint,
  type HintStore,
  type History,
  type Ledger,
  type LedgerEntry,
  type PlannerStore,
} from '../../shared/ports/stores.ts';
import type { Rollouts } from '../../shared/ports/rollouts.ts';
import type { RolloutRecord } from '../../shared/rollout/record.ts';
import { losablePools } from './memory-pools.ts';
import { jsonCopy, type Keep } from './json-copy.ts';
import { memoryControls } from './memory-controls.ts';

export type MemoryStores = ReturnType<typeof memoryStores>;

const HISTORY_KEPT_MS = 7 * 24 * 3_600_000;

/** Storage that outlives the controller. `losePlannerState` and `loseTables` are what may happen to it at any time. */
export function memoryStores(keep: Keep = jsonCopy) {
  const { planner, losePlannerState } = memoryPlanner(keep);
  const { pools, losePools } = losablePools(keep);
  const [alerts, loseAlerts] = losable(memoryAlerts);
  const [hints, loseHints] = losable(memoryHints);
  const [history, loseHistory] = losable(memoryHistory);
  const [controls, loseControls] = losable(() => memoryControls(keep));
  const [configs, loseConfigs] = losable(memoryConfigs);
  const [registry, loseRegistry] = losable(() => memoryRegistry(keep));
  return {
    planner,
    pools,
    losePlannerState,
    alerts,
    hints,
    history,
    controls,
    configs,
    registry,
    ledger: memoryLedger(keep),
    rollouts: memoryRollouts(keep),
    /** Everything but the ledger and the record of revisions, which are kept in another storage service. */
    loseTables: (): void =>
      [
        losePlannerState,
        losePools,
        loseAlerts,
        loseHints,
        loseHistory,
        loseControls,
        loseConfigs,
        loseRegistry,
      ].forEach((lose) => lose()),
  };
}

/** A store and what makes it empty. */
function losable<T extends object>(fresh: () => T): [T, () => void] {
  let current = fresh();
  const forward = Object.keys(current).map((method) => [
    method,
    (...args: unknown[]) => (current as Record<string, (...args: unknown[]) => unknown>)[method]?.(...args),
  ]);
  return [Object.fromEntries(forward) as T, () => void (current = fresh())];
}

function memoryPlanner(keep: Keep): { planner: PlannerStore; losePlannerState: () => void } {
  const rows = new Map<string, { state: PlannerState; etag: string }>();
  // Versions are never used twice, so that a version of lost state claims nothing.
  let version = 0;
  const planner: PlannerStore = {
    async load(workload) {
      const row = rows.get(workload);
      return row ? { status: 'found', ...row } : { status: 'missing' };
    },
    async save(workload, state, etag) {
      if (rows.get(workload)?.etag !== etag) return undefined;
      const next = String(++version);
      rows.set(workload, { state: keep(state), etag: next });
      return next;
    },
  };
  return { planner, losePlannerState: () => rows.clear() };
}

function memoryAlerts(): AlertStore {
  const rows = new Map<string, Map<string, AlertSignal>>();
  return {
    async put(workload, alert) {
      const own = rows.get(workload) ?? new Map<string, AlertSignal>();
      rows.set(workload, own);
      if ((own.get(alert.id)?.at ?? -Infinity) <= alert.at) own.set(alert.id, jsonCopy(alert));
    },
    list: async (workload) => [...(rows.get(workload)?.values() ?? [])].map(jsonCopy),
  };
}

function memoryHints(): HintStore {
  const rows = new Map<string, Map<string, Hint>>();
  return {
    async put(workload, hint, now) {
      const own = new Map([...(rows.get(workload) ?? [])].filter(([, { expiresAt }]) => expiresAt > now));
      if (!own.has(hint.id) && own.size >= MOST_HINTS) return false;
      rows.set(workload, own.set(hint.id, jsonCopy(hint)));
      return true;
    },
    list: async (workload) => [...(rows.get(workload)?.values() ?? [])].map(jsonCopy),
  };
}

function memoryHistory(): History {
  const rows = new Map<string, Decision[]>();
  return {
    async append(decision) {
      const own = rows.get(decision.workload) ?? [];
      rows.set(decision.workload, own);
      own.push(decision);
      for (let first = own[0]; first && first.at < decision.at - HISTORY_KEPT_MS; first = own[0]) own.shift();
    },
    // Copied when read: hardly anything that a simulation writes here is.
    recent: async (workload, limit) =>
      (rows.get(workload) ?? [])
        .toSorted((a, b) => b.at - a.at)
        .slice(0, limit)
        .map(jsonCopy),
  };
}

function memoryConfigs(): ConfigStore {
  const rows = new Map<string, { json: string; hash: string; at: number }>();
  return {
    async lastValid(workload) {
      const row = rows.get(workload);
      return row && jsonCopy(row);
    },
    async keep(workload, json, hash, at) {
      if (rows.get(workload)?.hash !== hash) rows.set(workload, { json, hash, at });
    },
  };
}

function memoryLedger(keep: Keep): Ledger {
  const rows = new Map<string, LedgerEntry[]>();
  return {
    last: async (workload) => rows.get(workload)?.at(-1),
    async append(workload, entry) {
      const lines = rows.get(workload) ?? [];
      rows.set(workload, lines);
      lines.push(keep(entry));
    },
  };
}

function memoryRollouts(keep: Keep): Rollouts {
  const rows = new Map<string, { record: RolloutRecord; etag: string }>();
  let version = 0;
  return {
    read: async (workload) => rows.get(workload),
    async write(workload, record, etag) {
      if (rows.get(workload)?.etag !== etag) return false;
      rows.set(workload, keep({ record, etag: String(++version) }));
      return true;
    },
  };
}
