metadata name = 'Key vault'
metadata description = 'Holds the key of the replicas, and the address with which alerts call the app, because it contains a function key.'

@description('Required. Name of the vault.')
param name string

@description('Required. Region.')
param location string

@description('Required. Tags.')
param tags object

@description('Required. Who deploys, and writes the secrets.')
param deployerId string

@description('Required. Kind of that principal.')
param deployerType string

@description('Required. Identity of the app, whose settings refer to secrets.')
param appPrincipalId string

var secretsUser = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '4633458b-17de-408a-b874-0445c86b69e6')
var secretsOfficer = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7')

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enabledForTemplateDeployment: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 7
    networkAcls: { defaultAction: 'Allow', bypass: 'AzureServices' }
  }
}

resource deployer 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: vault
  name: guid(vault.id, deployerId, secretsOfficer)
  properties: { principalId: deployerId, principalType: deployerType, roleDefinitionId: secretsOfficer }
}

resource app 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: vault
  name: guid(vault.id, appPrincipalId, secretsUser)
  properties: { principalId: appPrincipalId, principalType: 'ServicePrincipal', roleDefinitionId: secretsUser }
}

@description('Name of the vault.')
output name string = vault.name
