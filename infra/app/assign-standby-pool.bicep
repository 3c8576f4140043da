metadata name = 'Role on a standby pool'
metadata description = 'Groups that are ready in it count in decisions.'

@description('Required. Who gets the role.')
param principalId string

@description('Required. Id of the role.')
param roleId string

@description('Required. Name of the pool.')
param poolName string

resource pool 'Microsoft.StandbyPool/standbyContainerGroupPools@2025-03-01' existing = {
  name: poolName
}

resource assignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: pool
  name: guid(pool.id, principalId, roleId)
  properties: { principalId: principalId, principalType: 'ServicePrincipal', roleDefinitionId: roleId }
}
