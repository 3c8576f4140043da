metadata name = 'Role on a virtual network'
metadata description = 'Its region and its free addresses are read.'

@description('Required. Who gets the role.')
param principalId string

@description('Required. Id of the role.')
param roleId string

@description('Required. Name of the virtual network.')
param networkName string

resource network 'Microsoft.Network/virtualNetworks@2024-07-01' existing = {
  name: networkName
}

resource assignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: network
  name: guid(network.id, principalId, roleId)
  properties: { principalId: principalId, principalType: 'ServicePrincipal', roleDefinitionId: roleId }
}
