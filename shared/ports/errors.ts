// The four classes into which every failure of Azure falls. What to do follows from the class alone.

/**
 * - `wait`: nothing happened, and the same call may work after `retryAfterMs`.
 * - `elsewhere`: nothing happened, and this place cannot take it (quota, capacity): use another.
 * - `permanent`: nothing happened, and repeating it will not help (bad request, no right, bad image).
 * - `unknown`: it may or may not have happened (time-out, connection lost, 5xx): only reading settles it.
 */
export type FailureClass = 'wait' | 'elsewhere' | 'permanent' | 'unknown';

/** A classified failure, as plain data for state, history and reasons. */
export interface Failure {
  class: FailureClass;
  /** Azure's error code, or `Network` when no answer came. */
  code: string;
  message: string;
  /** HTTP status; absent when no answer came. */
  status?: number | undefined;
  retryAfterMs?: number | undefined;
}

/** Thrown by reads of every port; writes return the failure instead. */
export class AzureFailure extends Error {
  readonly failure: Failure;
  constructor(doing: string, failure: Failure, cause: unknown) {
    super(`${doing}: ${failure.code}: ${failure.message}`, { cause });
    this.name = 'AzureFailure';
    this.failure = failure;
  }
}

/** What became of a write. `accepted` means started, not finished: later observations tell how it ended. */
export type WriteOutcome =
  | { status: 'accepted'; budgets?: Budgets | undefined }
  | { status: 'failed'; failure: Failure; budgets?: Budgets | undefined };

/** What an answer says is left: writes of this kind within 5 minutes and an hour, and Resource Manager's tokens. */
export interface Budgets {
  per5Minutes?: number | undefined;
  perHour?: number | undefined;
  tokens?: number | undefined;
}
