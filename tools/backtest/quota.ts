// Where the quota and the prices of the played world decide more than a policy does: to be read beside the figures.

import type { Scale } from './trace.ts';
import { QUOTA } from './world/groups.ts';

/** Machines that are cheaper by less than a tenth save nothing against single replicas by the second. */
const CHEAPER = 0.9;

/** `pool`: groups that a standby pool keeps ready. */
export function quotaNotes({ peak, replica, replicasPerInstance, prices }: Scale, pool = 0): string[] {
  const groups = Math.min(QUOTA.groups, Math.floor(QUOTA.cores / replica.cpu));
  const all = groups + QUOTA.instances * replicasPerInstance;
  const machine = prices.instanceUsdPerHour / replicasPerInstance / prices.groupUsdPerHour;
  const notes: [boolean, string][] = [
    [
      pool > 0,
      `The standby pool of ${pool} is in the cost of spillway and spillway-aci, used or not, and in their quota of ${groups} ` +
        'container groups.',
    ],
    [
      peak > all,
      `The peak needs ${Math.ceil(peak)} replicas, and ${groups} container groups and ${QUOTA.instances} machines are ` +
        `${all}: all fall behind there but static-peak, which has as many machines as it wants. --peak scales the trace.`,
    ],
    [
      peak > groups && peak <= all,
      `The peak needs ${Math.ceil(peak)} replicas, and there are at most ${groups} container groups: policies without ` +
        'machines, the clairvoyant among them, fall behind there.',
    ],
    [
      machine < CHEAPER,
      `A replica on machines costs ${Math.round(100 * machine)} % of one on container groups: who uses machines may cost ` +
        'less than the clairvoyant, which has container groups alone.',
    ],
  ];
  return notes.flatMap(([is, note]) => (is ? [note] : []));
}
