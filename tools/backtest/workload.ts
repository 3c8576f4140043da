// The workload that is played: a deployed one, or the product's own defaults, read by the product's own parser, so that a
// default that changes there changes here. What no default can know is set: where it listens; and limits as high as the quota.

import { parseSettings } from '../../shared/settings/parse.ts';
import type { Env } from '../../shared/settings/read.ts';
import { SETTINGS } from '../../shared/settings/table.ts';
import { formatProblems, type Problem } from '../../shared/workload/problem.ts';
import type { SourceFile } from '../../shared/workload/parse-file.ts';
import type { Scaling, Workload } from '../../shared/workload/workload.ts';
import { QUOTA } from './world/groups.ts';
import { REPLICA, REPLICAS_PER_INSTANCE } from './world/prices.ts';

const SCALE_SET =
  '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/backtest/providers/Microsoft.Compute/virtualMachineScaleSets/base';

/** Instead of the product's defaults, which bound an untried deployment: what the load needs is to be seen. */
const ASSUMED = {
  SPILLWAY_BASE_MODE: 'manage',
  SPILLWAY_BASE_MAX_INSTANCES: String(QUOTA.instances),
  SPILLWAY_BURST_MAX_GROUPS: String(QUOTA.groups),
  SPILLWAY_SPEND_LIMIT_USD_PER_DAY: '100000',
  SPILLWAY_SPEND_LIMIT_USD_PER_HOUR: '10000',
};

export type Assumed = keyof typeof ASSUMED;

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
  SPILLWAY_SCALE_SET: SCALE_SET,
  ...ASSUMED,
};

const FILE = {
  file: 'workloads/trace.yaml',
  text: [
    'image: backtest:1',
    `cpu: ${REPLICA.cpu}`,
    `memoryInGB: ${REPLICA.memoryInGB}`,
    `replicasPerInstance: ${REPLICAS_PER_INSTANCE}`,
  ].join('\n'),
};

/** What a workload is read from: app settings, which may be those of others, too, and its file. */
export interface Declared {
  env: Env;
  file: SourceFile;
}

/** Of the settings that are assumed, those that nobody set: with the value that is played and the product's default. */
export function assumedFor(
  changes: Record<string, string> = {},
  deployed?: Declared,
): Partial<Record<Assumed, { played: string; usual: string }>> {
  if (deployed) return {};
  const names = (Object.keys(ASSUMED) as Assumed[]).filter(
    (name) => !Object.keys(changes).some((set) => set === name || set.startsWith(`${name}_FOR_`)),
  );
  return Object.fromEntries(
    names.map((name) => [
      name,
      { played: ASSUMED[name], usual: SETTINGS.find((setting) => setting.name === name)?.default ?? '' },
    ]),
  );
}

/** What is left of how a workload scales when a row plays it beside, without or only with its scale set. */
export const PLACES = {
  both: (scaling: Scaling): Scaling => scaling,
  aci: ({ base, ...rest }: Scaling): Scaling => ({ ...rest, base: { ...base, mode: 'none', scaleSet: undefined } }),
  vmss: ({ base, burst, ...rest }: Scaling): Scaling => ({
    ...rest,
    base: { ...base, mode: 'manage', scaleSet: base.scaleSet ?? SCALE_SET },
    burst: { ...burst, minGroups: 0, maxGroups: 0 },
  }),
};

/**
 * Throws with all that is wrong, or that cannot be played, in one message, which calls the file `shownAs`. Changes and text go
 * before what is declared.
 */
export function workloadOf(
  place: keyof typeof PLACES,
  changes: Record<string, string> = {},
  text?: string,
  { env, file }: Declared = { env: ENV, file: FILE },
  shownAs = file.file,
): Workload {
  const parsed = parseSettings({ ...env, ...changes }, [text === undefined ? file : { ...file, text }]);
  const [workload] = parsed.workloads;
  const broken = parsed.broken[0]?.problems ?? [];
  // Of the other app settings those of other workloads are wrong here.
  const changed = parsed.problems.filter(({ path }) => path in changes && !broken.some((one) => one.path === path));
  const refused = [...broken, ...changed, ...(workload ? unplayable(workload) : [])];
  if (!workload || refused.length > 0) throw new Error(formatProblems(refused).replaceAll(file.file, shownAs));
  return { ...workload, scaling: PLACES[place](workload.scaling) };
}

/** What would make all figures wrong; what only bends them is told: not-played.ts. */
function unplayable({ scaling: { mode, queue, burst, placement } }: Workload): Problem[] {
  const replicasPerGroup = placement?.replicasPerGroup ?? 1;
  const parts: (Problem | false)[] = [
    mode !== 'enforce' && {
      path: 'SPILLWAY_MODE',
      value: mode,
      message: 'would change nothing of what is played',
      allowed: 'enforce',
    },
    queue === undefined && {
      path: 'SPILLWAY_QUEUE',
      value: '',
      message: 'is needed: the trace is what arrives in it',
      allowed: 'any namespace and queue, such as contoso/orders',
    },
    burst.lifecycle === 'start-stop' && {
      path: 'SPILLWAY_BURST_LIFECYCLE',
      value: burst.lifecycle,
      message: 'cannot be played',
      allowed: 'create-delete',
    },
    replicasPerGroup > 1 && {
      path: 'placement.replicasPerGroup',
      value: String(replicasPerGroup),
      message: 'cannot be played: container groups have one replica each',
      allowed: '1',
    },
  ];
  return parts.filter((part) => part !== false);
}
