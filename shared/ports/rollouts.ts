import type { RolloutRecord } from '../rollout/record.ts';

/**
 * The record of each workload's revisions, in another storage service than planner state, because a roll-back rests on it.
 * Throws AzureFailure when it is out of reach or cannot be read.
 */
export interface Rollouts {
  /** Undefined when none was ever written. */
  read(workload: string): Promise<{ record: RolloutRecord; etag: string } | undefined>;
  /** Writes only if the stored version is still `etag` (undefined: only if nothing is stored). False: someone was faster. */
  write(workload: string, record: RolloutRecord, etag: string | undefined): Promise<boolean>;
}
