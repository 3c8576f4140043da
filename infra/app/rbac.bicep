metadata name = 'Data roles'
metadata description = 'What the identities of app and workers may do with the data of this deployment, each on one resource.'

@description('Required. Identity of the app.')
param appPrincipalId string

@description('Optional. Identity of the workers; empty: there are none.')
param workerPrincipalId string = ''

@description('Required. Name of the storage account.')
param storageName string

@description('Required. Name of the Application Insights component.')
param insightsName string

@description('Required. Name of the Log Analytics workspace.')
param workspaceName string

@description('Required. Id of the role that queries logs.')
param logsRoleId string

@description('Required. Name of the namespace of the queues.')
param namespaceName string

@description('Required. Queues that the workers receive from.')
param workerQueues string[]

var blobDataOwner = 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
var tableDataContributor = '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
var metricsPublisher = '3913510d-42f4-4e42-8a64-420c390055eb'
var serviceBusDataReceiver = '4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0'

resource storage 'Microsoft.Storage/storageAccounts@2025-01-01' existing = {
  name: storageName
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-02-01' existing = {
  name: workspaceName
}

resource namespace 'Microsoft.ServiceBus/namespaces@2024-01-01' existing = {
  name: namespaceName
}

resource queues 'Microsoft.ServiceBus/namespaces/queues@2024-01-01' existing = [
  for queue in workerQueues: {
    parent: namespace
    name: queue
  }
]

resource appOnStorage 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in [blobDataOwner, tableDataContributor]: {
    scope: storage
    name: guid(storage.id, appPrincipalId, role)
    properties: {
      principalId: appPrincipalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role)
    }
  }
]

resource appOnInsights 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: insights
  name: guid(insights.id, appPrincipalId, metricsPublisher)
  properties: {
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', metricsPublisher)
  }
}

resource appOnLogs 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: workspace
  name: guid(workspace.id, appPrincipalId, logsRoleId)
  properties: { principalId: appPrincipalId, principalType: 'ServicePrincipal', roleDefinitionId: logsRoleId }
}

resource workersOnQueues 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (queue, index) in workerQueues: if (!empty(workerPrincipalId)) {
    scope: queues[index]
    name: guid(queues[index].id, workerPrincipalId, serviceBusDataReceiver)
    properties: {
      principalId: workerPrincipalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', serviceBusDataReceiver)
    }
  }
]
