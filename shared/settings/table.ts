// Every app setting, in the order of the docs. Parser, docs, sample settings file and status view derive from this table.

import {
  address,
  choice,
  guid,
  guids,
  integer,
  number,
  queue,
  region,
  regions,
  resourceId,
  schedule,
  text,
} from '../workload/kinds.ts';
import type { Scaling } from '../workload/workload.ts';
import type { DeploymentSettings, Setting } from './setting.ts';

/** Type of the member of `T` at a path with dots; `never` when there is none, so that a wrong path does not compile. */
type At<T, P extends string> = P extends `${infer Head}.${infer Rest}`
  ? Head extends keyof T
    ? At<NonNullable<T[Head]>, Rest>
    : never
  : P extends keyof T
    ? NonNullable<T[P]>
    : never;

type Row<T> = Omit<Setting<T>, 'name' | 'scope' | 'path'>;

const perWorkload = <P extends string>(name: string, path: P, row: Row<At<Scaling, P>>): Setting => ({
  name,
  scope: 'workload',
  path,
  ...row,
});
const deployment = <P extends string>(name: string, path: P, row: Row<At<DeploymentSettings, P>>): Setting => ({
  name,
  scope: 'deployment',
  path,
  ...row,
});
const bindingOnly = (name: string, row: Row<string>): Setting => ({ name, scope: 'deployment', ...row });
const foreign = (name: string, help: string, row: Partial<Row<string>> = {}): Setting => ({
  name,
  scope: 'foreign',
  kind: text('as Azure documents it', /^/),
  help,
  rank: 'advanced',
  ...row,
});

const DAY = 86_400;
const queueName = text('a name of a queue', /^[a-z0-9]([\w./-]*[a-z0-9])?$/i);

