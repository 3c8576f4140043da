metadata name = 'Service Bus'
metadata description = 'Namespace with the queue of the evaluations (sessions: one evaluation of a workload at a time) and queues of workloads. Entra only.'

@description('Required. Name of the namespace.')
param name string

@description('Required. Region.')
param location string

@description('Required. Tags.')
param tags object

@description('Required. Name of the queue of the evaluations.')
param evaluationsQueue string

@description('Required. Name of the queue into which Event Grid puts changes of resources.')
param resourceEventsQueue string

@description('Required. Names of the queues whose depth is the demand of a workload.')
param workloadQueues string[]

@description('Required. False closes the namespace to all but private endpoints, which takes the Premium tier.')
param publicAccess bool

resource namespace 'Microsoft.ServiceBus/namespaces@2024-01-01' = {
  name: name
  location: location
  tags: tags
  sku: publicAccess ? { name: 'Standard', tier: 'Standard' } : { name: 'Premium', tier: 'Premium', capacity: 1 }
  properties: {
    disableLocalAuth: true
    minimumTlsVersion: '1.2'
    publicNetworkAccess: publicAccess ? 'Enabled' : 'Disabled'
  }
}

// Event Grid reaches no private endpoint: it comes past the closed door as a trusted service, with its identity and role.
resource network 'Microsoft.ServiceBus/namespaces/networkRuleSets@2024-01-01' = if (!publicAccess) {
  parent: namespace
  name: 'default'
  properties: { publicNetworkAccess: 'Disabled', defaultAction: 'Deny', trustedServiceAccessEnabled: true }
}

// A trigger lives 2 minutes: an older one has been answered by a later look. The window of duplicate detection covers
// the latest time for which a follow-up is scheduled (5 minutes of back-off), so that one due time has one message.
resource evaluations 'Microsoft.ServiceBus/namespaces/queues@2024-01-01' = {
  parent: namespace
  name: evaluationsQueue
  properties: {
    requiresSession: true
    requiresDuplicateDetection: true
    duplicateDetectionHistoryTimeWindow: 'PT10M'
    defaultMessageTimeToLive: 'PT2M'
    deadLetteringOnMessageExpiration: false
    lockDuration: 'PT1M'
    maxDeliveryCount: 10
    maxSizeInMegabytes: 1024
  }
}

// The heartbeat looks every minute: an older event is no news.
resource resourceEvents 'Microsoft.ServiceBus/namespaces/queues@2024-01-01' = {
  parent: namespace
  name: resourceEventsQueue
  properties: {
    defaultMessageTimeToLive: 'PT2M'
    deadLetteringOnMessageExpiration: false
    lockDuration: 'PT1M'
    maxDeliveryCount: 3
    maxSizeInMegabytes: 1024
  }
}

resource queues 'Microsoft.ServiceBus/namespaces/queues@2024-01-01' = [
  for queue in workloadQueues: {
    parent: namespace
    name: queue
    properties: {
      lockDuration: 'PT1M'
      maxDeliveryCount: 10
      deadLetteringOnMessageExpiration: true
      maxSizeInMegabytes: 1024
    }
  }
]

@description('Resource id.')
output id string = namespace.id
@description('Name of the namespace.')
output name string = namespace.name
@description('Host name of the namespace.')
output hostName string = split(split(namespace.properties.serviceBusEndpoint, '//')[1], ':')[0]
