/** A pool of container groups that are kept ready, as its provider last saw it: seconds may have passed since. */
export interface StandbyPool {
  /** Groups that run and wait to be taken. */
  running: number;
  /** What its provider says is wrong with it; such a pool makes no new groups for a while. */
  degraded?: string | undefined;
}

/** Standby pools of Container Instances; whoever declared them owns them. Reads throw AzureFailure. */
export interface StandbyPools {
  /** By resource id. */
  read(id: string): Promise<StandbyPool>;
}
