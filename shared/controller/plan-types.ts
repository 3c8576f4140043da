// The data that goes into a plan and comes out of it. Plain JSON: times are epoch milliseconds, money is US dollars.

import type { Group, GroupSummary, Usage } from '../ports/container-groups.ts';
import type { QueueDepth, QueueMinute, Reading } from '../ports/demand.ts';
import type { Failure } from '../ports/errors.ts';
import type { ScaleSet } from '../ports/scale-sets.ts';
import type { AlertSignal, Beat, LedgerEntry, Pause } from '../ports/stores.ts';
import type { Reason } from '../telemetry/reasons.ts';
import type { Deployment, Workload } from '../workload/workload.ts';

/** A reading that may have failed; a failure never reads as a value. */
export type Observed<T> = { status: 'read'; value: T; at: number } | { status: 'failed'; failure: Failure };

/** What Azure says now, each reading with its time. */
export interface Observation {
  /** Start of the observation: evaluations asked for before it are answered by it. */
  startedAt: number;
  /** Absent when the workload names no queue. */
  queue?: Observed<QueueDepth> | undefined;
  /** Minute metrics of the queue; empty when none were read this time. */
  minutes: QueueMinute[];
  /** When the minute metrics were last read, this time or before. */
  minutesAt: number;
  /** Replicas wanted by the workload's log query, when it has one. */
  logDemand?: Observed<number> | undefined;
  alerts: AlertSignal[];
  /** The list of owned groups of this workload: fast, but without instance view and late by seconds. */
  groups: Observed<GroupSummary[]>;
  /** Reads by name; `null` is Azure's 404. */
  looks: Record<string, Reading<Group | null>>;
  /** Absent with base mode `none`. */
  base?: Observed<ScaleSet> | undefined;
  /** Names of enabled Azure autoscale settings on the scale set; absent when they were never read. */
  autoscale?: { names: string[]; at: number } | undefined;
  usages: Usage[];
  /** When `usages` were read. */
  usagesAt: number;
  beats: Beat[];
  ledger: Observed<LedgerEntry | null>;
  pause?: Pause | undefined;
  /** False while no sweep has run for three of its intervals. */
  sweeperAlive: boolean;
}

/** A write that was sent (or is about to be) and that observation does not show yet. */
export interface InFlight {
  kind: 'create' | 'start' | 'stop' | 'delete';
  name: string;
  ordinal: number;
  location: string;
  /** When it was claimed. */
  at: number;
  /** `claimed` until the answer is recorded: after a crash between the two it must be settled by reading. */
  outcome: 'claimed' | 'accepted' | 'unknown';
}

/** A place that refused and stays closed until `until`. */
export interface Closed {
  until: number;
  failures: number;
  code: string;
}

/** What an evaluation leaves for the next one and may lose at any time. Bounded in size. */
export interface PlannerState {
  version: 1;
  /** When this state began from nothing: for a while lists may lack what an earlier state had started. */
  bornAt: number;
  /** Start of the last completed observation. */
  observedAt: number;
  /** Newest depth readings, oldest first: [time, active messages, replicas serving then]. */
  samples: [number, number, number][];
  /** Arrival estimate, messages per second. */
  arrivalRate?: number | undefined;
  /** Learned messages per second per busy replica, and from how many minutes. */
  serviceRate?: { value: number; minutes: number; lastMinute: number } | undefined;
  /** Wanted replicas by time, oldest first: stabilisation windows look at it. */
  wanted: [number, number][];
  inFlight: InFlight[];
  /** Looks by name: what was last seen and when. */
  seen: Record<string, Seen>;
  /** Replicas being drained, by name (container group or `instance:<id>`), since when. */
  drains: Record<string, number>;
  closed: Record<string, Closed>;
  /** Permanent refusals by revision: such a revision is not tried again until it changes. */
  refusedRevision?: { revision: string; failure: Failure } | undefined;
  /** First reading of zero after a positive one; a single zero is suspicious. */
  zeroSince?: number | undefined;
  /** Quota as last read; creates claimed since `usagesAt` are subtracted from it. */
  usages: Usage[];
  usagesAt: number;
  /** Azure autoscale settings on the scale set, as last read. */
  autoscale?: { names: string[]; at: number } | undefined;
  /** When the minute metrics were last read. */
  minutesAt: number;
  /** The scale set as last read. */
  base?: { serving: number; instances: number; at: number } | undefined;
}

export interface Seen {
  health: GroupHealth;
  /** When it was last looked at by name. */
  at: number;
  /** When this health was first seen. */
  since: number;
}

/** What a container group is doing, from its provisioning state and instance view. */
export type GroupHealth = 'starting' | 'serving' | 'stopped' | 'ended' | 'failed' | 'deleting' | 'gone' | 'unknown';

export type Action =
  | { kind: 'create-group'; name: string; ordinal: number; location: string; tags: Record<string, string> }
  | { kind: 'start-group'; name: string; ordinal: number; location: string }
  | { kind: 'drain-group'; name: string; tags: Record<string, string> }
  | { kind: 'undrain-group'; name: string; tags: Record<string, string> }
  | { kind: 'stop-group'; name: string; ordinal: number; location: string }
  | { kind: 'delete-group'; name: string; ordinal: number; location: string }
  | { kind: 'grow-base'; scaleSet: string; capacity: number; etag: string | undefined }
  | { kind: 'shrink-base'; scaleSet: string; instances: string[] };

export interface PlanInput {
  deployment: Deployment;
  workload: Workload;
  observation: Observation;
  /** Undefined when lost or never written. */
  state: PlannerState | undefined;
  now: number;
}

/** The figures a person asks for first; also the dashboard's and the demo's. */
export interface Figures {
  backlog?: number | undefined;
  arrivalsPerSecond?: number | undefined;
  messagesPerSecondPerReplica: number;
  /** Replicas wanted in all, after all limits. */
  wanted: number;
  baseServing: number;
  baseInstances: number;
  burstServing: number;
  burstStarting: number;
  burstDraining: number;
  /** Groups that may bill: serving, starting, unknown, failed but not gone. */
  burstBilling: number;
  spentTodayUsd: number;
  usdPerHour: number;
}

export interface PlanOutput {
  actions: Action[];
  state: PlannerState;
  reasons: Reason[];
  figures: Figures;
  /** Entry to append to the ledger before any action is applied; undefined when nothing bills or billed. */
  ledger?: LedgerEntry | undefined;
  /** When to look again (epoch ms); undefined leaves it to the heartbeat. */
  nextAt?: number | undefined;
}

/** What became of one action. */
export interface ActionResult {
  action: Action;
  outcome: 'accepted' | 'adopted' | 'failed' | 'skipped';
  failure?: Failure | undefined;
}

/** One evaluation as it is kept in the history. */
export interface Decision {
  workload: string;
  at: number;
  trigger: string;
  mode: 'off' | 'dry-run' | 'enforce';
  figures: Figures;
  reasons: Reason[];
  results: ActionResult[];
}
