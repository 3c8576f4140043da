metadata name = 'Role on a subscription'
metadata description = 'Only for what Azure answers at no narrower scope: the quota of a region, and metrics.'

targetScope = 'subscription'

@description('Required. Who gets the role.')
param principalId string

@description('Required. Id of the role.')
param roleId string

resource assignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(subscription().id, principalId, roleId)
  properties: { principalId: principalId, principalType: 'ServicePrincipal', roleDefinitionId: roleId }
}
