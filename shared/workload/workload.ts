// What a user declares. `WorkloadSpec` comes from workloads/*.yaml (what runs), `Scaling` from app settings (where it
// listens and how it scales); no value lives in both places. All plain JSON data.

import type { Container, ContainerExtras, InitContainer } from './container-kinds.ts';
import type { GroupExtras } from './group-kinds.ts';
import type { Pace } from './pace.ts';
import type { Placement } from './placement.ts';
import type { RuleDeclaration } from './rules.ts';
import type { SignalDeclaration } from './signals.ts';

/**
 * What one replica runs. Everything in here is part of the revision: changing it makes new container groups. Secrets are
 * here by the names of their app settings alone.
 */
export interface WorkloadSpec extends ContainerExtras, GroupExtras {
  image: string;
  command?: string[] | undefined;
  /** Plain environment variables. */
  environment: Record<string, string>;
  /** Environment variables whose values are app settings: name in the container -> name of the app setting. */
  secureEnvironment: Record<string, string>;
  /** vCPU of the main container; a replica has those of `containers` besides (`sizeOf`). */
  cpu: number;
  memoryInGB: number;
  restartPolicy: 'Always' | 'OnFailure' | 'Never';
  /** Resource id of a user-assigned identity the container runs with (queue access, registry pull). */
  identity?: string | undefined;
  /** How Spillway asks a replica whether it is well; without it only Azure and the replica's polls say. */
  probe?: Probe | undefined;
  /** Registry the identity pulls from, e.g. `contoso.azurecr.io`. */
  registry?: string | undefined;
  /** Containers beside the main one, whose name is `main`. */
  containers?: Container[] | undefined;
  /** Run one after the other before the others start. */
  initContainers?: InitContainer[] | undefined;
}

export type Mode = 'off' | 'dry-run' | 'enforce';
export type BaseMode = 'none' | 'observe' | 'manage';
export type Lifecycle = 'create-delete' | 'start-stop';

/** A Service Bus queue: full host name of the namespace and the queue's name. */
export interface QueueRef {
  namespace: string;
  queue: string;
}

/** An HTTP probe of each replica. A part of the revision, because the port is a part of the container group. */
export interface Probe {
  path: string;
  port: number;
  /** Seconds between two probes, rounded up to the next evaluation (every 5 to 15 s). Default 10. */
  periodSeconds?: number | undefined;
  /** Default 2. */
  timeoutSeconds?: number | undefined;
  /** Bad answers in a row until the replica counts as unhealthy. Default 2. */
  failureThreshold?: number | undefined;
}

/**
 * - `none`: it cannot be told, and is stopped without notice.
 * - `poll`: it polls `GET /api/replicas/{name}`.
 * - `http`: Spillway posts to this port and path of the replica until it answers that it is idle.
 */
export type Drain = 'none' | 'poll' | { http: { path: string; port: number } };

/** Where clients find the replicas. */
export interface Discovery {
  /** Resource id of an A record set of a private DNS zone. */
  recordSet?: string | undefined;
  /** Resource id of a back-end pool of an application gateway. */
  backendPool?: string | undefined;
  /** Whether `GET /api/registry/{workload}` tells the members although there is no record set and no pool. */
  registry?: 'on' | 'off' | undefined;
  ttlSeconds: number;
  /** Where replicas listen for clients; absent: the port of the probe. */
  port?: number | undefined;
}