const FIRST: readonly Setting[] = [
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
    default: '60',
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

const ADVANCED_PER_WORKLOAD: readonly Setting[] = [
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
  perWorkload('SPILLWAY_BASE_MIN_INSTANCES', 'base.minInstances', {
    kind: integer(0, 1000),
    unit: 'instances',
    default: '1',
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
  perWorkload('SPILLWAY_TARGET_UTILIZATION', 'target.utilization', {
    kind: number(0.1, 1),
    default: '0.8',
    rank: 'advanced',
    help: 'Share of its time that a replica should be busy.',
  }),
  perWorkload('SPILLWAY_SPEND_LIMIT_USD_PER_HOUR', 'limits.spendUsdPerHour', {
    kind: number(0, 1_000_000),
    unit: 'US dollars',
    default: '5',
    rank: 'advanced',
    help: 'Most that the burst may cost in an hour.',
  }),
  perWorkload('SPILLWAY_MAX_CHANGES_PER_EVALUATION', 'limits.changesPerEvaluation', {
    kind: integer(1, 1000),
    unit: 'changes',
    default: '50',
    rank: 'advanced',
    help: 'Most changes that one evaluation sends to Azure.',
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
];

const ADVANCED_DEPLOYMENT: readonly Setting[] = [
  deployment('SPILLWAY_OWNER_ID', 'ownerId', {
    kind: text('1 to 64 letters, digits, dots, hyphens and underscores', /^[\w.-]{1,64}$/),
    required: true,
    rank: 'advanced',
    sample: 'local-development',
    help: 'Value of the owner tag. What carries another one is never touched, so it must never change.',
  }),
  deployment('SPILLWAY_SUBSCRIPTION_ID', 'subscriptionId', {
    kind: guid('a subscription'),
    required: true,
    rank: 'advanced',
    sample: '00000000-0000-0000-0000-000000000000',
    help: 'Subscription of the container groups.',
  }),
  deployment('SPILLWAY_MORE_SUBSCRIPTIONS', 'moreSubscriptions', {
    kind: guids('subscriptions'),
    rank: 'advanced',
    help: 'Other subscriptions whose quota may be used, each with a resource group of the same name.',
  }),
  deployment('SPILLWAY_RESOURCE_GROUP', 'resourceGroup', {
    kind: text('a name of a resource group', /^[\w.()-]{0,89}[\w()-]$/),
    required: true,
    rank: 'advanced',
    sample: 'spillway',
    help: 'Resource group of the container groups.',
  }),
  deployment('SPILLWAY_LOCATION', 'location', {
    kind: region,
    fallback: 'REGION_NAME',
    defaultText: '`REGION_NAME`',
    rank: 'advanced',
    sample: 'westeurope',
    help: "The deployment's region.",
  }),
  deployment('SPILLWAY_UNATTENDED_MINUTES', 'unattendedMinutes', {
    // Ten minutes without an evaluation raise an alert; an operator needs time between the alert and the removal.
    kind: integer(15, 1440),
    unit: 'minutes',
    default: '60',
    rank: 'advanced',
    help: 'Without a successful evaluation for this long, the burst of the workload is removed.',
  }),
  deployment('SPILLWAY_WORKLOADS_FOLDER', 'workloadsFolder', {
    kind: text('a path', /\S/),
    default: 'workloads',
    rank: 'advanced',
    help: 'Folder of the workload files.',
  }),
  bindingOnly('SPILLWAY_SERVICEBUS', {
    kind: text('a connection string of a Service Bus namespace', /^Endpoint=sb:\/\//i),
    secret: true,
    rank: 'advanced',
    help: 'Connection string of the namespace of the evaluations queue, where no identity is used.',
  }),
  bindingOnly('SPILLWAY_SERVICEBUS__fullyQualifiedNamespace', {
    kind: text('a host name such as contoso.servicebus.windows.net', /^[a-z0-9][a-z0-9.-]*(:\d+)?$/i),
    rank: 'advanced',
    sample: 'contoso.servicebus.windows.net',
    help: 'Host name of the namespace of the evaluations queue, reached by the managed identity.',
  }),
  bindingOnly('SPILLWAY_SERVICEBUS__credential', {
    kind: choice('managedidentity'),
    rank: 'advanced',
    help: 'Set with a user-assigned identity.',
  }),
  bindingOnly('SPILLWAY_SERVICEBUS__clientId', {
    kind: guid('an identity'),
    rank: 'advanced',
    help: 'Client id of a user-assigned identity.',
  }),
  deployment('SPILLWAY_EVALUATIONS_QUEUE', 'evaluationsQueue', {
    kind: queueName,
    default: 'evaluations',
    binding: true,
    rank: 'advanced',
    help: 'Queue with sessions that carries the evaluations.',
  }),
  bindingOnly('SPILLWAY_PROBE_SCHEDULE', {
    kind: schedule,
    default: '*/5 * * * * *',
    binding: true,
    rank: 'advanced',
    help: 'When the depths of the queues are read.',
  }),
  bindingOnly('SPILLWAY_HEARTBEAT_SCHEDULE', {
    kind: schedule,
    default: '0 * * * * *',
    binding: true,
    rank: 'advanced',
    help: 'When each workload is evaluated without any other reason.',
  }),
  bindingOnly('SPILLWAY_SWEEP_SCHEDULE', {
    kind: schedule,
    default: '30 */2 * * * *',
    binding: true,
    rank: 'advanced',
    help: 'When container groups that no workload wants are looked for.',
  }),
  deployment('SPILLWAY_SERVICEBUS_RESOURCE_ID', 'serviceBusResourceId', {
    kind: resourceId('Microsoft.ServiceBus/namespaces'),
    rank: 'advanced',
    help: "Namespace of the workloads' queues. With it their minute metrics are read, too.",
  }),
  deployment('SPILLWAY_URL', 'replicaUrl', {
    kind: text(
      'an address that begins with https:// (http:// on this machine only)',
      /^(https:\/\/[^/\s]+|http:\/\/(localhost|127\.0\.0\.1)(:\d+)?)$/,
    ),
    rank: 'advanced',
    help: 'Address of this app, without a path. Replicas get it as `SPILLWAY_URL`, to poll for the drain contract.',
  }),
  deployment('SPILLWAY_REPLICA_KEY', 'replicaKey', {
    kind: text('at least 32 characters', /^\S{32,}$/, 'is too short'),
    secret: true,
    rank: 'advanced',
    help: 'Secret from which the token of each replica derives. Empty: replicas poll with a function key.',
  }),
  deployment('SPILLWAY_ARM_ENDPOINT', 'armEndpoint', {
    kind: address,
    default: 'https://management.azure.com',
    rank: 'advanced',
    help: 'Azure Resource Manager; differs in sovereign clouds.',
  }),
  deployment('SPILLWAY_METRICS_ENDPOINT', 'metricsEndpoint', {
    kind: address,
    default: 'https://{region}.metrics.monitor.azure.com',
    rank: 'advanced',
    help: 'Azure Monitor metrics, `{region}` standing for the region.',
  }),
  deployment('SPILLWAY_LOGS_ENDPOINT', 'logsEndpoint', {
    kind: address,
    default: 'https://api.loganalytics.azure.com',
    rank: 'advanced',
    help: 'Log Analytics.',
  }),
];

const FOREIGN: readonly Setting[] = [
  foreign('AZURE_CLIENT_ID', 'Client id of the user-assigned identity the app runs with.'),
  foreign('AzureWebJobsStorage', "The host's and Spillway's storage, as a connection string.", {
    secret: true,
    sample: 'UseDevelopmentStorage=true',
  }),
  foreign('AzureWebJobsStorage__accountName', 'The same by identity, as the name of the account.'),
  foreign('AzureWebJobsStorage__blobServiceUri', 'The same by identity, as the address of its blobs.'),
  foreign('AzureWebJobsStorage__queueServiceUri', 'The same by identity, as the address of its queues.'),
  foreign('AzureWebJobsStorage__tableServiceUri', 'The same by identity, as the address of its tables.'),
  foreign('FUNCTIONS_WORKER_RUNTIME', 'Language of the app: `node`.', { sample: 'node' }),
  foreign('WEBSITE_AUTH_ENABLED', '`True` where the platform authenticates requests; set by Azure.'),
  foreign('REGION_NAME', 'Region of the app, set by Azure.'),
];

/** Every app setting, first rank first. */
export const SETTINGS: readonly Setting[] = [...FIRST, ...ADVANCED_PER_WORKLOAD, ...ADVANCED_DEPLOYMENT, ...FOREIGN];
