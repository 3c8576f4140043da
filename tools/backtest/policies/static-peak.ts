// No autoscaling: machines for the peak, all the time. What many teams run, and the reference of elasticity.

import type { PolicyKind } from '../policy.ts';
import { REPLICAS_PER_INSTANCE } from '../world/prices.ts';
import { Peer } from './peer.ts';

/** `replicas`: a quarter more than the highest bin needs at the nominal rate, a usual reserve. */
export const STATIC_PEAK: PolicyKind = {
  name: 'static-peak',
  knobs: { replicas: [76, 20, 32, 44, 52, 60, 68, 84] },
  make: ({ replicas = 76 }) => {
    const machines = Math.ceil(replicas / REPLICAS_PER_INSTANCE);
    return new Peer('machines', machines, 60, () => machines);
  },
};
