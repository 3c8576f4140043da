metadata name = 'Spillway'
metadata description = 'Spillway on Flex Consumption with everything it needs, and an example workload.'

targetScope = 'subscription'

@description('Required. Name of the environment; resources are named after it and tagged with it.')
@minLength(1)
@maxLength(64)
param environmentName string

@description('Required. Region of everything, and of the first container groups.')
@metadata({ azd: { type: 'location' } })
param location string

@description('Optional. Who deploys; may fill the queues and write the secret of the alerts.')
param principalId string = deployer().objectId

@description('Optional. Kind of that principal.')
@allowed(['User', 'ServicePrincipal', 'Group'])
param principalType string = 'User'

@description('Optional. Adds a virtual network with NAT gateway, delegated subnets and a private DNS zone.')
param vnetEnabled bool = false

@description('Optional. Closes storage, Service Bus and app to all but the virtual network. Takes the Premium tier of Service Bus.')
param privateEndpoints bool = false

@description('Optional. Takes built-in roles, where custom ones may not be made.')
param useBuiltInRoles bool = false

@description('Optional. Memory of an instance of the app in MB.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 512

@description('Optional. Instances of `evaluate` that always run; 0 is cheaper and may cost two minutes at the first message.')
@minValue(0)
param alwaysReadyInstances int = 1

@description('Optional. Most instances of the app.')
@minValue(1)
param maximumInstanceCount int = 40

@description('Optional. Address that gets a mail when something is wrong with Spillway.')
param alertEmail string = ''

@description('Optional. How alerts prove who they are: a function key in a key vault, or a token of an app registration.')
@allowed(['key', 'entra'])
param alertAuthentication string = 'key'

@description('Optional. Client id of that app registration.')
param alertAudience string = ''

@description('Optional. Object id of the service principal of that app registration.')
param alertAudienceObjectId string = ''

@description('Optional. Set by a hook: whether the key vault holds the secret of the alerts.')
param alertSecretReady bool = false

@description('Optional. Deploys the example workload: a scale set, a queue and alerts.')
param exampleEnabled bool = true

@description('Optional. Size of the machines of the example.')
param exampleVmSize string = 'Standard_B2ats_v2'

@description('Optional. Machines of the example.')
@minValue(0)
param exampleInstances int = 1

@description('Optional. Replicas on each machine of the example.')
@minValue(1)
param exampleReplicasPerInstance int = 2

@description('Optional. Image of the example: anything with Node 20 or newer.')
param exampleImage string = 'mcr.microsoft.com/azurelinux/base/nodejs:20'

@description('Optional. Public key of the administrator of the machines; a hook makes one whose private half it throws away.')
param exampleSshPublicKey string = ''

@description('Optional. Resource id of an existing namespace of the queue in SPILLWAY_QUEUE.')
param existingServiceBusId string = ''

@description('Optional. Resource id of an existing subnet, delegated to container groups, that groups may join.')
param existingSubnetId string = ''

@description('Optional. Resource id of an existing identity with which container groups run.')
param existingIdentityId string = ''

@description('Optional. Resource id of an existing private DNS zone for the addresses of replicas.')
param existingDnsZoneId string = ''

@description('Optional. Resource id of an existing application gateway whose back-end pool lists replicas.')
param existingGatewayId string = ''

@description('Optional. Resource id of an existing standby pool that container groups are taken from.')
param existingStandbyPoolId string = ''

@description('Optional. Resource id of a resource group whose metrics and storage queues are signals.')
param signalsResourceGroupId string = ''

@description('Optional. Resource ids of other resource groups whose changes are told at once, with commas between them.')
param eventsResourceGroupIds string = ''

@description('Optional. Whether groups are made and deleted, or only declared ones started and stopped.')
@allowed(['create-delete', 'start-stop'])
param SPILLWAY_BURST_LIFECYCLE string = 'create-delete'

@description('Optional. Folder of the workload files in the deployed package.')
param SPILLWAY_WORKLOADS_FOLDER string = 'workloads/azure'

// Settings of the first rank, generated from shared/settings by `npm run docs`.
@description('Optional. `off` does nothing, `dry-run` decides and explains but changes nothing, `enforce` acts.')
@allowed(['off', 'dry-run', 'enforce'])
param SPILLWAY_MODE string = 'dry-run'

@description('Optional. Service Bus queue whose depth is the demand; each belongs to one workload.')
param SPILLWAY_QUEUE string = ''

@description('Optional. Scale set that carries the base; each belongs to one workload. Empty: container instances alone.')
param SPILLWAY_SCALE_SET string = ''

@description('Optional. `observe` reads the scale set and never changes it, `manage` scales it too. Without a scale set: `none`.')
@allowed(['none', 'observe', 'manage'])
param SPILLWAY_BASE_MODE string = 'observe'

@description('Optional. Most container groups at any time. In container groups.')
param SPILLWAY_BURST_MAX_GROUPS string = '10'

@description('Optional. A message should not wait longer than this. In seconds.')
param SPILLWAY_MAX_WAIT_SECONDS string = '30'

@description('Optional. First guess of what one replica works off; measured values replace it. In messages per second.')
param SPILLWAY_MESSAGES_PER_SECOND_PER_REPLICA string = '1'

@description('Optional. Container groups added for each alert that fires. In container groups.')
param SPILLWAY_ALERT_ADD_GROUPS string = '2'

@description('Optional. The load must have been lower this long before container groups go. In seconds.')
param SPILLWAY_SCALE_IN_DELAY_SECONDS string = '20'

@description('Optional. Longest time a busy replica gets to finish before it is stopped. In seconds.')
param SPILLWAY_DRAIN_TIMEOUT_SECONDS string = '60'

@description('Optional. Most that the burst may cost in a UTC day. In US dollars.')
param SPILLWAY_SPEND_LIMIT_USD_PER_DAY string = '20'

@description('Optional. Regions of the container groups in order of preference; the second is for failover.')
param SPILLWAY_LOCATIONS string = ''

var firstRank = {
  SPILLWAY_MODE: SPILLWAY_MODE
  SPILLWAY_QUEUE: SPILLWAY_QUEUE
  SPILLWAY_SCALE_SET: SPILLWAY_SCALE_SET
  SPILLWAY_BASE_MODE: SPILLWAY_BASE_MODE
  SPILLWAY_BURST_MAX_GROUPS: SPILLWAY_BURST_MAX_GROUPS
  SPILLWAY_MAX_WAIT_SECONDS: SPILLWAY_MAX_WAIT_SECONDS
  SPILLWAY_MESSAGES_PER_SECOND_PER_REPLICA: SPILLWAY_MESSAGES_PER_SECOND_PER_REPLICA
  SPILLWAY_ALERT_ADD_GROUPS: SPILLWAY_ALERT_ADD_GROUPS
  SPILLWAY_SCALE_IN_DELAY_SECONDS: SPILLWAY_SCALE_IN_DELAY_SECONDS
  SPILLWAY_DRAIN_TIMEOUT_SECONDS: SPILLWAY_DRAIN_TIMEOUT_SECONDS
  SPILLWAY_SPEND_LIMIT_USD_PER_DAY: SPILLWAY_SPEND_LIMIT_USD_PER_DAY
  SPILLWAY_LOCATIONS: SPILLWAY_LOCATIONS
}
// End of the generated part.

@description('Optional. Name of the resource group.')
param resourceGroupName string = ''

@description('Optional. Name of the function app.')
param functionAppName string = ''

@description('Optional. Name of the plan.')
param planName string = ''

@description('Optional. Name of the storage account.')
param storageAccountName string = ''

@description('Optional. Name of the Service Bus namespace.')
param serviceBusName string = ''

@description('Optional. Name of the Log Analytics workspace.')
param logAnalyticsName string = ''

@description('Optional. Name of the Application Insights component.')
param applicationInsightsName string = ''

@description('Optional. Name of the virtual network.')
param vnetName string = ''

@description('Optional. Name of the scale set of the example.')
param scaleSetName string = ''

@description('Optional. Name of the key vault.')
param keyVaultName string = ''

var abbrs = loadJsonContent('./abbreviations.json')
// Generated from the code by `npm run docs`: names that code and infrastructure must spell alike.
var names = loadJsonContent('./names.json')
var moreSettings = loadJsonContent('./more-settings.json')
var resourceToken = toLower(uniqueString(subscription().id, environmentName, location))
var tags = { 'azd-env-name': environmentName }
var serviceName = 'spillway'
var functionName = empty(functionAppName) ? '${abbrs.webSitesFunctions}${serviceName}-${resourceToken}' : functionAppName
var packageContainer = 'app-package-${take(functionName, 32)}-${take(toLower(uniqueString(functionName, resourceToken)), 7)}'
var namespaceName = empty(serviceBusName) ? '${abbrs.serviceBusNamespaces}${resourceToken}' : serviceBusName
var privateZones = {
  blob: 'privatelink.blob.${environment().suffixes.storage}'
  table: 'privatelink.table.${environment().suffixes.storage}'
  queue: 'privatelink.queue.${environment().suffixes.storage}'
  namespace: 'privatelink.servicebus.windows.net'
  sites: 'privatelink.azurewebsites.net'
}
var exampleQueue = 'example'
var drillQueue = 'drill'
var vaultName = empty(keyVaultName) ? '${abbrs.keyVaultVaults}${resourceToken}' : keyVaultName
var networkWanted = vnetEnabled || privateEndpoints
var networkName = empty(vnetName) ? '${abbrs.networkVirtualNetworks}${resourceToken}' : vnetName
var zoneName = 'spillway.internal'
var existingScaleSet = split(SPILLWAY_SCALE_SET, '/')
var hasExistingScaleSet = !empty(SPILLWAY_SCALE_SET)
var existingSubnet = split(existingSubnetId, '/')
var existingServiceBus = split(existingServiceBusId, '/')
var existingIdentity = split(existingIdentityId, '/')
var existingZone = split(existingDnsZoneId, '/')
var existingGateway = split(existingGatewayId, '/')
var existingStandbyPool = split(existingStandbyPoolId, '/')
var signalsGroup = split(signalsResourceGroupId, '/')
var eventGroups = filter(map(split(eventsResourceGroupIds, ','), id => trim(id)), id => !empty(id))
var eventTopicName = '${abbrs.eventGridSystemTopics}${resourceToken}'
var storageQueueDataReader = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '19e7f393-937e-4f77-808e-94535e297925')
var exampleScaleSet = exampleEnabled && !hasExistingScaleSet
var entraAlerts = alertAuthentication == 'entra'
var managed = SPILLWAY_BASE_MODE == 'manage'
// Roles are also assigned in the subscriptions of what exists already.
var otherSubscriptions = filter(
  [
    hasExistingScaleSet ? existingScaleSet[2] : ''
    empty(existingSubnetId) ? '' : existingSubnet[2]
    empty(existingServiceBusId) ? '' : existingServiceBus[2]
    empty(existingIdentityId) ? '' : existingIdentity[2]
    empty(existingDnsZoneId) ? '' : existingZone[2]
    empty(existingGatewayId) ? '' : existingGateway[2]
    empty(existingStandbyPoolId) ? '' : existingStandbyPool[2]
    empty(signalsResourceGroupId) ? '' : signalsGroup[2]
  ],
  id => !empty(id) && id != subscription().subscriptionId
)

