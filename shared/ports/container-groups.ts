import type { OfferingDeclaration } from '../workload/placement.ts';
import type { WorkloadSpec } from '../workload/workload.ts';
import type { WriteOutcome } from './errors.ts';

/** A container group as a list shows it: without instance view, and lists lag behind by seconds. */
export interface GroupSummary {
  name: string;
  location: string;
  /** Terminal: Succeeded, Failed, Canceled, Stopped-like states; anything else is in transition. */
  provisioningState: string;
  tags: Record<string, string>;
  /** Address, as far as Azure shows one. */
  ip?: string | undefined;
}

export interface ContainerStatus {
  name: string;
  /** Running, Waiting or Terminated. */
  state: string;
  exitCode?: number | undefined;
  detail?: string | undefined;
  restartCount: number;
  /** When the current state began, epoch milliseconds. */
  since?: number | undefined;
  /** Exit code of the run before the current one. */
  previousExitCode?: number | undefined;
  /** What Azure did with it, the last of each kind, oldest first. */
  events?: GroupEvent[] | undefined;
}

/** Pulling, Pulled, Started, Killing, or a warning: Failed, BackOff, FailedMount. */
export interface GroupEvent {
  name: string;
  message: string;
  /** Epoch milliseconds of the last time. */
  at: number;
}

/** A container group as a read by name shows it. */
export interface Group extends GroupSummary {
  /** Running, Stopped, Pending, Succeeded, Failed; absent while Azure does not say. */
  state?: string | undefined;
  containers: ContainerStatus[];
  cpu: number;
  memoryInGB: number;
}

export interface CreateGroup {
  name: string;
  location: string;
  tags: Record<string, string>;
  spec: WorkloadSpec;
  /** TCP ports at which the replica is called: the group gets an address only with any. */
  ports?: number[] | undefined;
  /** Zone, subnet, SKU, priority and pool; absent: a plain group in the location. */
  offering?: Omit<OfferingDeclaration, 'location'> | undefined;
  /** Replicas in the group, each a container of the spec's size; default 1. */
  replicas?: number | undefined;
  /** Values of all secrets of the spec, by the name of their app setting. */
  secrets: Record<string, string>;
}

/** Quota of a region as Azure counts it now. */
export interface Usage {
  location: string;
  /** Absent: the deployment's own. */
  subscription?: string | undefined;
  groups: { used: number; limit: number };
  cores: { used: number; limit: number };
  /** Where Azure reports them. */
  spotCores?: { used: number; limit: number } | undefined;
  confidentialCores?: { used: number; limit: number } | undefined;
}

/**
 * Container groups of the deployment's resource group. Reads throw AzureFailure. Writes are single requests without
 * retries and without waiting for the operation; they return what became of the request.
 */
export interface ContainerGroups {
  /** All groups that carry our owner tag. May lack groups of the last seconds and show ones that are gone. */
  list(): Promise<GroupSummary[]>;
  /** Undefined means Azure answered 404: only then is a name free. */
  get(name: string): Promise<Group | undefined>;
  /** A PUT. The caller must have had a 404 for the name: a PUT on an existing group restarts its containers. */
  create(request: CreateGroup): Promise<WriteOutcome>;
  /** Starts a stopped group: a new deployment that pulls the image again. Harmless on a running one. */
  start(name: string): Promise<WriteOutcome>;
  /** Ends the bill at once. Harmless on a stopped one. */
  stop(name: string): Promise<WriteOutcome>;
  /** Deleting what does not exist is accepted. */
  delete(name: string): Promise<WriteOutcome>;
  /** Replaces all tags of the group; does not touch its containers. */
  setTags(name: string, tags: Record<string, string>): Promise<WriteOutcome>;
  /** `subscription` when it is not the deployment's own. */
  usage(location: string, subscription?: string): Promise<Usage>;
}