/** How the workload scales. Durations are seconds here, as users set them. */
export interface Scaling {
  mode: Mode;
  queue?: QueueRef | undefined;
  /** Log Analytics query whose first cell is a wanted number of replicas. */
  logQuery?: { workspaceId: string; query: string } | undefined;
  /** Named sources of demand beside the queue. */
  signals?: SignalDeclaration[] | undefined;
  /** What turns them into replicas. */
  rules?: RuleDeclaration[] | undefined;
  /** `max` (also when absent), `sum`, or a formula over `queue` and the names of signals with rules: in replicas. */
  combine?: string | undefined;
  base: {
    mode: BaseMode;
    /** Resource id of the scale set; absent with mode `none`. */
    scaleSet?: string | undefined;
    minInstances: number;
    maxInstances: number;
    /** US dollars for an hour of an instance, discounts included; absent: the list price of its vCPUs. */
    usdPerInstanceHour?: number | undefined;
    /** Instances paid for whether they run or not; absent means none. */
    reservedInstances?: number | undefined;
    /** Replicas that one instance of the scale set runs. */
    replicasPerInstance: number;
    /** The load must have stayed this long before instances are added. */
    growAfterSeconds: number;
    /** The load must have been lower this long before instances are removed. */
    scaleInDelaySeconds: number;
  };
  burst: {
    lifecycle: Lifecycle;
    minGroups: number;
    maxGroups: number;
    /** Regions in order of preference. */
    locations: string[];
    scaleInDelaySeconds: number;
    /** Seconds of an idle replica that a burst which finds it ready is worth; absent means 0. */
    returnWorthSeconds?: number | undefined;
    /** What a savings plan takes off the price of container groups; absent means nothing. */
    discountPercent?: number | undefined;
  };
  target: {
    /** A message should not wait longer than this. */
    maxWaitSeconds: number;
    /** First guess of what one replica works off, until learned. */
    messagesPerSecondPerReplica: number;
    /** Share of its time a replica should be busy in steady state (0..1]. */
    utilization: number;
  };
  /** How fast it may grow and shrink; absent: as fast as is needed. */
  pace?: Pace | undefined;
  /** The last replica goes when nothing was busy for so long; absent means 120 s. */
  zeroDelaySeconds?: number | undefined;
  /** Whether groups are started for bursts that are expected; absent means off. */
  forecast?: 'off' | 'shadow' | 'on' | undefined;
  alertAddGroups: number;
  /** Of workloads that share a region, the one with the higher number goes first; absent means 0. */
  priority?: number | undefined;
  /** Where burst replicas may go, and what they owe each other; absent: the locations, in their order. */
  placement?: Placement | undefined;
  /** Percent of the maximum by which replacements may overlap lost groups that may bill still; absent means 25. */
  failoverOverlapPercent?: number | undefined;
  /** How a replica is told to finish; absent means `poll`. */
  drain?: Drain | undefined;
  drainTimeoutSeconds: number;
  discovery?: Discovery | undefined;
  limits: {
    spendUsdPerDay: number;
    spendUsdPerHour: number;
    /** Absent means none beside the others. */
    spendUsdPerMonth?: number | undefined;
    changesPerEvaluation: number;
  };
  /** A reading older than this never scales in. */
  staleAfterSeconds: number;
  /** How a changed workload replaces what runs; what is absent has its default. */
  rollout?: { [K in keyof Rollout]?: Rollout[K] | undefined } | undefined;
}

/** One step of a canary: that share of the replicas (percent) runs the new revision well for so long. */
export interface RolloutStep {
  share: number;
  bakeSeconds: number;
}

/**
 * - `canary`: a few replicas first, by steps, then the rest in turn.
 * - `rolling`: all of them in turn.
 * - `none`: only new replicas get the new revision.
 */
export interface Rollout {
  strategy: 'canary' | 'rolling' | 'none';
  /** Replicas above those wanted, percent of them; one at least, unless it is 0. */
  maxSurgePercent: number;
  /** Replicas that may be missing of those wanted, percent of them, rounded down. */
  maxUnavailablePercent: number;
  steps: RolloutStep[];
  /** A new replica that does not serve for so long fails the rollout. */
  readySeconds: number;
  /** Two crashes fail the rollout when they are more than so many percent of its replicas. */
  maxCrashPercent: number;
  /** Dead letters that may come in one step. */
  maxDeadLetters: number;
  /** Whether somebody must approve each step but the last. */
  approval: 'none' | 'each-step';
}

export interface Workload {
  /** 1 to 24 characters: lower-case letters, digits and inner hyphens. */
  name: string;
  spec: WorkloadSpec;
  scaling: Scaling;
  /** Hash of `spec`, 8 hexadecimal characters. */
  revision: string;
}

/** What belongs to the deployment and not to one workload. */
export interface Deployment {
  /** The owner tag's value: what carries another id is never touched. */
  ownerId: string;
  subscriptionId: string;
  /** Resource group in which container groups are created. */
  resourceGroup: string;
  /** Other subscriptions with container groups of ours, in a resource group of the same name. */
  moreSubscriptions?: string[] | undefined;
  unattendedMinutes: number;
}
