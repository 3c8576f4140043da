// App settings of the deployment as a whole, and those of Azure and the host that it relies on.

import { address, choice, guid, guids, integer, region, resourceId, schedule, text } from '../workload/kinds.ts';
import { REPLICA_KEY } from '../workload/replica-access.ts';
import { bindingOnly, deployment, foreign } from './rows.ts';
import type { Setting } from './setting.ts';

const queueName = text('a name of a queue', /^[a-z0-9]([\w./-]*[a-z0-9])?$/i);

/** The deployment's own. */
export const ADVANCED_DEPLOYMENT: readonly Setting[] = [
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
  bindingOnly('SPILLWAY_RESOURCE_EVENTS_QUEUE', {
    kind: queueName,
    default: 'resource-events',
    binding: true,
    rank: 'advanced',
    help: 'Queue into which Event Grid puts changes of container groups and of the scale set.',
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
    kind: text('at least 32 characters', REPLICA_KEY, 'is too short'),
    secret: true,
    rank: 'advanced',
    help: 'Secret from which the token of each replica derives. Empty or wrong: replicas poll with a function key.',
  }),
  bindingOnly('SPILLWAY_ALERT_AUTHENTICATION', {
    kind: choice('key', 'entra'),
    default: 'key',
    rank: 'advanced',
    help: '`entra`: App Service lets only signed-in callers reach metricAlert, which then needs no function key.',
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

/** Those of Azure, the host and its storage. */
export const FOREIGN: readonly Setting[] = [
  foreign('AZURE_CLIENT_ID', 'Client id of the user-assigned identity the app runs with.'),
  foreign('AzureWebJobsStorage', "The host's and Spillway's storage, as a connection string.", {
    secret: true,
    sample: 'UseDevelopmentStorage=true',
  }),
  foreign('AzureWebJobsStorage__accountName', 'The same by identity, as the name of the account.'),
  foreign('AzureWebJobsStorage__blobServiceUri', 'The same by identity, as the address of its blobs.'),
  foreign('AzureWebJobsStorage__queueServiceUri', 'The same by identity, as the address of its queues.'),
  foreign('AzureWebJobsStorage__tableServiceUri', 'The same by identity, as the address of its tables.'),
  foreign('AzureWebJobsStorage__credential', '`managedidentity` with a user-assigned identity.'),
  foreign('AzureWebJobsStorage__clientId', 'Client id of that identity.'),
  foreign('APPLICATIONINSIGHTS_CONNECTION_STRING', 'Where telemetry goes.', { secret: true }),
  foreign('APPLICATIONINSIGHTS_AUTHENTICATION_STRING', 'Identity with which telemetry is sent.'),
  foreign('FUNCTIONS_WORKER_RUNTIME', 'Language of the app: `node`.', { sample: 'node' }),
  foreign('WEBSITE_AUTH_ENABLED', '`True` where the platform authenticates requests; set by Azure.'),
  foreign('REGION_NAME', 'Region of the app, set by Azure.'),
];
