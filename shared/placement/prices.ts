// US dollars per hour, Linux, pay as you go, as published in August 2026 (Azure Retail Prices, East US unless named).
// Used for spend limits and estimates; the bill itself comes from Azure.

/** Date of the table, shown wherever a price is. */
export const PRICES_AS_OF = '2026-08';

const DEFAULT = { vcpu: 0.0405, memoryGB: 0.00445 };
const BY_LOCATION: Record<string, typeof DEFAULT> = {
  eastus: DEFAULT,
  swedencentral: { vcpu: 0.0466, memoryGB: 0.00511 },
};

/** Price of one running container group per hour; a location without an entry counts as the dearest one known. */
export function groupUsdPerHour(location: string, cpu: number, memoryInGB: number): number {
  const dearest = BY_LOCATION['swedencentral'] ?? DEFAULT;
  const price = BY_LOCATION[location] ?? dearest;
  return cpu * price.vcpu + memoryInGB * price.memoryGB;
}