// The resource group of everything here, container groups included.
resource rg 'Microsoft.Resources/resourceGroups@2024-11-01' = {
  name: empty(resourceGroupName) ? '${abbrs.resourcesResourceGroups}${environmentName}' : resourceGroupName
  location: location
  tags: tags
}

// The identity of the app.
module identity 'app/identity.bicep' = {
  scope: rg
  params: {
    name: '${abbrs.managedIdentityUserAssignedIdentities}${serviceName}-${resourceToken}'
    location: location
    tags: tags
  }
}

// The identity of the workers, which may only receive from their queues.
module workerIdentity 'app/identity.bicep' = {
  scope: rg
  params: {
    name: '${abbrs.managedIdentityUserAssignedIdentities}worker-${resourceToken}'
    location: location
    tags: tags
  }
}

// Logs and metrics.
module monitoring 'app/monitoring.bicep' = {
  scope: rg
  params: {
    workspaceName: empty(logAnalyticsName) ? '${abbrs.operationalInsightsWorkspaces}${resourceToken}' : logAnalyticsName
    insightsName: empty(applicationInsightsName) ? '${abbrs.insightsComponents}${resourceToken}' : applicationInsightsName
    location: location
    tags: tags
  }
}

// Storage of host, package and memory.
module storage 'app/storage.bicep' = {
  scope: rg
  params: {
    name: empty(storageAccountName) ? '${abbrs.storageStorageAccounts}${resourceToken}' : storageAccountName
    location: location
    tags: tags
    tables: names.tables
    containers: concat(names.containers, [packageContainer])
    publicAccess: !privateEndpoints
  }
}

