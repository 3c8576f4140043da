// What is remembered of a place (a region, or an offering there) that gave trouble.

/** A place that refused or lost groups: it takes nothing until `until`, and is on trial after that. */
export interface Closed {
  until: number;
  /** Times it failed in a row; 0 when it only throttled. */
  failures: number;
  code: string;
  cause?: 'refused' | 'lost' | 'unread' | undefined;
  /** Groups that it may start at one time while on trial. */
  allowed?: number | undefined;
  /** Groups that are being tried there now. */
  starting?: number | undefined;
  /** Evaluation at which it last proved itself. */
  provedAt?: number | undefined;
}

/** What speaks against a place and is not yet enough. */
export interface Suspect {
  /** When groups failed there, oldest first; at most 32. */
  losses: number[];
  /** Since when no group there could be read. */
  unreadSince?: number | undefined;
}

/** Of the last groups that a place was asked for, those that it accepted and refused. */
export interface Asked {
  accepted: number;
  refused: number;
  /** When it last took none of those that it was asked for; absent where it took some since. */
  noneAt?: number | undefined;
}
