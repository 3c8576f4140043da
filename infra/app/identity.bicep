metadata name = 'Identity'
metadata description = 'A user-assigned identity: known before what uses it exists, so that roles are assigned in the same pass.'

@description('Required. Name of the identity.')
param name string

@description('Required. Region.')
param location string

@description('Required. Tags.')
param tags object

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: name
  location: location
  tags: tags
}

@description('Resource id.')
output id string = identity.id
@description('Id of the service principal, for role assignments.')
output principalId string = identity.properties.principalId
@description('Client id, by which software asks for tokens of this identity.')
output clientId string = identity.properties.clientId
@description('Name of the identity.')
output name string = identity.name
