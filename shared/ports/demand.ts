import type { QueueRef } from '../workload/workload.ts';

/** Message counts of a queue at one moment. */
export interface QueueDepth {
  active: number;
  deadLetter: number;
  scheduled: number;
  /** In the same answer some count of the namespace is above zero: a namespace that is throttled answers zero for all. */
  witnessed?: true | undefined;
}

/** A reading with its time, so that its age can be judged. */
export interface Reading<T> {
  value: T;
  /** Epoch milliseconds at which the value was true. */
  at: number;
}

/** Totals of one full minute from Azure Monitor; they arrive about a minute late. */
export interface QueueMinute {
  /** Start of the minute, epoch milliseconds. */
  minute: number;
  incoming: number;
  /** Average of active messages over the minute; absent when Azure had no value. */
  active?: number | undefined;
}

/** Reads of demand. Each throws AzureFailure; none of them ever answers zero for want of an answer. */
export interface QueueDepths {
  /**
   * Of queues of one namespace by their names, in one call. A queue that does not exist is absent from the answer. With
   * `witness` a queue that seems empty may take one call more, to see whether anything in its namespace is not.
   */
  read(namespace: string, queues: readonly string[], witness?: 'witness'): Promise<Map<string, Reading<QueueDepth>>>;
}

export interface QueueMetrics {
  /** The newest full minutes of one queue, oldest first, since `since`; an unknown namespace resource is a failure. */
  minutes(queue: QueueRef, since: number): Promise<QueueMinute[]>;
}

export interface LogQueries {
  /** First cell of the first row as a number; undefined for an empty table. */
  number(workspaceId: string, query: string): Promise<number | undefined>;
}

/** Whether the queue holds anything at all: in a namespace that is throttled none seems to. */
export const holdsAny = ({ active, deadLetter, scheduled }: QueueDepth): boolean => active + deadLetter + scheduled > 0;

/** Key of a queue in maps and state. */
export const queueKey = (queue: QueueRef): string => `${queue.namespace}/${queue.queue}`;
