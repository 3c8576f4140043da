// App settings that say where a workload listens and how it scales, in the order of the docs.

import {
  backendPool,
  choice,
  guid,
  integer,
  number,
  queue,
  recordSet,
  regions,
  resourceId,
  rolloutSteps,
  text,
} from '../workload/kinds.ts';
import { rulesKind } from '../workload/rules.ts';
import { asText } from '../workload/yaml-text.ts';
import { combineKind, signalsKind } from '../workload/signals.ts';
import { perWorkload } from './rows.ts';
import type { Setting } from './setting.ts';

const DAY = 86_400;

/** The ones a first user needs. */
export const FIRST: readonly Setting[] = [
  perWorkload('SPILLWAY_MODE', 'mode', {
    kind: choice('off', 'dry-run', 'enforce'),
    default: 'dry-run',
    rank: 'first',
    help: '`off` does nothing, `dry-run` decides and explains but changes nothing, `enforce` acts.',
  }),
  perWorkload('SPILLWAY_QUEUE', 'queue', {
    kind: queue,
    rank: 'first',
    sample: 'contoso/orders',
    help: 'Service Bus queue whose depth is the demand.',
  }),
  perWorkload('SPILLWAY_SCALE_SET', 'base.scaleSet', {
    kind: resourceId('Microsoft.Compute/virtualMachineScaleSets'),
    rank: 'first',
    help: 'Scale set that carries the base; each belongs to one workload. Empty: container instances alone.',
  }),
  perWorkload('SPILLWAY_BASE_MODE', 'base.mode', {
    kind: choice('none', 'observe', 'manage'),
    default: 'observe',
    rank: 'first',
    help: '`observe` reads the scale set and never changes it, `manage` scales it too. Without a scale set: `none`.',
  }),
  perWorkload('SPILLWAY_BURST_MAX_GROUPS', 'burst.maxGroups', {
    kind: integer(0, 1000),
    unit: 'container groups',
    default: '10',
    rank: 'first',
    help: 'Most container groups at any time.',
  }),
  perWorkload('SPILLWAY_MAX_WAIT_SECONDS', 'target.maxWaitSeconds', {
    kind: integer(1, DAY),
    unit: 'seconds',
    default: '30',
    rank: 'first',
    help: 'A message should not wait longer than this.',
  }),
  perWorkload('SPILLWAY_MESSAGES_PER_SECOND_PER_REPLICA', 'target.messagesPerSecondPerReplica', {
    kind: number(0.0001, 100_000),
    unit: 'messages per second',
    default: '1',
    rank: 'first',
    help: 'First guess of what one replica works off; measured values replace it.',
  }),
  perWorkload('SPILLWAY_ALERT_ADD_GROUPS', 'alertAddGroups', {
    kind: integer(0, 1000),
    unit: 'container groups',
    default: '2',
    rank: 'first',
    help: 'Container groups added for each alert that fires.',
  }),
  perWorkload('SPILLWAY_SCALE_IN_DELAY_SECONDS', 'burst.scaleInDelaySeconds', {
    kind: integer(0, DAY),
    unit: 'seconds',
    default: '30',
    rank: 'first',
    help: 'The load must have been lower this long before container groups go.',
  }),
  perWorkload('SPILLWAY_DRAIN_TIMEOUT_SECONDS', 'drainTimeoutSeconds', {
    kind: integer(0, DAY),
    unit: 'seconds',
    default: '60',
    rank: 'first',
    help: 'Longest time a busy replica gets to finish before it is stopped.',
  }),
  perWorkload('SPILLWAY_SPEND_LIMIT_USD_PER_DAY', 'limits.spendUsdPerDay', {
    kind: number(0, 1_000_000),
    unit: 'US dollars',
    default: '20',
    rank: 'first',
    help: 'Most that the burst may cost in a UTC day.',
  }),
  perWorkload('SPILLWAY_LOCATIONS', 'burst.locations', {
    kind: regions,
    defaultText: "the deployment's region",
    rank: 'first',
    help: 'Regions of the container groups in order of preference; the second is for failover.',
  }),
];