// Queues of the evaluations, of the example and of the drill.
module serviceBus 'app/service-bus.bicep' = {
  scope: rg
  params: {
    name: namespaceName
    location: location
    tags: tags
    evaluationsQueue: names.evaluationsQueue
    resourceEventsQueue: names.bindings.SPILLWAY_RESOURCE_EVENTS_QUEUE
    workloadQueues: exampleEnabled ? [exampleQueue, drillQueue] : [drillQueue]
    publicAccess: !privateEndpoints
  }
}

// Changes that others make, here and in the resource groups that are named.
module resourceEvents 'app/resource-events.bicep' = {
  scope: rg
  params: {
    name: eventTopicName
    tags: tags
    namespaceId: serviceBus.outputs.id
    queueName: names.bindings.SPILLWAY_RESOURCE_EVENTS_QUEUE
  }
}

module resourceEventsElsewhere 'app/resource-events.bicep' = [
  for (id, index) in eventGroups: {
    scope: resourceGroup(split(id, '/')[2], split(id, '/')[4])
    name: 'resource-events-${index}-${resourceToken}'
    params: {
      name: eventTopicName
      tags: tags
      namespaceId: serviceBus.outputs.id
      queueName: names.bindings.SPILLWAY_RESOURCE_EVENTS_QUEUE
    }
  }
]

