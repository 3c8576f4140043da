metadata name = 'Resource events'
metadata description = 'Changes of container groups and scale sets in this resource group, put into a queue by Event Grid.'

@description('Required. Name of the system topic.')
param name string

@description('Required. Tags.')
param tags object

@description('Required. Resource id of the Service Bus namespace, wherever it is.')
param namespaceId string

@description('Required. Name of the queue.')
param queueName string

// What Spillway itself starts is known to it: of groups only the end and the failure are news.
var subscriptions = [
  {
    name: 'groups'
    operations: 'Microsoft.ContainerInstance/containerGroups/'
    events: ['Microsoft.Resources.ResourceDeleteSuccess', 'Microsoft.Resources.ResourceWriteFailure']
  }
  {
    name: 'scale-sets'
    operations: 'Microsoft.Compute/virtualMachineScaleSets/'
    events: [
      'Microsoft.Resources.ResourceWriteSuccess'
      'Microsoft.Resources.ResourceWriteFailure'
      'Microsoft.Resources.ResourceDeleteSuccess'
      'Microsoft.Resources.ResourceActionSuccess'
    ]
  }
]

resource namespace 'Microsoft.ServiceBus/namespaces@2024-01-01' existing = {
  scope: resourceGroup(split(namespaceId, '/')[2], split(namespaceId, '/')[4])
  name: last(split(namespaceId, '/'))
}

resource queue 'Microsoft.ServiceBus/namespaces/queues@2024-01-01' existing = {
  parent: namespace
  name: queueName
}

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' = {
  name: name
  location: 'global'
  tags: tags
  identity: { type: 'SystemAssigned' }
  properties: { source: resourceGroup().id, topicType: 'Microsoft.Resources.ResourceGroups' }
}

module sender 'assign-sender.bicep' = {
  scope: resourceGroup(split(namespaceId, '/')[2], split(namespaceId, '/')[4])
  name: 'sender-${uniqueString(topic.id)}'
  params: {
    principalId: topic.identity.principalId
    topicId: topic.id
    namespaceName: namespace.name
    queueName: queue.name
  }
}

resource eventSubscriptions 'Microsoft.EventGrid/systemTopics/eventSubscriptions@2025-02-15' = [
  for each in subscriptions: {
    parent: topic
    name: each.name
    properties: {
      deliveryWithResourceIdentity: {
        identity: { type: 'SystemAssigned' }
        destination: { endpointType: 'ServiceBusQueue', properties: { resourceId: queue.id } }
      }
      eventDeliverySchema: 'CloudEventSchemaV1_0'
      filter: {
        includedEventTypes: each.events
        advancedFilters: [
          { key: 'data.operationName', operatorType: 'StringBeginsWith', values: [each.operations] }
        ]
      }
      // Later the heartbeat has seen it.
      retryPolicy: { maxDeliveryAttempts: 5, eventTimeToLiveInMinutes: 5 }
    }
    dependsOn: [sender]
  }
]
