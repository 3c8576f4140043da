// The data that goes into a plan and comes out of it. Plain JSON: times are epoch milliseconds, money is US dollars.

import type { Group, GroupSummary, Usage } from '../ports/container-groups.ts';
import type { QueueDepth, QueueMinute, Reading } from '../ports/demand.ts';
import type { Asked, Closed, Suspect } from '../failover/trouble.ts';
import type { ShortSeen } from '../health/short-seen.ts';
import type { Levels, Outlook } from '../forecast/memory.ts';
import type { ReplicaState } from '../health/replica-state.ts';
import type { Listing, Registered, RegistryDocument } from '../ports/discovery.ts';
import type { Budgets, Failure } from '../ports/errors.ts';
import type { ProbeResult } from '../ports/probes.ts';
import type { ScaleSet } from '../ports/scale-sets.ts';
import type { StandbyPool } from '../ports/standby-pools.ts';
import type { Reported } from '../placement/budgets.ts';
import type { PreflightFacts } from '../placement/preflight.ts';
import type { Measured } from '../ports/signals.ts';
import type { AlertSignal, Beat, Hint, LedgerEntry, Pause } from '../ports/stores.ts';
import type { RolloutRecord } from '../rollout/record.ts';
import type { Compared, HelpMinute } from '../rules/burst-help.ts';
import type { SameLoad } from '../signals/same-load.ts';
import type { Reason, ReasonCode } from '../telemetry/reasons.ts';
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
  /** Since when they cannot be read, and why. */
  minutesUnread?: { since: number; problem: string } | undefined;
  /** Replicas wanted by the workload's log query, when it has one. */
  logDemand?: Observed<number> | undefined;
  /** Answers of the declared signals that were asked this time, by name. */
  signals?: Record<string, Observed<Measured>> | undefined;
  alerts: AlertSignal[];
  /** Loads that somebody expects; those that are over may be among them. */
  hints?: Hint[] | undefined;
  /** The list of owned groups of this workload: fast, but without instance view and late by seconds. */
  groups: Observed<GroupSummary[]>;
  /** Reads by name; `null` is Azure's 404. */
  looks: Record<string, Reading<Group | null>>;
  /** Names whose read failed, or could not begin in time. */
  unread?: string[] | undefined;
  /** Absent with base mode `none`. */
  base?: Observed<ScaleSet> | undefined;
  /** While its list of instances is throttled: when it is read again, after how long a wait, and what Azure said. */
  baseThrottled?: { until: number; waitMs: number; failure: Failure } | undefined;
  /** Names of enabled Azure autoscale settings on the scale set; absent when they were never read. */
  autoscale?: { names: string[]; at: number } | undefined;
  usages: Usage[];
  /** When `usages` were read. */
  usagesAt: number;
  /** Answers to the workload's own probe; only of groups that were probed this time. */
  probes?: Record<string, ProbeResult> | undefined;
  /** When groups were last probed, this time or before. */
  probedAt?: number | undefined;
  /** Groups that other workloads have reserved or may claim first, by home; absent where nothing is shared. */
  others?: Record<string, number> | undefined;
  /** Of the record set, when there is one; `null`: it does not exist yet. */
  records?: Observed<Listing | null> | undefined;
  /** Of the back-end pool, when there is one. */
  pool?: Observed<Listing> | undefined;
  registry?: Observed<Registered | null> | undefined;
  /** Of the instances of the scale set by their ids; only where replicas are published. */
  addresses?: Observed<Record<string, string>> | undefined;
  /** What was read of subnets and rights, this time or before; absent where a workload needs neither. */
  preflight?: PreflightFacts | undefined;
  /** Standby pools by resource id; absent for a workload that takes from none. */
  standbyPools?: Record<string, Observed<StandbyPool>> | undefined;
  beats: Beat[];
  ledger: Observed<LedgerEntry | null>;
  /** Which revisions are good, under way and bad; `null` when none was kept yet. Absent: nothing is rolled out. */
  rollout?: Observed<RolloutRecord | null> | undefined;
  /** Version of that record, for writing the next one. */
  rolloutEtag?: string | undefined;
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
  /** Of a create or a start: key of the offering if not the region, the subscription if not the own one, vCPU of the group. */
  offering?: string | undefined;
  subscription?: string | undefined;
  cores?: number | undefined;
  /** `claimed` until the answer is recorded: after a crash between the two it must be settled by reading. */
  outcome: 'claimed' | 'accepted' | 'unknown';
}

