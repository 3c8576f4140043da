// What capacity costs here: East US, Linux, pay as you go, August 2026. Where no workload says otherwise, a replica has 1
// vCPU and 2 GB, and a Standard_D4s_v5 (0.192 US dollars an hour) runs four of them, the cheapest capacity by a little.

import { groupUsdPerHour } from '../../../shared/placement/prices.ts';

export const REPLICA = { cpu: 1, memoryInGB: 2 };

export const REPLICAS_PER_INSTANCE = 4;

export interface Prices {
  groupUsdPerHour: number;
  instanceUsdPerHour: number;
}

export const pricesOf = ({ cpu, memoryInGB }: typeof REPLICA): Prices => ({
  groupUsdPerHour: groupUsdPerHour('eastus', cpu, memoryInGB),
  instanceUsdPerHour: 0.192,
});

export const PRICES: Prices = pricesOf(REPLICA);

/** All work on the cheapest capacity at 100 % use: nothing can cost less. */
export const limitUsd = (
  workSeconds: number,
  { groupUsdPerHour: group, instanceUsdPerHour }: Prices,
  replicasPerInstance: number,
): number => (workSeconds / 3600) * Math.min(group, instanceUsdPerHour / replicasPerInstance);