// Machines of the example always need a subnet, which costs nothing; the rest is for AZD_VNET.
module network 'app/network.bicep' = if (networkWanted || exampleScaleSet) {
  scope: rg
  params: {
    name: networkName
    securityGroupName: '${abbrs.networkNetworkSecurityGroups}${resourceToken}'
    natName: '${abbrs.networkNatGateways}${resourceToken}'
    addressName: '${abbrs.networkPublicIPAddresses}${resourceToken}'
    location: location
    tags: tags
    full: networkWanted
    zoneName: zoneName
  }
}

// One private endpoint per service, where nothing may be reached from outside.
module privateEndpoint 'app/private-endpoint.bicep' = [
  for part in ['blob', 'table', 'queue', 'namespace', 'sites']: if (privateEndpoints) {
    scope: rg
    params: {
      name: '${abbrs.networkPrivateEndpoints}${part}-${resourceToken}'
      location: location
      tags: tags
      subnetId: network!.outputs.endpointsSubnetId
      networkId: network!.outputs.id
      serviceId: part == 'namespace'
        ? serviceBus.outputs.id
        : (part == 'sites' ? app.outputs.id : storage.outputs.id)
      part: part
      zoneName: privateZones[part]
    }
  }
]

// The scale set of the example.
module scaleSet 'app/scale-set.bicep' = if (exampleScaleSet) {
  scope: rg
  params: {
    name: empty(scaleSetName) ? '${abbrs.computeVirtualMachineScaleSets}${resourceToken}' : scaleSetName
    location: location
    tags: tags
    subnetId: network!.outputs.baseSubnetId
    size: exampleVmSize
    instances: exampleInstances
    replicasPerInstance: exampleReplicasPerInstance
    publicKey: exampleSshPublicKey
    identity: { id: workerIdentity.outputs.id, clientId: workerIdentity.outputs.clientId }
    image: exampleImage
    serviceBusHost: serviceBus.outputs.hostName
    queue: exampleQueue
  }
}

