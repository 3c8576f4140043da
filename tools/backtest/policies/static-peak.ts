// No autoscaling: machines for the peak, all the time. What many teams run, and the reference of elasticity. Nobody documents
// how much more than the highest expected load is usual: a quarter is our choice, and the values that are tried surround it.

import type { PolicyKind } from '../policy.ts';
import { Peer } from './peer.ts';

/** `percent` of the replicas that the highest bin needs at the nominal rate. */
export const STATIC_PEAK: PolicyKind = {
  name: 'static-peak',
  knobs: { percent: [125, 35, 55, 75, 90, 100, 115, 140] },
  make: ({ percent = 125 }, { peak, replicasPerInstance }) => {
    const machines = Math.ceil((peak * percent) / 100 / replicasPerInstance);
    return new Peer('machines', machines, 60, () => machines);
  },
};
