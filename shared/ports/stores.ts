import type { PlannerState } from '../controller/plan-types.ts';
import type { Decision } from '../controller/plan-types.ts';

/** The outcome of loading planner state: it may be lost at any time, and unreadable means lost. */
export type Loaded =
  | { status: 'found'; state: PlannerState; etag: string }
  | { status: 'missing' }
  | { status: 'unreadable'; etag: string; problem: string };

/** Planner state of each workload, one writer at a time. Throws AzureFailure when the store cannot be reached. */
export interface PlannerStore {
  load(workload: string): Promise<Loaded>;
  /** Writes only if the stored version is still `etag` (undefined: only if nothing is stored). Undefined: conflict. */
  save(workload: string, state: PlannerState, etag: string | undefined): Promise<string | undefined>;
}

/** The state of one alert rule, as last told by Azure Monitor. */
export interface AlertSignal {
  /** Idempotency key: the alert rule's id. */
  id: string;
  rule: string;
  severity: string;
  condition: 'fired' | 'resolved';
  /** When it fired or resolved, epoch ms. */
  at: number;
  expiresAt: number;
}

export interface AlertStore {
  /** Keeps the newest event per rule: an older event never replaces a newer one. */
  put(workload: string, alert: AlertSignal): Promise<void>;
  list(workload: string): Promise<AlertSignal[]>;
}

/** A load that somebody expects, as pushed to `POST /api/signals/{workload}`. */
export interface Hint {
  /** Idempotency key: a later hint of the same id replaces this one. */
  id: string;
  /** The declared signal whose value it is; absent: it counts as demand of its own. */
  signal?: string | undefined;
  /** Expected units: messages a second, replicas, or whatever the signal counts. */
  load: number;
  unit: 'messages-per-second' | 'replicas';
  /** When the load comes, and until when it is expected, epoch ms. */
  at: number;
  expiresAt: number;
}

export interface HintStore {
  /**
   * Stores the hint, and drops those that expired before `now`. Answers false, and stores nothing, when the workload has
   * so many others already that the row would be one too many.
   */
  put(workload: string, hint: Hint, now: number): Promise<boolean>;
  list(workload: string): Promise<Hint[]>;
}

/** Hints of one workload that may wait at one time. */
export const MOST_HINTS = 50;

export interface History {
  append(decision: Decision): Promise<void>;
  /** Newest first. */
  recent(workload: string, limit: number): Promise<Decision[]>;
}

/** `drain`: nothing starts, and every container group leaves as if nothing were wanted. */
export type PauseScope = 'all' | 'in' | 'out' | 'drain';

export interface Pause {
  scope: PauseScope;
  author: string;
  since: number;
  /** Epoch ms; the pause ends by itself. */
  until: number;
}

/** What a replica last said of itself and what it was told. */
export interface Beat {
  /** Name of the container group, or of the scale set instance. */
  replica: string;
  busy: boolean;
  at: number;
  /** Start of the drain (epoch ms) that it was told of in answer. An idle one had been told before, too. */
  told?: number | undefined;
}

/** Who drains, as the last evaluation said. */
export interface Drains {
  /** Epoch ms. */
  at: number;
  /** By replica, since when. */
  since: Record<string, number>;
}

/** Small records that operators and watchers share. */
export interface Controls {
  pause(): Promise<Pause | undefined>;
  setPause(pause: Pause | undefined): Promise<void>;
  /** Renewed by each successful evaluation: the lease of all its container groups. */
  renewLease(workload: string, at: number): Promise<void>;
  /** Last successful evaluation by workload. */
  leases(): Promise<Map<string, number>>;
  /** A named moment (last sweep, last heartbeat) with a small JSON value. */
  setMark(name: string, at: number, value?: unknown): Promise<void>;
  mark(name: string): Promise<{ at: number; value: unknown } | undefined>;
  beat(workload: string, beat: Beat): Promise<void>;
  beats(workload: string): Promise<Beat[]>;
  /** The last beat of one replica: one point read. */
  lastBeat(workload: string, replica: string): Promise<Beat | undefined>;
  /** A small row beside the planner state, so that a poll need not read the whole of it. */
  setDrains(workload: string, drains: Drains): Promise<void>;
  /** `unreadable`: what was stored is of no use, and is removed. */
  drains(workload: string): Promise<Drains | 'unreadable' | undefined>;
}

/** The last valid configuration of a workload, kept so that a typo never stops it. */
export interface ConfigStore {
  lastValid(workload: string): Promise<{ json: string; hash: string; at: number } | undefined>;
  /** Writes only when the hash differs from what is stored. */
  keep(workload: string, json: string, hash: string, at: number): Promise<void>;
}

/** Running totals of what burst has cost; the newest entry carries all that went before it. */
export interface LedgerEntry {
  /** Epoch ms of the entry. */
  at: number;
  /** UTC day as days since 1970-01-01. */
  day: number;
  /** US dollars spent that day until `at`. */
  dayUsd: number;
  /** US dollars spent in the UTC month of that day until `at`; absent in entries of before months were counted. */
  monthUsd?: number | undefined;
  /** US dollars per hour being spent from `at` on. */
  usdPerHour: number;
}

/** Append-only and in another storage service than planner state, because hard limits rest on it. */
export interface Ledger {
  /** The newest entry, undefined when nothing was ever spent. Throws AzureFailure when it cannot be read. */
  last(workload: string): Promise<LedgerEntry | undefined>;
  append(workload: string, entry: LedgerEntry): Promise<void>;
}
