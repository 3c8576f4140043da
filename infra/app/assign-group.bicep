metadata name = 'Role on a resource group'

@description('Required. Who gets the role.')
param principalId string

@description('Required. Id of the role.')
param roleId string

resource assignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(resourceGroup().id, principalId, roleId)
  properties: { principalId: principalId, principalType: 'ServicePrincipal', roleDefinitionId: roleId }
}