/** How often in a row replicas of a revision ended young by a fault of their own. */
export interface Crashes {
  count: number;
  /** None is started before. */
  until: number;
  /** Of the last one. */
  exitCode?: number | undefined;
  at: number;
}

/** The last reading of a declared signal that could be believed. */
export interface SignalMemory extends Measured {
  at: number;
  /** When it was asked for. */
  readAt: number;
  /** Units a second since the reading before; absent after a first reading. */
  growth?: number | undefined;
  /** Since when a queue reads zero that held messages before. */
  zeroSince?: number | undefined;
}

/** Where a step rule stands. */
export interface StepMemory {
  /** Replicas it last decided on. */
  wanted: number;
  /** No other step before. */
  coolUntil: number;
  /** By number of the step, since when its threshold is crossed. */
  since: Record<string, number>;
}

export interface SignalsMemory {
  readings: Record<string, SignalMemory>;
  /** Step rules by number. */
  steps: Record<string, StepMemory>;
  /** Replicas that served, oldest first, for ten minutes: a metric is judged by those of its own time. */
  serving: [number, number][];
  /** The same of replicas that end by themselves, with those that started: some always do. */
  turning?: [number, number][] | undefined;
  /** Replicas that each signal last asked for. */
  asked: Record<string, number>;
  /** When rules or the log query last asked for any. */
  activeAt?: number | undefined;
  logDemand?: Reading<number> | undefined;
  /** Of signals that are queues, what `flow` is of the own one. */
  flows?: Record<string, NonNullable<PlannerState['flow']>> | undefined;
}

/** More replicas did not help, and what was compared to find out: rules/burst-hold.ts. */
export interface HelpHold extends Compared {
  by: 'completions' | 'dead letters';
  /** No more are wanted until `until`; after it, half as many more are tried. */
  replicas: number;
  since: number;
  until: number;
  /** Holds in a row: each lasts longer. */
  times: number;
  /** Over, and remembered for `times` alone. */
  freed?: true | undefined;
}

export interface HelpMemory {
  /** Oldest first. */
  minutes: HelpMinute[];
  /** Dead letters, oldest first: [time, how many there are]. */
  letters: [number, number][];
  hold?: HelpHold | undefined;
}

/** What was wanted, and when it last grew and shrank: rules/pace.ts. */
export interface PaceMemory {
  /** Replicas by time, oldest first: an entry where they changed. */
  targets: [number, number][];
  /** `busy` until what was started serves, or what goes is drained; `at` is when it was so last. `from`: when it grew. */
  out?: { at: number; busy: boolean; from?: number | undefined } | undefined;
  in?: { at: number; busy: boolean } | undefined;
}

