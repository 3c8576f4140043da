// What capacity costs here: East US, Linux, pay as you go, August 2026. A replica has 1 vCPU and 2 GB. A Standard_D4s_v5
// (0.192 US dollars an hour) runs four of them, which makes it the cheapest capacity by a little.

import { groupUsdPerHour } from '../../../shared/placement/prices.ts';

export const REPLICA = { cpu: 1, memoryInGB: 2 };

export const REPLICAS_PER_INSTANCE = 4;

export interface Prices {
  groupUsdPerHour: number;
  instanceUsdPerHour: number;
}

export const PRICES: Prices = {
  groupUsdPerHour: groupUsdPerHour('eastus', REPLICA.cpu, REPLICA.memoryInGB),
  instanceUsdPerHour: 0.192,
};

/** All work on the cheapest capacity at 100 % use: nothing can cost less. */
export const limitUsd = (workSeconds: number, { groupUsdPerHour: group, instanceUsdPerHour }: Prices): number =>
  (workSeconds / 3600) * Math.min(group, instanceUsdPerHour / REPLICAS_PER_INSTANCE);
