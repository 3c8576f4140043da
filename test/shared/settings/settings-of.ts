// A complete and valid configuration, to be spoiled by each test in its own way.

import { parseSettings } from '../../../shared/settings/parse.ts';
import type { ParsedSettings } from '../../../shared/settings/parse.ts';
import type { Env } from '../../../shared/settings/read.ts';
import type { Problem } from '../../../shared/workload/problem.ts';
import type { Workload } from '../../../shared/workload/workload.ts';

export const SCALE_SET =
  '/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/shop/providers/Microsoft.Compute/virtualMachineScaleSets/workers';

export const ENV: Env = {
  SPILLWAY_OWNER_ID: 'shop-production',
  SPILLWAY_SUBSCRIPTION_ID: '11111111-1111-1111-1111-111111111111',
  SPILLWAY_RESOURCE_GROUP: 'shop',
  SPILLWAY_SERVICEBUS__fullyQualifiedNamespace: 'shop.servicebus.windows.net',
  SPILLWAY_EVALUATIONS_QUEUE: 'evaluations',
  SPILLWAY_RESOURCE_EVENTS_QUEUE: 'resource-events',
  SPILLWAY_PROBE_SCHEDULE: '*/5 * * * * *',
  SPILLWAY_HEARTBEAT_SCHEDULE: '0 * * * * *',
  SPILLWAY_SWEEP_SCHEDULE: '30 */2 * * * *',
  REGION_NAME: 'West Europe',
};

/** A file of the workloads folder; `more` are further lines of YAML. */
export const file = (name: string, more = ''): { file: string; text: string } => ({
  file: `workloads/${name}.yaml`,
  text: `image: example.io/worker:1\n${more}`,
});

/** Parses ENV changed by `env`, with the workload `orders` unless told otherwise. */
export const parse = (env: Env = {}, files = [file('orders')]): ParsedSettings =>
  parseSettings({ ...ENV, ...env }, files);

/** The only workload of a configuration that must be valid. */
export function onlyWorkload({ workloads, problems }: ParsedSettings): Workload {
  const [workload, ...others] = workloads;
  if (workload === undefined || others.length > 0) throw new Error(JSON.stringify(problems));
  return workload;
}

export const paths = (problems: readonly Problem[]): string[] => problems.map(({ path }) => path);