/** What an evaluation leaves for the next one and may lose at any time. Bounded in size. */
export interface PlannerState {
  version: 1;
  /** When this state began from nothing: for a while lists may lack what an earlier state had started. */
  bornAt: number;
  /** Start of the last completed observation. */
  observedAt: number;
  /** Whether container groups were listed since this state began. */
  listed?: true | undefined;
  /** The last depth reading that was believed: [time, active messages, replicas serving then]. */
  samples: [number, number, number][];
  /** Arrival estimate, messages per second. */
  arrivalRate?: number | undefined;
  /** For the load, oldest first: [time, active, since the first: busy replica-seconds, how rare readings were]; arrivals by minute. */
  flow?: [number, number, number, number?][] | undefined;
  arrived?: { first: number; counts: (number | null)[] } | undefined;
  /** Since when the load is the same. */
  sameLoad?: SameLoad | undefined;
  /** What bursts of the past needed, and how soon they returned. */
  levels?: Levels | undefined;
  /** What the load will be, and how well that was told before. */
  outlook?: Outlook | undefined;
  /** Learned messages per second per busy replica, from how many minutes, and to what share it is right. */
  serviceRate?: { value: number; minutes: number; lastMinute: number; error?: number | undefined } | undefined;
  /** Of declared signals and their rules. */
  signals?: SignalsMemory | undefined;
  /** Wanted replicas by time, oldest first: stabilisation windows look at it. */
  wanted: [number, number][];
  /** Replicas wanted after stabilisation, and since when it is this number. */
  steady?: { wanted: number; since: number } | undefined;
  inFlight: InFlight[];
  /** Looks by name: what was last seen and when. Empty where `replicas` says it; read by health/short-seen.ts. */
  seen: Record<string, Seen>;
  replicas?: ShortSeen | undefined;
  /** Replicas being drained, by name (container group or `instance:<id>`), since when. */
  drains: Record<string, number>;
  /** Replicas were heard to poll once, though their polls may be lost. */
  heard?: true | undefined;
  closed: Record<string, Closed>;
  /** By place. */
  asked?: Record<string, Asked> | undefined;
  suspects?: Record<string, Suspect> | undefined;
  /** What answers to writes reported of the budgets, by kind and home. */
  budgets?: Record<string, Reported> | undefined;
  /**
   * By offering: seconds of the last starts, the same with those that were taken away before they served (negative: longer than
   * that), and the share of failures (newest weigh most).
   */
  experience?: Record<string, { starts: number[]; every?: number[] | undefined; failures: number }> | undefined;
  /** Permanent refusals by revision: such a revision is not tried again until it changes. */
  refusedRevision?: { revision: string; failure: Failure } | undefined;
  /** Replicas that ended young, by revision. */
  crashes?: Record<string, Crashes> | undefined;
  /** When groups were last probed. */
  probedAt?: number | undefined;
  /** When nobody was heard then: how many should have been, and when groups were last probed and heard. */
  unheard?: { count: number; heardAt: number | undefined } | undefined;
  /** Since when the queue reads zero and no replica said busy; a single zero is suspicious. */
  zeroSince?: number | undefined;
  /** Replicas wanted before that zero, while it is not believed. */
  heldWanted?: number | undefined;
  /** Quota as last read; creates claimed since `usagesAt` are subtracted from it. */
  usages: Usage[];
  usagesAt: number;
  /** Subnets and rights as last read. */
  preflight?: PreflightFacts | undefined;
  /** Azure autoscale settings on the scale set, as last read. */
  autoscale?: { names: string[]; at: number } | undefined;
  /** Who is or was published, and where. */
  discovery?:
    | {
        /** Addresses of replicas that are not out, by name. As it is stored, those of groups stand in `replicas`. */
        addresses: Record<string, string>;
        /** Who waits to drain: since when, and since when it is seen to be out of every listing. */
        leaving: Record<string, { since: number; outSince?: number }>;
        /**
         * Addresses of replicas that are out for what is known against them, and that clients may still hold: since when
         * each is seen to be out of every listing, 0 while it is listed.
         */
        held?: Record<string, number>;
        /** Whose each address was that may be listed although nobody is in service there; empty: of one that is gone. */
        former?: Record<string, string>;
      }
    | undefined;
  /** When the minute metrics were last read. */
  minutesAt: number;
  minutesUnread?: Observation['minutesUnread'];
  /**
   * By instance of the scale set: US dollars by which its present side, bought or rented, cost more than the other, and seconds
   * for which one that is rented was wanted as a whole. `to`: instances that the set is to have, where those are fewer.
   */
  split?: { at: number; capacity: number; to?: number; regrets: number[]; steady?: number[] | undefined } | undefined;
  /** The scale set as last read, and the pages that took; absent: one. */
  base?: { serving: number; instances: number; at: number; pages?: number | undefined } | undefined;
  baseThrottled?: Observation['baseThrottled'];
  pace?: PaceMemory | undefined;
  /** Whether more replicas help. */
  help?: HelpMemory | undefined;
  /** Codes of the reasons that were raised as events and still hold, so that each is raised once. */
  raised?: ReasonCode[] | undefined;
}

