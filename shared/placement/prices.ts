// US dollars per hour, Linux, pay as you go, as published in August 2026 (Azure Retail Prices, East US unless named).
// Used for spend limits and estimates; the bill itself comes from Azure.

import type { OfferingDeclaration, Size } from '../workload/placement.ts';
import { sizeOf } from '../workload/size.ts';
import { oncePerWorkload } from '../workload/once.ts';
import type { Workload } from '../workload/workload.ts';
import { candidatesOf, replicasPerGroup } from './offering.ts';

/** Date of the table, shown wherever a price is. */
export const PRICES_AS_OF = '2026-08';

const DEFAULT = { vcpu: 0.0405, memoryGB: 0.00445 };
const BY_LOCATION: Record<string, typeof DEFAULT> = {
  eastus: DEFAULT,
  swedencentral: { vcpu: 0.0466, memoryGB: 0.00511 },
};

/** Spot costs 0.01215 and 0.001335 in East US, which is exactly this share of the regular price. */
const SPOT = 0.3;
/** No price of Confidential groups was found; spend limits must not be passed, so they count as twice the regular one. */
const CONFIDENTIAL = 2;

/** Price of one running container group per hour; a location without an entry counts as the dearest one known. */
export function groupUsdPerHour(
  location: string,
  cpu: number,
  memoryInGB: number,
  { sku, priority }: Pick<OfferingDeclaration, 'sku' | 'priority'> = {},
): number {
  const dearest = BY_LOCATION['swedencentral'] ?? DEFAULT;
  const price = BY_LOCATION[location] ?? dearest;
  const factor = (priority === 'Spot' ? SPOT : 1) * (sku === 'Confidential' ? CONFIDENTIAL : 1);
  return (cpu * price.vcpu + memoryInGB * price.memoryGB) * factor;
}

/** The dearest group the workload may start, so that a spend limit holds wherever a group goes. */
export const dearestGroupUsdPerHour = oncePerWorkload((workload): number => {
  const replicas = replicasPerGroup(workload);
  const { cpu, memoryInGB } = sizeOf(workload.spec);
  const price = (location: string, size: Size, kind?: Pick<OfferingDeclaration, 'sku' | 'priority'>): number =>
    groupUsdPerHour(location, size.cpu * replicas, size.memoryInGB * replicas, kind);
  return Math.max(
    ...candidatesOf(workload).map(({ offering, size }) => price(offering.location, size, offering)),
    price('', { cpu, memoryInGB }),
  );
});

/** A vCPU-hour of a general machine (Standard_D2s_v5: 0.096 for two, East US). */
const MACHINE_VCPU = 0.048;

/** An instance of the scale set: what the user says it costs with all discounts, else the list price of its vCPUs. */
export const instanceUsdPerHour = ({ spec, scaling: { base } }: Workload): number =>
  base.usdPerInstanceHour ?? base.replicasPerInstance * sizeOf(spec).cpu * MACHINE_VCPU;

/** A replica on container groups, on the cheapest of the workload's regular offerings, less the user's discount. */
export function replicaUsdPerHour(workload: Workload): number {
  const { cpu, memoryInGB } = sizeOf(workload.spec);
  const offerings = candidatesOf(workload).map(({ offering }) => offering);
  const regular = offerings.filter(({ priority }) => priority === 'Regular');
  const prices = (regular.length > 0 ? regular : offerings).map((offering) =>
    groupUsdPerHour(offering.location, cpu, memoryInGB, offering),
  );
  return (
    Math.min(...prices, groupUsdPerHour('', cpu, memoryInGB)) *
    (1 - (workload.scaling.burst.discountPercent ?? 0) / 100)
  );
}