// Secrets: hooks write them, once what they open is there.
module keyVault 'app/key-vault.bicep' = {
  scope: rg
  params: {
    name: vaultName
    location: location
    tags: tags
    deployerId: principalId
    deployerType: principalType
    appPrincipalId: identity.outputs.principalId
  }
}

// The app. A provision replaces all of its settings.
var identitySettings = {
  AZURE_CLIENT_ID: identity.outputs.clientId
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identity.outputs.clientId
  AzureWebJobsStorage__blobServiceUri: storage.outputs.blobEndpoint
  AzureWebJobsStorage__queueServiceUri: storage.outputs.queueEndpoint
  AzureWebJobsStorage__tableServiceUri: storage.outputs.tableEndpoint
  APPLICATIONINSIGHTS_CONNECTION_STRING: monitoring.outputs.connectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identity.outputs.clientId};Authorization=AAD'
  SPILLWAY_SERVICEBUS__fullyQualifiedNamespace: serviceBus.outputs.hostName
  SPILLWAY_SERVICEBUS__credential: 'managedidentity'
  SPILLWAY_SERVICEBUS__clientId: identity.outputs.clientId
}
resource existingNamespace 'Microsoft.ServiceBus/namespaces@2024-01-01' existing = if (!empty(existingServiceBusId)) {
  scope: resourceGroup(
    empty(existingServiceBusId) ? subscription().subscriptionId : existingServiceBus[2],
    empty(existingServiceBusId) ? rg.name : existingServiceBus[4]
  )
  name: last(existingServiceBus)
}

var deploymentSettings = {
  SPILLWAY_OWNER_ID: resourceToken
  SPILLWAY_SUBSCRIPTION_ID: subscription().subscriptionId
  SPILLWAY_RESOURCE_GROUP: rg.name
  SPILLWAY_LOCATION: location
  SPILLWAY_URL: 'https://${functionName}.azurewebsites.net'
  SPILLWAY_REPLICA_KEY: '@Microsoft.KeyVault(VaultName=${keyVault.outputs.name};SecretName=replica-key)'
  SPILLWAY_SERVICEBUS_RESOURCE_ID: empty(existingServiceBusId) ? serviceBus.outputs.id : existingServiceBusId
  SPILLWAY_SERVICEBUS_LOCATION: empty(existingServiceBusId) ? location : existingNamespace!.location
  SPILLWAY_ARM_ENDPOINT: uri(environment().resourceManager, '')
  SPILLWAY_BURST_LIFECYCLE: SPILLWAY_BURST_LIFECYCLE
  SPILLWAY_WORKLOADS_FOLDER: SPILLWAY_WORKLOADS_FOLDER
}
// Its own, so that they hold for no other workload.
var exampleSettings = exampleEnabled
  ? {
      SPILLWAY_QUEUE_FOR_EXAMPLE: '${serviceBus.outputs.name}/${exampleQueue}'
      SPILLWAY_SCALE_SET_FOR_EXAMPLE: exampleScaleSet ? scaleSet!.outputs.id : ''
    }
  : {}
// The workload of `npm run drill`: one group at most, and no scale set.
var drillSettings = {
  SPILLWAY_MODE_FOR_DRILL: 'enforce'
  SPILLWAY_QUEUE_FOR_DRILL: '${serviceBus.outputs.name}/${drillQueue}'
  SPILLWAY_SCALE_SET_FOR_DRILL: ''
  SPILLWAY_BURST_MAX_GROUPS_FOR_DRILL: '1'
}

var appSettings = union(
  identitySettings,
  names.bindings,
  deploymentSettings,
  firstRank,
  exampleSettings,
  drillSettings,
  { SPILLWAY_ALERT_AUTHENTICATION: alertAuthentication },
  moreSettings
)

