metadata name = 'Storage'
metadata description = 'Storage of the host, of the deployment package and of what Spillway remembers. Entra only; tables and containers are declared here.'

@description('Required. Name of the account.')
param name string

@description('Required. Region.')
param location string

@description('Required. Tags.')
param tags object

@description('Required. Names of the tables that Spillway uses.')
param tables string[]

@description('Required. Names of the blob containers.')
param containers string[]

@description('Required. False closes the account to all but private endpoints.')
param publicAccess bool

resource account 'Microsoft.Storage/storageAccounts@2025-01-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: 'Standard_LRS' }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: publicAccess ? 'Enabled' : 'Disabled'
    networkAcls: { defaultAction: publicAccess ? 'Allow' : 'Deny', bypass: 'AzureServices' }
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2025-01-01' = {
  parent: account
  name: 'default'
}

resource blobContainers 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-01-01' = [
  for container in containers: {
    parent: blobs
    name: container
    properties: { publicAccess: 'None' }
  }
]

resource tableService 'Microsoft.Storage/storageAccounts/tableServices@2025-01-01' = {
  parent: account
  name: 'default'
}

resource storageTables 'Microsoft.Storage/storageAccounts/tableServices/tables@2025-01-01' = [
  for table in tables: {
    parent: tableService
    name: table
  }
]

@description('Resource id.')
output id string = account.id
@description('Name of the account.')
output name string = account.name
@description('Address of the blobs.')
output blobEndpoint string = account.properties.primaryEndpoints.blob
@description('Address of the queues.')
output queueEndpoint string = account.properties.primaryEndpoints.queue
@description('Address of the tables.')
output tableEndpoint string = account.properties.primaryEndpoints.table
