metadata name = 'Roles on a Service Bus namespace'
metadata description = 'Azure Service Bus Data Owner, which reading the depth of a queue takes.'

@description('Required. Who gets the roles.')
param principalId string

@description('Required. Name of the namespace.')
param namespaceName string

@description('Optional. Who deploys, and may fill and empty the queues by hand; empty: nobody.')
param deployerId string = ''

@description('Optional. Kind of that principal.')
param deployerType string = 'User'

var dataOwner = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '090c5cfd-751d-490a-894a-3ce6f1109419')

resource namespace 'Microsoft.ServiceBus/namespaces@2024-01-01' existing = {
  name: namespaceName
}

resource app 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: namespace
  name: guid(namespace.id, principalId, dataOwner)
  properties: { principalId: principalId, principalType: 'ServicePrincipal', roleDefinitionId: dataOwner }
}

resource deployer 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(deployerId)) {
  scope: namespace
  name: guid(namespace.id, deployerId, dataOwner)
  properties: { principalId: deployerId, principalType: deployerType, roleDefinitionId: dataOwner }
}
