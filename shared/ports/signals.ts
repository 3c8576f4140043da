import type { SignalDeclaration } from '../workload/signals.ts';
import type { Failure } from './errors.ts';

/** What a source said. */
export interface Measured {
  value: number;
  /** Seconds that the oldest message has waited; absent where that cannot be read. */
  oldestSeconds?: number | undefined;
  /** Of an empty queue: as that of a depth. */
  witnessed?: true | undefined;
}

/** A source's answer with the time (epoch ms) at which it was true, or why there is none. */
export type SignalAnswer = { status: 'read'; value: Measured; at: number } | { status: 'failed'; failure: Failure };

/** Sources of signals that Azure answers: queues, subscriptions, storage queues, metrics and logs. */
export interface Signals {
  /**
   * One answer for each source, in their order, with as few calls as it takes: one for each namespace, one for each 50
   * resources of a metric. A source that fails is a failed answer beside the others; never throws AzureFailure. What does
   * not exist, has no value or is incomplete is a failure, never zero.
   */
  read(sources: SignalDeclaration[]): Promise<SignalAnswer[]>;
}
