// AWS target tracking on the backlog per instance: two alarms on minute metrics that nobody can tune. High: above the
// target for 3 minutes; low: below 0.9 of it for 15. The new capacity is proportional, rounded up. Nothing is removed while
// instances warm up; those count as capacity, but not in the metric.
//
//   target = acceptable latency / processing time, 30 s / 1 s at the usual rate, for each of an instance's replicas
//
// The acceptable latency is the wait that the workload allows.
//
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-using-sqs-queue.html, as-scaling-target-tracking.html. The sizes of
// the alarms were observed: aws/containers-roadmap 638, hashicorp/terraform-provider-aws 42553.

import type { PolicyKind } from '../policy.ts';
import { Peer } from './peer.ts';

const HIGH_MINUTES = 3;
const LOW_MINUTES = 15;
const LOW_SHARE = 0.9;
const WARM_UP_SECONDS = 300;
const LATE_SECONDS = 60;
const ACCEPTABLE_WAIT = 30;
const BOUNDS = { least: 1, most: 30 };

/** Capacity for a backlog: 1,500 messages on 10 instances at a target of 100 ask for 15. */
export const proportional = (inService: number, metric: number, target: number): number =>
  Math.ceil((inService * metric) / target - 1e-9);

export interface Alarms {
  high: boolean;
  low: boolean;
}

/** By the last 15 minute points, the newest last. */
export function alarms(points: readonly number[], target: number): Alarms {
  const all = (minutes: number, test: (point: number) => boolean): boolean =>
    points.length >= minutes && points.slice(-minutes).every(test);
  return {
    high: all(HIGH_MINUTES, (point) => point > target),
    low: all(LOW_MINUTES, (point) => point < LOW_SHARE * target),
  };
}

export const AWS_TARGET_TRACKING: PolicyKind = {
  name: 'aws-target-tracking',
  waitKnob: 'wait',
  knobs: { wait: [ACCEPTABLE_WAIT, 1, 2, 5, 10], warmUp: [WARM_UP_SECONDS, 60, 120] },
  make: ({ wait = ACCEPTABLE_WAIT, warmUp = WARM_UP_SECONDS }, { nominalRate, replicasPerInstance }) => {
    const target = wait * nominalRate * replicasPerInstance;
    const points: number[] = [];
    return new Peer('machines', 1, 60, (world, asked) => {
      const { now, machines } = world;
      const warm = machines.list.filter(({ readyAt }) => readyAt + warmUp <= now).length;
      const inService = Math.max(1, warm);
      const depth = world.meanDepth(now - LATE_SECONDS - 60, now - LATE_SECONDS);
      if (depth === undefined) return asked;
      points.push(depth / inService);
      if (points.length > LOW_MINUTES) points.shift();
      const { high, low } = alarms(points, target);
      const wanted = proportional(inService, points.at(-1) ?? 0, target);
      if (high) return Math.min(BOUNDS.most, Math.max(asked, wanted));
      if (low && warm >= machines.list.length) return Math.max(BOUNDS.least, Math.min(asked, wanted));
      return asked;
    });
  },
};
