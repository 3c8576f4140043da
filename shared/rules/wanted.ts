// How many replicas does this demand ask for? A fluid queue, after Little's law:
//
//   steady   arrivals / (rate x utilization)                   keeps up, with headroom
//   catch up arrivals / rate + waiting / (rate x target wait)  also works off what waits within the target
//
// The larger of the two, rounded up. Worked example: 50 messages a second arrive, 300 wait, a replica works off 1 a
// second, target 30 s, utilization 0.8: steady 62.5, catch up 50 + 10 = 60, so 63 replicas.

import type { QueueDemand } from '../signals/queue-demand.ts';

export function wantedReplicas(
  demand: Pick<QueueDemand, 'arrivals' | 'waiting'>,
  rate: number,
  target: { maxWaitSeconds: number; utilization: number },
): number {
  const steady = demand.arrivals / (rate * target.utilization);
  const catchUp = demand.arrivals / rate + demand.waiting / (rate * target.maxWaitSeconds);
  // A hundredth of a replica is noise of the estimate, not a reason for another machine.
  return Math.ceil(Math.max(steady, catchUp) - 0.01);
}
