metadata name = 'Key vault'
metadata description = 'Holds the address with which alerts call the app, because it contains a function key.'

@description('Required. Name of the vault.')
param name string

@description('Required. Region.')
param location string

@description('Required. Tags.')
param tags object

@description('Required. Who deploys, and writes the secret after the deployment.')
param deployerId string

@description('Required. Kind of that principal.')
param deployerType string

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

@description('Name of the vault.')
output name string = vault.name
