import type { WorkloadSpec } from '../workload/workload.ts';
import type { WriteOutcome } from './errors.ts';

/** A container group as a list shows it: without instance view, and lists lag behind by seconds. */
export interface GroupSummary {
  name: string;
  location: string;
  /** Terminal: Succeeded, Failed, Canceled, Stopped-like states; anything else is in transition. */
  provisioningState: string;
  tags: Record<string, string>;
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
}

/** A container group as a read by name shows it. */
export interface Group extends GroupSummary {
  /** Running, Stopped, Pending, Succeeded, Failed; absent while Azure does not say. */
  state?: string | undefined;
  containers: ContainerStatus[];
  cpu: number;
  memoryInGB: number;
  ip?: string | undefined;
}

export interface CreateGroup {
  name: string;
  location: string;
  tags: Record<string, string>;
  spec: WorkloadSpec;
  /** Values of `spec.secureEnvironment`, by name in the container. */
  secrets: Record<string, string>;
}

/** Quota of a region as Azure counts it now. */
export interface Usage {
  location: string;
  groups: { used: number; limit: number };
  cores: { used: number; limit: number };
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
  usage(location: string): Promise<Usage>;
}
