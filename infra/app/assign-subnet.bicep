metadata name = 'Role on a subnet'
metadata description = 'Container groups join it.'

@description('Required. Who gets the role.')
param principalId string

@description('Required. Id of the role.')
param roleId string

@description('Required. Name of the virtual network.')
param networkName string

@description('Required. Name of the subnet.')
param subnetName string

resource subnet 'Microsoft.Network/virtualNetworks/subnets@2024-07-01' existing = {
  name: '${networkName}/${subnetName}'
}

resource assignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: subnet
  name: guid(subnet.id, principalId, roleId)
  properties: { principalId: principalId, principalType: 'ServicePrincipal', roleDefinitionId: roleId }
}
