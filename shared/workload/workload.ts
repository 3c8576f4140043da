// What a user declares. `WorkloadSpec` comes from workloads/*.yaml (what runs), `Scaling` from app settings (where it
// listens and how it scales); no value lives in both places. All plain JSON data.

/** What one replica runs. Everything in here is part of the revision: changing it makes new container groups. */
export interface WorkloadSpec {
  image: string;
  command?: string[] | undefined;
  /** Plain environment variables. */
  environment: Record<string, string>;
  /** Environment variables whose values are app settings: name in the container -> name of the app setting. */
  secureEnvironment: Record<string, string>;
  /** vCPU of one replica. */
  cpu: number;
  memoryInGB: number;
  restartPolicy: 'Always' | 'OnFailure' | 'Never';
  /** Resource id of a user-assigned identity the container runs with (queue access, registry pull). */
  identity?: string | undefined;
  /** Registry the identity pulls from, e.g. `contoso.azurecr.io`. */
  registry?: string | undefined;
}

export type Mode = 'off' | 'dry-run' | 'enforce';
export type BaseMode = 'none' | 'observe' | 'manage';
export type Lifecycle = 'create-delete' | 'start-stop';

/** A Service Bus queue: full host name of the namespace and the queue's name. */
export interface QueueRef {
  namespace: string;
  queue: string;
}

/** How the workload scales. Durations are seconds here, as users set them. */
export interface Scaling {
  mode: Mode;
  queue?: QueueRef | undefined;
  /** Log Analytics query whose first cell is a wanted number of replicas. */
  logQuery?: { workspaceId: string; query: string } | undefined;
  base: {
    mode: BaseMode;
    /** Resource id of the scale set; absent with mode `none`. */
    scaleSet?: string | undefined;
    minInstances: number;
    maxInstances: number;
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
  };
  target: {
    /** A message should not wait longer than this. */
    maxWaitSeconds: number;
    /** First guess of what one replica works off, until learned. */
    messagesPerSecondPerReplica: number;
    /** Share of its time a replica should be busy in steady state (0..1]. */
    utilization: number;
  };
  alertAddGroups: number;
  drainTimeoutSeconds: number;
  limits: {
    spendUsdPerDay: number;
    spendUsdPerHour: number;
    changesPerEvaluation: number;
  };
  /** A reading older than this never scales in. */
  staleAfterSeconds: number;
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
  unattendedMinutes: number;
}
