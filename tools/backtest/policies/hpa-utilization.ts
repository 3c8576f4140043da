// The HPA on the utilization of its pods (the default metric of Kubernetes: CPU at 80 % of the request), on virtual nodes.
// A worker is as busy as its CPU. The metrics pipeline is late: 10 s of the kubelet, 30 s of the metrics server.
//
// https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/; kubernetes/kubernetes issue 110317 (delays)

import type { PolicyKind } from '../policy.ts';
import { Behavior, byPods, combined, DOWN_WINDOW_SECONDS, SYNC_SECONDS } from './hpa.ts';
import { Peer } from './peer.ts';

const TARGET_PERCENT = 80;
/** Window of the metrics server, and how old its newest value is on average. */
const WINDOW_SECONDS = 30;
const LATE_SECONDS = 27;
const BOUNDS = { least: 1, most: 100 };

export const HPA_UTILIZATION: PolicyKind = {
  name: 'hpa-utilization',
  knobs: { percent: [TARGET_PERCENT, 30, 40, 50, 60], downWindow: [DOWN_WINDOW_SECONDS, 60, 120, 600] },
  make: ({ percent = TARGET_PERCENT, downWindow = DOWN_WINDOW_SECONDS }) => {
    const behavior = new Behavior(downWindow);
    return new Peer('groups', 1, SYNC_SECONDS, (world, asked) => {
      const { now, serving } = world;
      const used = world.utilization(now - LATE_SECONDS - WINDOW_SECONDS, now - LATE_SECONDS);
      const starting = Math.max(0, asked - serving);
      const proposal = used === undefined ? undefined : byPods((100 * used) / percent, serving, starting, asked);
      return behavior.next(combined([proposal], asked), asked, now, BOUNDS);
    });
  },
};
