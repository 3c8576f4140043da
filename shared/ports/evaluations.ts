/** Asks for evaluations. A trigger says nothing but "evaluate this workload"; doubles and delays are harmless. */
export interface Evaluations {
  /** One evaluation as soon as possible. Every call has an id of its own, so that none is swallowed as a duplicate. */
  request(workload: string, trigger: string): Promise<void>;
  /**
   * One evaluation at `dueAt` (epoch ms, rounded up to 5 s). The same workload and time twice is one message.
   * `attempt` counts the failed evaluations that led to it.
   */
  schedule(workload: string, dueAt: number, attempt: number): Promise<void>;
}
