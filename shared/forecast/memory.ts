// What the forecast keeps from one evaluation to the next: plain data, bounded, and learned again when it is lost.

/** A capacity, and the queue that it would have on paper (levels.ts). */
export interface Level {
  /** Replica-seconds that wait on paper, at most in this burst, and since when (epoch ms; absent while nothing waits). */
  queue: number;
  peak: number;
  from?: number | undefined;
  /** Whether the capacity is too small, and since when it is or is not; 0: it never was. */
  over: boolean;
  since: number;
  /** Seconds between the last times it was, oldest first; negative: the second time it nearly was. */
  gaps: number[];
  /** Replica-seconds that waited at most in the last bursts, oldest first. */
  peaks: number[];
}

export interface Levels {
  /** Time of the last reading that counted. */
  at: number;
  /** By number of the capacity. */
  rows: Level[];
}

/** How well a way to forecast did (record.ts). */
export interface TrackRecord {
  /** Forecasts whose time has not come: [epoch ms, forecast, load when it was made]. */
  pending: [number, number, number][];
  /** Mean squares of its errors, and of those of "nothing changes". */
  own: number;
  stays: number;
  count: number;
}

/** Level and slope of the load (trend.ts). */
export interface Trend {
  level: number;
  /** Replicas a second. */
  slope: number;
}

export interface Outlook {
  at: number;
  /** Highest load since the last five minutes began. */
  highest: number;
  trend: Trend;
  /** Tenths of a replica by five minutes (profile.ts), -1 where not known. */
  day?: number[] | undefined;
  week?: number[] | undefined;
  /** By way to forecast. */
  records: Record<string, TrackRecord>;
}