module app 'app/function-app.bicep' = {
  scope: rg
  params: {
    planName: empty(planName) ? '${abbrs.webServerFarms}${resourceToken}' : planName
    name: functionName
    location: location
    tags: tags
    serviceName: serviceName
    identity: { id: identity.outputs.id, clientId: identity.outputs.clientId }
    packageContainer: '${storage.outputs.blobEndpoint}${packageContainer}'
    appSettings: appSettings
    instanceMemoryMB: instanceMemoryMB
    alwaysReadyInstances: alwaysReadyInstances
    maximumInstanceCount: maximumInstanceCount
    subnetId: networkWanted ? network!.outputs.appSubnetId : ''
    publicAccess: !privateEndpoints
    alertAudience: entraAlerts ? alertAudience : ''
  }
}

// Roles of the app, and where they hold.
module roles 'app/roles.bicep' = {
  params: {
    token: resourceToken
    environmentName: environmentName
    useBuiltInRoles: useBuiltInRoles
    otherSubscriptions: otherSubscriptions
  }
}

module dataRoles 'app/rbac.bicep' = {
  scope: rg
  params: {
    appPrincipalId: identity.outputs.principalId
    workerPrincipalId: workerIdentity.outputs.principalId
    storageName: storage.outputs.name
    insightsName: monitoring.outputs.insightsName
    workspaceName: monitoring.outputs.workspaceName
    logsRoleId: roles.outputs.ids.logs
    namespaceName: serviceBus.outputs.name
    workerQueues: exampleEnabled ? [exampleQueue, drillQueue] : [drillQueue]
  }
}

module groupsRole 'app/assign-group.bicep' = {
  scope: rg
  params: {
    principalId: identity.outputs.principalId
    roleId: SPILLWAY_BURST_LIFECYCLE == 'start-stop' ? roles.outputs.ids.declaredGroups : roles.outputs.ids.groups
  }
}

module quotaRole 'app/assign-subscription.bicep' = {
  params: { principalId: identity.outputs.principalId, roleId: roles.outputs.ids.quota }
}

var metricsSubscriptions = union(
  [subscription().subscriptionId],
  empty(existingServiceBusId) ? [] : [toLower(existingServiceBus[2])],
  empty(signalsResourceGroupId) ? [] : [toLower(signalsGroup[2])]
)

module metricsRoles 'app/assign-subscription.bicep' = [
  for id in metricsSubscriptions: {
    scope: subscription(id)
    params: { principalId: identity.outputs.principalId, roleId: roles.outputs.ids.metrics }
  }
]

module workerIdentityRole 'app/assign-identity.bicep' = {
  scope: rg
  params: {
    principalId: identity.outputs.principalId
    roleId: roles.outputs.ids.identity
    identityName: workerIdentity.outputs.name
  }
}

module existingIdentityRole 'app/assign-identity.bicep' = if (!empty(existingIdentityId)) {
  scope: resourceGroup(
    empty(existingIdentityId) ? subscription().subscriptionId : existingIdentity[2],
    empty(existingIdentityId) ? rg.name : existingIdentity[4]
  )
  params: {
    principalId: identity.outputs.principalId
    roleId: roles.outputs.ids.identity
    identityName: last(existingIdentity)
  }
}

module serviceBusRoles 'app/assign-service-bus.bicep' = {
  scope: rg
  params: {
    principalId: identity.outputs.principalId
    namespaceName: serviceBus.outputs.name
    deployerId: principalId
    deployerType: principalType
  }
}

module existingServiceBusRoles 'app/assign-service-bus.bicep' = if (!empty(existingServiceBusId)) {
  scope: resourceGroup(
    empty(existingServiceBusId) ? subscription().subscriptionId : existingServiceBus[2],
    empty(existingServiceBusId) ? rg.name : existingServiceBus[4]
  )
  params: {
    principalId: identity.outputs.principalId
    namespaceName: last(existingServiceBus)
  }
}

