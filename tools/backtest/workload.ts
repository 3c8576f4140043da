// The workload that is played: the product's own defaults, read by the product's own parser, so that a default that
// changes there changes here. What no default can know is set: where it listens, and limits as high as the quota.

import { parseSettings } from '../../shared/settings/parse.ts';
import { formatProblems } from '../../shared/workload/problem.ts';
import type { Workload } from '../../shared/workload/workload.ts';
import { QUOTA } from './world/groups.ts';
import { REPLICA, REPLICAS_PER_INSTANCE } from './world/prices.ts';

const SCALE_SET =
  '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/backtest/providers/Microsoft.Compute/virtualMachineScaleSets/base';

const ENV = {
  SPILLWAY_OWNER_ID: 'backtest',
  SPILLWAY_SUBSCRIPTION_ID: '00000000-0000-0000-0000-000000000000',
  SPILLWAY_RESOURCE_GROUP: 'backtest',
  SPILLWAY_LOCATION: 'eastus',
  SPILLWAY_SERVICEBUS__fullyQualifiedNamespace: 'backtest.servicebus.windows.net',
  SPILLWAY_EVALUATIONS_QUEUE: 'evaluations',
  SPILLWAY_RESOURCE_EVENTS_QUEUE: 'resource-events',
  SPILLWAY_PROBE_SCHEDULE: '*/5 * * * * *',
  SPILLWAY_HEARTBEAT_SCHEDULE: '0 * * * * *',
  SPILLWAY_SWEEP_SCHEDULE: '30 */2 * * * *',
  SPILLWAY_MODE: 'enforce',
  SPILLWAY_QUEUE: 'backtest/trace',
  SPILLWAY_BURST_MAX_GROUPS: String(QUOTA.groups),
  SPILLWAY_SPEND_LIMIT_USD_PER_DAY: '100000',
  SPILLWAY_SPEND_LIMIT_USD_PER_HOUR: '10000',
};

const FILE = [
  'image: backtest:1',
  `cpu: ${REPLICA.cpu}`,
  `memoryInGB: ${REPLICA.memoryInGB}`,
  `replicasPerInstance: ${REPLICAS_PER_INSTANCE}`,
].join('\n');

/** App settings of a scale set that Spillway manages beside ACI, of ACI alone, and of a scale set alone. */
export const PLACES = {
  both: { SPILLWAY_SCALE_SET: SCALE_SET, SPILLWAY_BASE_MODE: 'manage', SPILLWAY_BASE_MAX_INSTANCES: '30' },
  aci: {},
  vmss: {
    SPILLWAY_SCALE_SET: SCALE_SET,
    SPILLWAY_BASE_MODE: 'manage',
    SPILLWAY_BASE_MAX_INSTANCES: '30',
    SPILLWAY_BURST_MAX_GROUPS: '0',
  },
} as const;

const PLAYED_AS = 'workloads/trace.yaml';

/**
 * Throws with all that is wrong, or with what cannot be played, in one message; `file` is what it calls the workload file.
 */
export function workloadOf(
  place: keyof typeof PLACES,
  changes: Record<string, string> = {},
  text = FILE,
  file = PLAYED_AS,
): Workload {
  const env = { ...ENV, ...PLACES[place], ...changes };
  const { workloads, problems } = parseSettings(env, [{ file: PLAYED_AS, text }]);
  const [workload] = workloads;
  if (!workload || problems.length > 0) throw new Error(formatProblems(problems).replaceAll(PLAYED_AS, file));
  const { scaling, spec } = workload;
  if (scaling.burst.lifecycle === 'start-stop' || (scaling.placement?.replicasPerGroup ?? 1) > 1) {
    throw new Error('The backtest plays container groups that are created and deleted, with one replica each.');
  }
  // Replicas of the played world are well from their start and answer no probe.
  return { ...workload, spec: { ...spec, probe: undefined } };
}
