import type { WriteOutcome } from './errors.ts';

export interface Instance {
  /** Uniform: the instance id. Flexible: the name of the virtual machine. */
  id: string;
  /** creating, updating, succeeded, failed, deleting. */
  provisioning: string;
  /** running, starting, stopped, deallocated, unknown. */
  power: string;
  /** healthy, unhealthy, initializing, unknown; `none` when no health extension reports. */
  health: string;
  /** Epoch milliseconds. */
  createdAt?: number | undefined;
  /** Maintenance by the platform that was announced and not done yet: its window, epoch milliseconds. */
  maintenance?: { from: number; to?: number | undefined } | undefined;
  /** As the set had them when the instance was made. */
  tags?: Record<string, string> | undefined;
}

export interface ScaleSet {
  capacity: number;
  provisioningState: string;
  etag?: string | undefined;
  orchestration: 'Uniform' | 'Flexible';
  tags?: Record<string, string> | undefined;
  instances: Instance[];
  /** Pages that the list of them took, each a read that counts; absent: one. */
  pages?: number | undefined;
}

/** Scale sets by resource id. Reads throw AzureFailure; writes are started and left. */
export interface ScaleSets {
  read(id: string): Promise<ScaleSet>;
  /**
   * Names of enabled Azure autoscale settings that target the set, of those in its resource group: with any, Spillway must not
   * manage it.
   */
  autoscaleSettings(id: string): Promise<string[]>;
  /** Raises the capacity; with `etag` the change is refused when the set changed meanwhile. */
  setCapacity(id: string, capacity: number, etag: string | undefined): Promise<WriteOutcome>;
  /** Replaces all tags; instances made from now on carry them. Guarded as the capacity is. */
  setTags(id: string, tags: Record<string, string>, etag: string | undefined): Promise<WriteOutcome>;
  /** Deletes the named instances and thereby lowers the capacity. */
  deleteInstances(id: string, instanceIds: string[]): Promise<WriteOutcome>;
}
