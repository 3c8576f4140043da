// How many replicas does this demand ask for? A fluid queue, after Little's law:
//
//   steady   arrivals / (rate x utilization)                   keeps up, with headroom
//   catch up arrivals / rate + waiting / (rate x target wait)  also works off what waits within the target
//
// The larger of the two, rounded up. Worked example: 50 messages a second arrive, 300 wait, a replica works off 1 a
// second, target 30 s, utilization 0.8: steady 62.5, catch up 50 + 10 = 60, so 63 replicas.
//
// An estimate wanders by chance. Replicas are added only when those there are would be busier than three quarters of the
// way from the target utilization to all of the time (0.95 for 0.8), or could not catch up: in the example, with nothing waiting, 52 would be
// too few and 53 would do. Without this a constant load starts and ends a few groups each minute.

import type { QueueDemand } from '../signals/queue-demand.ts';

interface Target {
  maxWaitSeconds: number;
  utilization: number;
}

/** Share of the headroom that chance may use up. */
const TOLERATED = 0.75;

/** `have` is the number of replicas that serve or start. */
export function wantedReplicas(
  demand: Pick<QueueDemand, 'arrivals' | 'waiting'>,
  rate: number,
  target: Target,
  have: number,
): number {
  const { utilization } = target;
  const ideal = replicasFor(demand, rate, target);
  const busiest = utilization + TOLERATED * (1 - utilization);
  const enough = replicasFor(demand, rate, { ...target, utilization: busiest }) <= have;
  return enough ? Math.min(ideal, have) : ideal;
}

function replicasFor(
  { arrivals, waiting }: Pick<QueueDemand, 'arrivals' | 'waiting'>,
  rate: number,
  target: Target,
): number {
  const steady = arrivals / (rate * target.utilization);
  const catchUp = arrivals / rate + waiting / (rate * target.maxWaitSeconds);
  // A hundredth of a replica is noise of the estimate, not a reason for another machine.
  return Math.max(0, Math.ceil(Math.max(steady, catchUp) - 0.01));
}