export interface Seen {
  health: GroupHealth;
  /** When it was last looked at by name. */
  at: number;
  /** When this health was first seen. */
  since: number;
  /** The finer state, when the health alone does not tell it. */
  state?: ReplicaState | undefined;
  /** Since when, when not since `since`. */
  stateSince?: number | undefined;
  /** The workload's own probe of it: where, whether it was ever ready there, and bad answers in a row, after a good one when. */
  probe?: { ip?: string; ready: boolean; fails: number; last?: 'unhealthy' | 'unreachable'; well?: number } | undefined;
}

/** What counting goes by; health/replica-state.ts has the finer states. `unready` runs, but is of no use. */
export type GroupHealth =
  'starting' | 'serving' | 'unready' | 'stopped' | 'ended' | 'failed' | 'deleting' | 'gone' | 'unknown';

/** Where exactly a group is started, and how large; absent: the location's plain offering at the declared size. */
export interface Placed {
  place?: string | undefined;
  offering?: string | undefined;
  subscription?: string | undefined;
  /** vCPU of the whole group. */
  cores?: number | undefined;
}

type NamedGroup = Pick<InFlight, 'name' | 'ordinal' | 'location'>;

export type Action =
  | (NamedGroup & Placed & { kind: 'create-group'; tags: Record<string, string>; replicas?: number | undefined })
  | (NamedGroup & Placed & { kind: 'start-group' })
  | { kind: 'drain-group'; name: string; tags: Record<string, string> }
  | { kind: 'undrain-group'; name: string; tags: Record<string, string> }
  | (NamedGroup & { kind: 'stop-group' })
  | (NamedGroup & { kind: 'delete-group' })
  | { kind: 'grow-base'; scaleSet: string; capacity: number; etag: string | undefined }
  | { kind: 'shrink-base'; scaleSet: string; instances: string[] }
  /** Says by tags what instances run that are made from now on. */
  | { kind: 'tag-base'; scaleSet: string; tags: Record<string, string>; etag: string | undefined };

export interface PlanInput {
  deployment: Deployment;
  workload: Workload;
  observation: Observation;
  /** Undefined when lost or never written. */
  state: PlannerState | undefined;
  /** What was wrong with the one that was stored, when that is why there is none. */
  stateProblem?: string | undefined;
  now: number;
}

/** The figures a person asks for first; also the dashboard's and the demo's. */
export interface Figures {
  backlog?: number | undefined;
  arrivalsPerSecond?: number | undefined;
  messagesPerSecondPerReplica: number;
  /** Replicas wanted in all, after all limits. */
  wanted: number;
  /** Groups that a rollout may run on top of them now. */
  surge?: number | undefined;
  /** During a rollout: replicas that must serve, less those that may be unavailable. */
  needed?: number | undefined;
  baseServing: number;
  baseInstances: number;
  burstServing: number;
  burstStarting: number;
  burstDraining: number;
  /** Groups that may bill: serving, starting, unknown, failed but not gone. */
  burstBilling: number;
  spentTodayUsd: number;
  spentThisMonthUsd: number;
  usdPerHour: number;
}

/** What to publish; only what differs from what was read, with the ETag of that reading. */
export interface ServicePlan {
  records?: Listing & { id: string; ttlSeconds: number };
  pool?: { id: string; addresses: string[]; etag: string | undefined };
  registry?: { document: RegistryDocument; etag: string | undefined };
}

export interface PlanOutput {
  actions: Action[];
  state: PlannerState;
  reasons: Reason[];
  figures: Figures;
  /** Entry to append to the ledger before any action is applied; undefined when nothing bills or billed. */
  ledger?: LedgerEntry | undefined;
  /** Undefined when all is published as it should be. */
  service?: ServicePlan | undefined;
  /** Record of revisions to keep before any action is applied; undefined when it did not change. */
  rollout?: RolloutRecord | undefined;
  /** When to look again (epoch ms); undefined leaves it to the heartbeat. */
  nextAt?: number | undefined;
}

/** What became of one action. */
export interface ActionResult {
  action: Action;
  outcome: 'accepted' | 'adopted' | 'failed' | 'skipped';
  failure?: Failure | undefined;
  /** What the answer said of the budgets. */
  budgets?: Budgets | undefined;
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