module scaleSetReadRole 'app/assign-group.bicep' = if (hasExistingScaleSet || exampleScaleSet) {
  scope: resourceGroup(
    hasExistingScaleSet ? existingScaleSet[2] : subscription().subscriptionId,
    hasExistingScaleSet ? existingScaleSet[4] : rg.name
  )
  params: { principalId: identity.outputs.principalId, roleId: roles.outputs.ids.scaleSetRead }
}

module scaleSetManageRole 'app/assign-scale-set.bicep' = if (managed && (hasExistingScaleSet || exampleScaleSet)) {
  scope: resourceGroup(
    hasExistingScaleSet ? existingScaleSet[2] : subscription().subscriptionId,
    hasExistingScaleSet ? existingScaleSet[4] : rg.name
  )
  params: {
    principalId: identity.outputs.principalId
    roleId: roles.outputs.ids.scaleSetManage
    scaleSetName: hasExistingScaleSet ? last(existingScaleSet) : scaleSet!.outputs.name
  }
}

module subnetRole 'app/assign-subnet.bicep' = if (networkWanted) {
  scope: rg
  params: {
    principalId: identity.outputs.principalId
    roleId: roles.outputs.ids.network
    networkName: network!.outputs.name
    subnetName: 'burst'
  }
}

module existingSubnetRole 'app/assign-subnet.bicep' = if (!empty(existingSubnetId)) {
  scope: resourceGroup(
    empty(existingSubnetId) ? subscription().subscriptionId : existingSubnet[2],
    empty(existingSubnetId) ? rg.name : existingSubnet[4]
  )
  params: {
    principalId: identity.outputs.principalId
    roleId: roles.outputs.ids.network
    networkName: empty(existingSubnetId) ? '' : existingSubnet[8]
    subnetName: last(existingSubnet)
  }
}

module dnsRole 'app/assign-dns.bicep' = if (networkWanted) {
  scope: rg
  params: { principalId: identity.outputs.principalId, roleId: roles.outputs.ids.dns, zoneName: network!.outputs.zoneName }
}

module existingDnsRole 'app/assign-dns.bicep' = if (!empty(existingDnsZoneId)) {
  scope: resourceGroup(
    empty(existingDnsZoneId) ? subscription().subscriptionId : existingZone[2],
    empty(existingDnsZoneId) ? rg.name : existingZone[4]
  )
  params: { principalId: identity.outputs.principalId, roleId: roles.outputs.ids.dns, zoneName: last(existingZone) }
}

module networkReadRole 'app/assign-network.bicep' = if (networkWanted) {
  scope: rg
  params: {
    principalId: identity.outputs.principalId
    roleId: roles.outputs.ids.networkRead
    networkName: network!.outputs.name
  }
}

module existingNetworkReadRole 'app/assign-network.bicep' = if (!empty(existingSubnetId)) {
  scope: resourceGroup(
    empty(existingSubnetId) ? subscription().subscriptionId : existingSubnet[2],
    empty(existingSubnetId) ? rg.name : existingSubnet[4]
  )
  params: {
    principalId: identity.outputs.principalId
    roleId: roles.outputs.ids.networkRead
    networkName: empty(existingSubnetId) ? '' : existingSubnet[8]
  }
}

module gatewayRole 'app/assign-gateway.bicep' = if (!empty(existingGatewayId)) {
  scope: resourceGroup(
    empty(existingGatewayId) ? subscription().subscriptionId : existingGateway[2],
    empty(existingGatewayId) ? rg.name : existingGateway[4]
  )
  params: {
    principalId: identity.outputs.principalId
    roleId: roles.outputs.ids.gateway
    gatewayName: last(existingGateway)
  }
}

module standbyPoolRole 'app/assign-standby-pool.bicep' = if (!empty(existingStandbyPoolId)) {
  scope: resourceGroup(
    empty(existingStandbyPoolId) ? subscription().subscriptionId : existingStandbyPool[2],
    empty(existingStandbyPoolId) ? rg.name : existingStandbyPool[4]
  )
  params: {
    principalId: identity.outputs.principalId
    roleId: roles.outputs.ids.standbyPool
    poolName: last(existingStandbyPool)
  }
}