/** The rest of a workload's. */
export const ADVANCED_PER_WORKLOAD: readonly Setting[] = [
  perWorkload('SPILLWAY_BURST_MIN_GROUPS', 'burst.minGroups', {
    kind: integer(0, 1000),
    unit: 'container groups',
    default: '0',
    rank: 'advanced',
    help: 'Container groups that always run.',
  }),
  perWorkload('SPILLWAY_BURST_LIFECYCLE', 'burst.lifecycle', {
    kind: choice('create-delete', 'start-stop'),
    default: 'create-delete',
    rank: 'advanced',
    help: '`start-stop` only starts and stops groups that were declared beforehand; a start pulls the image again.',
  }),
  perWorkload('SPILLWAY_FAILOVER_OVERLAP_PERCENT', 'failoverOverlapPercent', {
    kind: integer(0, 100),
    unit: 'percent of the most groups',
    default: '25',
    rank: 'advanced',
    help: 'Replacements may start before lost groups are gone: so many groups, and one at least, may bill on top.',
  }),
  perWorkload('SPILLWAY_ROLLOUT_STRATEGY', 'rollout.strategy', {
    kind: choice('canary', 'rolling', 'none'),
    default: 'canary',
    rank: 'advanced',
    help: 'How a changed workload replaces what runs: a few replicas first, all in turn, or only as new ones are needed.',
  }),
  perWorkload('SPILLWAY_ROLLOUT_STEPS', 'rollout.steps', {
    kind: rolloutSteps,
    default: '10:120',
    rank: 'advanced',
    help: 'Steps of a canary: share of the replicas in percent, and seconds for which they must run well.',
  }),
  perWorkload('SPILLWAY_ROLLOUT_MAX_SURGE_PERCENT', 'rollout.maxSurgePercent', {
    kind: integer(0, 100),
    unit: 'percent of the wanted replicas',
    default: '25',
    rank: 'advanced',
    help: 'Replicas that a rollout may run on top, one at least unless it is 0; quota, spend and maximum hold all the same.',
  }),
  perWorkload('SPILLWAY_ROLLOUT_MAX_UNAVAILABLE_PERCENT', 'rollout.maxUnavailablePercent', {
    kind: integer(0, 90),
    unit: 'percent of the wanted replicas',
    default: '0',
    rank: 'advanced',
    help: 'Replicas that may be missing during a rollout; without a surge more than 0, and then one group or instance at least.',
  }),
  perWorkload('SPILLWAY_ROLLOUT_READY_SECONDS', 'rollout.readySeconds', {
    kind: integer(30, DAY),
    unit: 'seconds',
    default: '600',
    rank: 'advanced',
    help: 'New replicas that do not serve for so long fail the rollout.',
  }),
  perWorkload('SPILLWAY_ROLLOUT_MAX_CRASH_PERCENT', 'rollout.maxCrashPercent', {
    kind: integer(0, 1000),
    unit: 'percent of the new replicas',
    default: '20',
    rank: 'advanced',
    help: 'Two crashes of new replicas fail the rollout when they are more than this.',
  }),
  perWorkload('SPILLWAY_ROLLOUT_MAX_DEAD_LETTERS', 'rollout.maxDeadLetters', {
    kind: integer(0, 1_000_000),
    unit: 'messages',
    default: '5',
    rank: 'advanced',
    help: 'More new dead letters in one step fail the rollout.',
  }),
  perWorkload('SPILLWAY_ROLLOUT_APPROVAL', 'rollout.approval', {
    kind: choice('none', 'each-step'),
    default: 'none',
    rank: 'advanced',
    help: 'With `each-step` a rollout waits after each step of the canary until somebody approves it.',
  }),
  perWorkload('SPILLWAY_BASE_MIN_INSTANCES', 'base.minInstances', {
    kind: integer(0, 1000),
    unit: 'instances',
    default: '0',
    rank: 'advanced',
    help: 'Fewest instances of a managed scale set.',
  }),
  perWorkload('SPILLWAY_BASE_MAX_INSTANCES', 'base.maxInstances', {
    kind: integer(0, 1000),
    unit: 'instances',
    default: '10',
    rank: 'advanced',
    help: 'Most instances of a managed scale set.',
  }),
  perWorkload('SPILLWAY_BASE_USD_PER_INSTANCE_HOUR', 'base.usdPerInstanceHour', {
    kind: number(0, 1000),
    unit: 'US dollars',
    defaultText: 'the list price of its vCPUs',
    rank: 'advanced',
    help: 'What an instance of the scale set costs an hour, with reservations and discounts: the split goes by it.',
  }),
  perWorkload('SPILLWAY_BASE_RESERVED_INSTANCES', 'base.reservedInstances', {
    kind: integer(0, 1000),
    unit: 'instances',
    default: '0',
    rank: 'advanced',
    help: 'Instances that are paid for whether they run or not: they are used first.',
  }),
  perWorkload('SPILLWAY_BURST_DISCOUNT_PERCENT', 'burst.discountPercent', {
    kind: number(0, 100),
    unit: 'percent',
    default: '0',
    rank: 'advanced',
    help: 'What a savings plan takes off the price of container groups.',
  }),
  perWorkload('SPILLWAY_BASE_GROW_AFTER_SECONDS', 'base.growAfterSeconds', {
    kind: integer(0, DAY),
    unit: 'seconds',
    default: '90',
    rank: 'advanced',
    help: 'The load must have stayed this long before instances are added.',
  }),
  perWorkload('SPILLWAY_BASE_SCALE_IN_DELAY_SECONDS', 'base.scaleInDelaySeconds', {
    kind: integer(0, DAY),
    unit: 'seconds',
    default: '300',
    rank: 'advanced',
    help: 'The load must have been lower this long before instances are removed.',
  }),
  perWorkload('SPILLWAY_SCALE_TO_ZERO_DELAY_SECONDS', 'zeroDelaySeconds', {
    kind: integer(0, DAY),
    unit: 'seconds',
    default: '120',
    rank: 'advanced',
    help: 'The last replica goes when no message was there for this long.',
  }),
  perWorkload('SPILLWAY_RETURN_WORTH_SECONDS', 'burst.returnWorthSeconds', {
    kind: integer(0, DAY),
    unit: 'seconds',
    default: '600',
    rank: 'advanced',
    help: 'A burst that finds groups ready is worth so many seconds of an idle one: they are kept where bursts return sooner; 0 keeps none.',
  }),
  perWorkload('SPILLWAY_FORECAST', 'forecast', {
    kind: choice('off', 'shadow', 'on'),
    default: 'on',
    rank: 'advanced',
    help: 'Whether groups are started for bursts that are expected; `shadow` only says what would be started.',
  }),
  perWorkload('SPILLWAY_TARGET_UTILIZATION', 'target.utilization', {
    kind: number(0.1, 1),
    default: '1',
    rank: 'advanced',
    help: 'Most of its time that a replica may be busy at a steady load. Lower keeps more than the target wait needs.',
  }),
  perWorkload('SPILLWAY_SPEND_LIMIT_USD_PER_HOUR', 'limits.spendUsdPerHour', {
    kind: number(0, 1_000_000),
    unit: 'US dollars',
    default: '5',
    rank: 'advanced',
    help: 'Most that the burst may cost in an hour.',
  }),
  perWorkload('SPILLWAY_SPEND_LIMIT_USD_PER_MONTH', 'limits.spendUsdPerMonth', {
    kind: number(0, 10_000_000),
    unit: 'US dollars',
    defaultText: 'none beside the others',
    rank: 'advanced',
    help: 'Most that the burst may cost in a UTC month.',
  }),
  perWorkload('SPILLWAY_MAX_CHANGES_PER_EVALUATION', 'limits.changesPerEvaluation', {
    kind: integer(1, 1000),
    unit: 'changes',
    default: '50',
    rank: 'advanced',
    help: 'Most changes that one evaluation sends to Azure.',
  }),
  perWorkload('SPILLWAY_DISCOVERY_RECORD_SET', 'discovery.recordSet', {
    kind: recordSet,
    rank: 'advanced',
    help: 'A record set of a private DNS zone that lists the replicas in service; belongs to one workload.',
  }),
  perWorkload('SPILLWAY_DISCOVERY_BACKEND_POOL', 'discovery.backendPool', {
    kind: backendPool,
    rank: 'advanced',
    help: 'Back-end pool of an application gateway that lists the replicas in service; belongs to one workload.',
  }),
  perWorkload('SPILLWAY_DISCOVERY_REGISTRY', 'discovery.registry', {
    kind: choice('off', 'on'),
    default: 'off',
    rank: 'advanced',
    help: 'Whether `GET /api/registry/{workload}` lists them; with a record set or a pool it always does.',
  }),
  perWorkload('SPILLWAY_DISCOVERY_TTL_SECONDS', 'discovery.ttlSeconds', {
    kind: integer(1, 300),
    unit: 'seconds',
    default: '10',
    rank: 'advanced',
    help: 'For so long clients may keep an address; a replica drains when it has been out of discovery for longer.',
  }),
  perWorkload('SPILLWAY_DISCOVERY_PORT', 'discovery.port', {
    kind: integer(1, 65_535),
    defaultText: 'the port of the probe',
    rank: 'advanced',
    help: 'TCP port at which clients reach replicas; new container groups open it.',
  }),
  perWorkload('SPILLWAY_PRIORITY', 'priority', {
    kind: integer(-100, 100),
    default: '0',
    rank: 'advanced',
    help: 'Where workloads share a region, the one with the higher number goes first.',
  }),
  perWorkload('SPILLWAY_STALE_AFTER_SECONDS', 'staleAfterSeconds', {
    kind: integer(10, 3600),
    unit: 'seconds',
    default: '60',
    rank: 'advanced',
    help: 'A reading older than this never removes capacity.',
  }),
  perWorkload('SPILLWAY_LOG_WORKSPACE', 'logQuery.workspaceId', {
    kind: guid('a Log Analytics workspace'),
    rank: 'advanced',
    help: 'Workspace of the log query.',
  }),
  perWorkload('SPILLWAY_LOG_QUERY', 'logQuery.query', {
    // Kept with the last valid configuration, whose size is bounded: see LONGEST_FILE in parse-file.ts.
    kind: text('a query of at most 4000 characters', /^[^]{1,4000}$/, 'is too long'),
    rank: 'advanced',
    help: 'Query whose first cell is the wanted number of replicas. Needs the workspace.',
  }),
  perWorkload('SPILLWAY_SIGNALS', 'signals', {
    kind: asText(signalsKind),
    defaultText: 'those of the workload file',
    rank: 'advanced',
    help: 'Replaces `signals` of the workload file.',
  }),
  perWorkload('SPILLWAY_RULES', 'rules', {
    kind: asText(rulesKind),
    defaultText: 'those of the workload file',
    rank: 'advanced',
    help: 'Replaces `rules` of the workload file.',
  }),
  perWorkload('SPILLWAY_COMBINE', 'combine', {
    kind: combineKind,
    defaultText: 'that of the workload file',
    rank: 'advanced',
    help: 'Replaces `combine` of the workload file.',
  }),
];
