/** A parameter of infra/main.bicep that is no app setting of the first rank. */
export interface Parameter {
  parameter: string;
  /** Variable of the azd environment. */
  variable: string;
  /** Its default; undefined: azd always sets it. */
  usual?: string;
  /** One line for docs/deploy.md. */
  help: string;
}

/** In the order of docs/deploy.md; the defaults are those of main.bicep. */
export const PARAMETERS: readonly Parameter[] = [
  { parameter: 'environmentName', variable: 'AZURE_ENV_NAME', help: 'Name of the environment.' },
  { parameter: 'location', variable: 'AZURE_LOCATION', help: 'Region.' },
  { parameter: 'principalId', variable: 'AZURE_PRINCIPAL_ID', help: 'Who deploys.' },
  {
    parameter: 'principalType',
    variable: 'AZURE_PRINCIPAL_TYPE',
    usual: 'User',
    help: '`ServicePrincipal` in a pipeline.',
  },
  {
    parameter: 'vnetEnabled',
    variable: 'AZD_VNET',
    usual: 'false',
    help: 'Virtual network, delegated subnets, NAT gateway and private DNS zone.',
  },
  {
    parameter: 'privateEndpoints',
    variable: 'SPILLWAY_PRIVATE_ENDPOINTS',
    usual: 'false',
    help: 'Storage, Service Bus (Premium) and app are reached from the virtual network alone.',
  },
  {
    parameter: 'useBuiltInRoles',
    variable: 'SPILLWAY_USE_BUILT_IN_ROLES',
    usual: 'false',
    help: 'Built-in roles, which allow more, instead of custom ones.',
  },
  {
    parameter: 'instanceMemoryMB',
    variable: 'SPILLWAY_INSTANCE_MEMORY_MB',
    usual: '512',
    help: 'Memory of an instance of the app: 512, 2048 or 4096.',
  },
  {
    parameter: 'alwaysReadyInstances',
    variable: 'SPILLWAY_ALWAYS_READY',
    usual: '1',
    help: 'Instances of `evaluate` that always run. With 0 a first message may wait two minutes.',
  },
  {
    parameter: 'maximumInstanceCount',
    variable: 'SPILLWAY_MAXIMUM_INSTANCES',
    usual: '40',
    help: 'Most instances of the app.',
  },
  {
    parameter: 'alertEmail',
    variable: 'SPILLWAY_ALERT_EMAIL',
    usual: '',
    help: 'Gets a mail when something is wrong with Spillway.',
  },
  {
    parameter: 'alertAuthentication',
    variable: 'SPILLWAY_ALERT_AUTHENTICATION',
    usual: 'key',
    help: '`key` (function key, kept in Key Vault) or `entra` (token of an app registration).',
  },
  {
    parameter: 'alertAudience',
    variable: 'SPILLWAY_ALERT_AUDIENCE',
    usual: '',
    help: 'Client id of that app registration.',
  },
  {
    parameter: 'alertAudienceObjectId',
    variable: 'SPILLWAY_ALERT_AUDIENCE_OBJECT_ID',
    usual: '',
    help: 'Object id of its service principal.',
  },
  {
    parameter: 'alertSecretReady',
    variable: 'SPILLWAY_ALERT_SECRET_READY',
    usual: 'false',
    help: 'Set by the preprovision hook: whether the key vault holds the address of the alerts.',
  },
  {
    parameter: 'exampleEnabled',
    variable: 'SPILLWAY_EXAMPLE',
    usual: 'true',
    help: 'The example workload: scale set, queue and alerts.',
  },
  {
    parameter: 'exampleVmSize',
    variable: 'SPILLWAY_EXAMPLE_VM_SIZE',
    usual: 'Standard_B2ats_v2',
    help: 'Size of its machines.',
  },
  {
    parameter: 'exampleInstances',
    variable: 'SPILLWAY_EXAMPLE_INSTANCES',
    usual: '1',
    help: 'Number of its machines.',
  },
  {
    parameter: 'exampleReplicasPerInstance',
    variable: 'SPILLWAY_EXAMPLE_REPLICAS_PER_INSTANCE',
    usual: '2',
    help: 'Replicas on each of them.',
  },
  {
    parameter: 'exampleImage',
    variable: 'SPILLWAY_EXAMPLE_IMAGE',
    usual: 'mcr.microsoft.com/azurelinux/base/nodejs:20',
    help: 'Image with Node 20 or newer.',
  },
  {
    parameter: 'exampleSshPublicKey',
    variable: 'SPILLWAY_EXAMPLE_SSH_PUBLIC_KEY',
    usual: '',
    help: 'Made by the preprovision hook, which keeps no private key.',
  },
  {
    parameter: 'existingServiceBusId',
    variable: 'SPILLWAY_EXISTING_SERVICEBUS_ID',
    usual: '',
    help: 'Namespace of the queue in `SPILLWAY_QUEUE`, when it is not the deployed one.',
  },
  {
    parameter: 'existingSubnetId',
    variable: 'SPILLWAY_EXISTING_SUBNET_ID',
    usual: '',
    help: 'Subnet, delegated to container groups, that groups may join.',
  },
  {
    parameter: 'existingIdentityId',
    variable: 'SPILLWAY_EXISTING_IDENTITY_ID',
    usual: '',
    help: 'Identity that groups may run with.',
  },
  {
    parameter: 'existingDnsZoneId',
    variable: 'SPILLWAY_EXISTING_DNS_ZONE_ID',
    usual: '',
    help: 'Private DNS zone that gets the addresses of replicas.',
  },
  {
    parameter: 'existingGatewayId',
    variable: 'SPILLWAY_EXISTING_GATEWAY_ID',
    usual: '',
    help: 'Application gateway whose back-end pool lists replicas.',
  },
  {
    parameter: 'existingStandbyPoolId',
    variable: 'SPILLWAY_EXISTING_STANDBY_POOL_ID',
    usual: '',
    help: 'Standby pool that container groups are taken from.',
  },
  {
    parameter: 'signalsResourceGroupId',
    variable: 'SPILLWAY_SIGNALS_RESOURCE_GROUP_ID',
    usual: '',
    help: 'Resource group whose metrics and storage queues are signals.',
  },
  {
    parameter: 'eventsResourceGroupIds',
    variable: 'SPILLWAY_EVENTS_RESOURCE_GROUP_IDS',
    usual: '',
    help: 'Other resource groups whose changes are told at once, with commas between them.',
  },
  {
    parameter: 'SPILLWAY_BURST_LIFECYCLE',
    variable: 'SPILLWAY_BURST_LIFECYCLE',
    usual: 'create-delete',
    help: '`start-stop` needs no right to create or delete groups.',
  },
  {
    parameter: 'SPILLWAY_WORKLOADS_FOLDER',
    variable: 'SPILLWAY_WORKLOADS_FOLDER',
    usual: 'workloads/azure',
    help: 'Folder of the workload files.',
  },
];

/** What a variable of the azd environment says, or its default. */
export const valueOf = (env: Readonly<Record<string, string | undefined>>, variable: string): string =>
  env[variable] || (PARAMETERS.find((each) => each.variable === variable)?.usual ?? '');
