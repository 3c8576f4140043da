// What a deployment costs while nothing happens. US dollars, West Europe and East US, pay as you go. Where these prices were
// read is not recorded, so they are estimates; those of container groups, which the spend limits go by, have a source
// (shared/placement/prices.ts).

import { valueOf } from './parameters.ts';

/** Date of the table, shown wherever a price is. */
export const COSTS_AS_OF = '2026-08';
const HOURS = 730;
const SECONDS = HOURS * 3600;

export interface CostOptions {
  network: boolean;
  privateEndpoints: boolean;
  example: boolean;
  machines: number;
  size: string;
  alwaysReady: number;
  memoryMB: number;
}

export interface CostLine {
  what: string;
  /** Absent: not known here. */
  usdPerMonth?: number;
}

/** The only size of machines whose price is known here. */
const PRICED = 'Standard_B2ats_v2';

/** Idle cost per month, line by line. */
export function idleCost(options: CostOptions): CostLine[] {
  const gigabytes = options.memoryMB / 1024;
  // Timers run every 5, 60 and 120 s and evaluations every minute; each run is billed as one second at least.
  const runs = SECONDS / 5 + SECONDS / 60 + SECONDS / 120 + SECONDS / 60;
  const lines: CostLine[] = [
    {
      what: `Functions: ${options.alwaysReady} always-ready instance of ${options.memoryMB} MB (0.000004 a GB-second)`,
      usdPerMonth: options.alwaysReady * gigabytes * SECONDS * 0.000004,
    },
    {
      what: 'Functions: timers (0.000026 a GB-second, 0.40 a million runs, less the free grant)',
      usdPerMonth: Math.max(0, runs * gigabytes - 100_000) * 0.000026 + (Math.max(0, runs - 250_000) / 1e6) * 0.4,
    },
    options.privateEndpoints
      ? { what: 'Service Bus Premium, one unit (0.9275 an hour)', usdPerMonth: 0.9275 * HOURS }
      : { what: 'Service Bus Standard (0.0135 an hour)', usdPerMonth: 0.0135 * HOURS },
    { what: 'Storage, tables and logs within the free 5 GB', usdPerMonth: 1 },
    { what: 'Alerts: one log rule of 5 minutes, four of 15, two metric rules', usdPerMonth: 1.5 + 4 * 0.5 + 2 * 0.1 },
  ];
  if (options.example) lines.push(machines(options));
  if (options.network || options.privateEndpoints)
    lines.push({ what: 'NAT gateway (0.045 an hour), its address, private DNS', usdPerMonth: 0.05 * HOURS + 0.5 });
  if (options.privateEndpoints)
    lines.push({ what: 'Five private endpoints (0.01 an hour)', usdPerMonth: 5 * 0.01 * HOURS });
  return lines;
}

/** The machines of the example, with the smallest standard SSD. */
function machines({ machines, size }: CostOptions): CostLine {
  if (machines > 0 && size !== PRICED)
    return { what: `Example: ${machines} x ${size} with disk, at a price not known here` };
  return {
    what: `Example: ${machines} x ${size} (0.0094 an hour) with disk`,
    usdPerMonth: machines * (0.0094 * HOURS + 2.4),
  };
}

/** Of what is known. */
export const total = (lines: CostLine[]): number => lines.reduce((sum, { usdPerMonth = 0 }) => sum + usdPerMonth, 0);

/** The options as the environment of azd says them. */
export const costOptions = (env: Record<string, string | undefined>): CostOptions => ({
  network: env['AZD_VNET'] === 'true',
  privateEndpoints: env['SPILLWAY_PRIVATE_ENDPOINTS'] === 'true',
  example: env['SPILLWAY_EXAMPLE'] !== 'false' && !env['SPILLWAY_SCALE_SET'],
  machines: Number(valueOf(env, 'SPILLWAY_EXAMPLE_INSTANCES')),
  size: valueOf(env, 'SPILLWAY_EXAMPLE_VM_SIZE'),
  alwaysReady: Number(valueOf(env, 'SPILLWAY_ALWAYS_READY')),
  memoryMB: Number(valueOf(env, 'SPILLWAY_INSTANCE_MEMORY_MB')),
});
