// AWS step scaling on mean utilization, with the steps of the user guide's example around an alarm threshold of 50 %:
//
//   above by 10 to 20: +10 %, by 20 and more: +30 %        below by 10 to 20: -10 %, by 20 and more: -30 %
//
// Out counts from the capacity without warming instances and adds only what is not coming already. A change of less than one
// instance is one instance. https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-simple-step.html

import type { PolicyKind } from '../policy.ts';
import { Peer } from './peer.ts';

const THRESHOLD = 50;
const WARM_UP_SECONDS = 300;
const LATE_SECONDS = 60;
const BOUNDS = { least: 1, most: 30 };

/** Whole instances of a change: above 1 rounded down, below -1 towards zero, between to one. */
export function wholeInstances(change: number): number {
  if (change === 0) return 0;
  return Math.abs(change) < 1 ? Math.sign(change) : Math.trunc(change);
}

/** Percent of change by how far the metric is from the threshold. */
export function stepPercent(distance: number): number {
  if (distance >= 20) return 30;
  if (distance >= 10) return 10;
  if (distance <= -20) return -30;
  return distance <= -10 ? -10 : 0;
}

/** Capacity after a step; `warm` instances carry the metric, `capacity` includes those that warm up. */
export function afterStep(percent: number, warm: number, capacity: number): number {
  const base = percent > 0 ? warm : capacity;
  const next = base + wholeInstances((base * percent) / 100);
  return percent > 0 ? Math.max(capacity, next) : Math.min(capacity, next);
}

export const AWS_STEP: PolicyKind = {
  name: 'aws-step',
  knobs: { threshold: [THRESHOLD, 30, 40, 60], warmUp: [WARM_UP_SECONDS, 60, 120] },
  make: ({ threshold = THRESHOLD, warmUp = WARM_UP_SECONDS }) =>
    new Peer('machines', 1, 60, (world, asked) => {
      const { now, machines } = world;
      const warm = machines.list.filter(({ readyAt }) => readyAt + warmUp <= now).length;
      const used = world.utilization(now - LATE_SECONDS - 60, now - LATE_SECONDS);
      if (used === undefined || warm === 0) return asked;
      const percent = stepPercent(100 * used - threshold);
      // Nothing is removed while instances warm up.
      if (percent === 0 || (percent < 0 && warm < machines.list.length)) return asked;
      return Math.min(BOUNDS.most, Math.max(BOUNDS.least, afterStep(percent, warm, asked)));
    }),
};
