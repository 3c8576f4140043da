/** The only source of time outside the pure folders' arguments. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
}
