metadata name = 'Role on the queue of the resource events'
metadata description = 'Event Grid may send to this one queue and do nothing else.'

@description('Required. Identity of the system topic.')
param principalId string

@description('Required. Resource id of the system topic, which may be in another resource group.')
param topicId string

@description('Required. Name of the namespace.')
param namespaceName string

@description('Required. Name of the queue.')
param queueName string

var dataSender = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39')

resource namespace 'Microsoft.ServiceBus/namespaces@2024-01-01' existing = {
  name: namespaceName
}

resource queue 'Microsoft.ServiceBus/namespaces/queues@2024-01-01' existing = {
  parent: namespace
  name: queueName
}

resource sender 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: queue
  name: guid(queue.id, topicId, dataSender)
  properties: { principalId: principalId, principalType: 'ServicePrincipal', roleDefinitionId: dataSender }
}
