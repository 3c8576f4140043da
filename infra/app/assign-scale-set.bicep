metadata name = 'Role on a scale set'
metadata description = 'Writing is allowed on this one set, and only where Spillway manages it.'

@description('Required. Who gets the role.')
param principalId string

@description('Required. Id of the role.')
param roleId string

@description('Required. Name of the scale set.')
param scaleSetName string

resource scaleSet 'Microsoft.Compute/virtualMachineScaleSets@2025-04-01' existing = {
  name: scaleSetName
}

resource assignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: scaleSet
  name: guid(scaleSet.id, principalId, roleId)
  properties: { principalId: principalId, principalType: 'ServicePrincipal', roleDefinitionId: roleId }
}
