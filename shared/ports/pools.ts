/** What workloads claim of one region and subscription. */
export interface PoolRow {
  workloads: Record<
    string,
    {
      priority: number;
      /** Groups whose creates leave about then (epoch ms). */
      reserved: { groups: number; at: number }[];
      /** Groups it found no room for, and when. */
      asked: number;
      askedAt: number;
    }
  >;
}

/** One small row for each region and subscription, guarded by its ETag. Throws AzureFailure when out of reach. */
export interface Pools {
  /** `unreadable`: what was stored is of no use, and is removed. */
  read(home: string): Promise<{ row: PoolRow; etag: string } | 'unreadable' | undefined>;
  /** Writes only if the stored version is still `etag` (undefined: only if nothing is stored). False: someone was faster. */
  write(home: string, row: PoolRow, etag: string | undefined): Promise<boolean>;
}