// What signals read beside metrics, the queues of Service Bus and the workspace of the deployment.
module signalsRole 'app/assign-group.bicep' = if (!empty(signalsResourceGroupId)) {
  scope: resourceGroup(
    empty(signalsResourceGroupId) ? subscription().subscriptionId : signalsGroup[2],
    empty(signalsResourceGroupId) ? rg.name : signalsGroup[4]
  )
  params: { principalId: identity.outputs.principalId, roleId: storageQueueDataReader }
}

// Alerts on Spillway itself, and a workbook.
module alerts 'app/alerts.bicep' = {
  scope: rg
  params: {
    location: location
    tags: tags
    insightsId: monitoring.outputs.insightsId
    serviceBusId: serviceBus.outputs.id
    evaluationsQueue: names.evaluationsQueue
    actionGroupName: '${abbrs.insightsActionGroups}operators-${resourceToken}'
    email: alertEmail
  }
}

module workbook 'app/workbook.bicep' = {
  scope: rg
  params: { location: location, tags: tags, insightsId: monitoring.outputs.insightsId, token: resourceToken }
}

// Alerts of the example that tell Spillway of load.
resource vault 'Microsoft.KeyVault/vaults@2024-11-01' existing = if (exampleEnabled && alertSecretReady) {
  scope: rg
  name: vaultName
}

module loadAlerts 'app/load-alerts.bicep' = if (exampleEnabled) {
  scope: rg
  params: {
    tags: tags
    actionGroupName: '${abbrs.insightsActionGroups}load-${resourceToken}'
    serviceBusId: serviceBus.outputs.id
    queue: exampleQueue
    workload: 'example'
    functionUri: '${app.outputs.uri}/api/metricAlert'
    audience: entraAlerts ? alertAudience : ''
    audienceObjectId: alertAudienceObjectId
    keyedUri: exampleEnabled && alertSecretReady && !entraAlerts ? vault!.getSecret('metric-alert-uri') : ''
  }
}

output AZURE_LOCATION string = location
output AZURE_TENANT_ID string = tenant().tenantId
output AZURE_RESOURCE_GROUP string = rg.name
output AZURE_FUNCTION_NAME string = app.outputs.name
output SERVICE_SPILLWAY_NAME string = app.outputs.name
output SERVICE_SPILLWAY_URI string = app.outputs.uri
output SERVICE_SPILLWAY_IDENTITY_PRINCIPAL_ID string = identity.outputs.principalId
output SPILLWAY_OWNER_ID string = resourceToken
output SPILLWAY_ARM_ENDPOINT string = uri(environment().resourceManager, '')
output SPILLWAY_SERVICEBUS__fullyQualifiedNamespace string = serviceBus.outputs.hostName
output SPILLWAY_WORKER_IDENTITY_ID string = workerIdentity.outputs.id
output SPILLWAY_WORKER_CLIENT_ID string = workerIdentity.outputs.clientId
output SPILLWAY_EXAMPLE_QUEUE string = exampleEnabled ? exampleQueue : ''
output SPILLWAY_EXAMPLE_SCALE_SET string = exampleScaleSet ? scaleSet!.outputs.id : ''
output SPILLWAY_DRILL_QUEUE string = drillQueue
output SPILLWAY_KEY_VAULT string = keyVault.outputs.name
output SPILLWAY_ALERT_ACTION_GROUP string = exampleEnabled && !entraAlerts ? loadAlerts!.outputs.actionGroupId : ''
output SPILLWAY_BURST_SUBNET_ID string = networkWanted ? network!.outputs.burstSubnetId : existingSubnetId
output SPILLWAY_EVENT_TOPIC_IDS string = join(
  map(eventGroups, id => '${id}/providers/Microsoft.EventGrid/systemTopics/${eventTopicName}'),
  ','
)
// What this provision set: the next one finds by it what somebody changed elsewhere.
output SPILLWAY_APP_SETTINGS string = string(toObject(
  filter(items(appSettings), each => startsWith(each.key, 'SPILLWAY_') && !contains(names.secrets, each.key)),
  each => each.key,
  each => each.value
))
