// What capacity costs here: by the very prices that the plan goes by, so that the bill is that of what was decided. Where
// nothing else is said a replica has 1 vCPU and 2 GB, and a Standard_D4s_v5 in East US (0.192 US dollars an hour, pay as you
// go) runs four of them, the cheapest capacity by a little.

import { groupUsdPerHour, instanceUsdPerHour, replicaUsdPerHour } from '../../../shared/placement/prices.ts';
import { sizeOf } from '../../../shared/workload/size.ts';
import type { Workload } from '../../../shared/workload/workload.ts';
import type { Scale } from '../trace.ts';

export const REPLICA = { cpu: 1, memoryInGB: 2 };

export const REPLICAS_PER_INSTANCE = 4;

export interface Prices {
  groupUsdPerHour: number;
  instanceUsdPerHour: number;
}

export const pricesOf = (workload: Workload): Prices => ({
  groupUsdPerHour: replicaUsdPerHour(workload),
  instanceUsdPerHour: instanceUsdPerHour(workload),
});

/** What a workload's replicas take and cost here. */
export const suppliedTo = (workload: Workload): Pick<Scale, 'replica' | 'replicasPerInstance' | 'prices'> => ({
  replica: sizeOf(workload.spec),
  replicasPerInstance: workload.scaling.base.replicasPerInstance,
  prices: pricesOf(workload),
});

export const PRICES: Prices = {
  groupUsdPerHour: groupUsdPerHour('eastus', REPLICA.cpu, REPLICA.memoryInGB),
  instanceUsdPerHour: 0.192,
};

/** All work on the cheapest capacity at 100 % use: nothing can cost less. */
export const limitUsd = (
  workSeconds: number,
  { groupUsdPerHour: group, instanceUsdPerHour: instance }: Prices,
  replicasPerInstance: number,
): number => (workSeconds / 3600) * Math.min(group, instance / replicasPerInstance);
