metadata name = 'Role on an application gateway'
metadata description = 'Its back-end pool lists replicas.'

@description('Required. Who gets the role.')
param principalId string

@description('Required. Id of the role.')
param roleId string

@description('Required. Name of the gateway.')
param gatewayName string

resource gateway 'Microsoft.Network/applicationGateways@2024-07-01' existing = {
  name: gatewayName
}

resource assignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: gateway
  name: guid(gateway.id, principalId, roleId)
  properties: { principalId: principalId, principalType: 'ServicePrincipal', roleDefinitionId: roleId }
}
