metadata name = 'Network'
metadata description = 'The network of the scale set; with `full` also subnets for the app and for container groups, a NAT gateway and a private DNS zone.'

@description('Required. Name of the virtual network.')
param name string

@description('Required. Name of the network security group.')
param securityGroupName string

@description('Required. Name of the NAT gateway.')
param natName string

@description('Required. Name of the address of the NAT gateway.')
param addressName string

@description('Required. Region.')
param location string

@description('Required. Tags.')
param tags object

@description('Required. Everything, or only the subnet of the scale set.')
param full bool

@description('Required. Name of the private DNS zone for the addresses of replicas.')
param zoneName string

// Nothing listens to the outside: the default rules let only the network itself and the load balancer's probes in.
resource securityGroup 'Microsoft.Network/networkSecurityGroups@2024-07-01' = {
  name: securityGroupName
  location: location
  tags: tags
}

resource address 'Microsoft.Network/publicIPAddresses@2024-07-01' = if (full) {
  name: addressName
  location: location
  tags: tags
  sku: { name: 'Standard' }
  properties: { publicIPAllocationMethod: 'Static' }
}

resource nat 'Microsoft.Network/natGateways@2024-07-01' = if (full) {
  name: natName
  location: location
  tags: tags
  sku: { name: 'Standard' }
  properties: { idleTimeoutInMinutes: 4, publicIpAddresses: [{ id: address.id }] }
}

var base = {
  name: 'base'
  properties: {
    addressPrefix: '10.0.0.0/24'
    networkSecurityGroup: { id: securityGroup.id }
    natGateway: full ? { id: nat.id } : null
    // Without a NAT gateway the machines pull images and reach the queue through Azure's own outbound address.
    defaultOutboundAccess: !full
  }
}

var others = [
  {
    name: 'app'
    properties: {
      addressPrefix: '10.0.1.0/24'
      networkSecurityGroup: { id: securityGroup.id }
      natGateway: { id: nat.id }
      delegations: [{ name: 'app', properties: { serviceName: 'Microsoft.App/environments' } }]
    }
  }
  {
    name: 'burst'
    properties: {
      addressPrefix: '10.0.4.0/22'
      networkSecurityGroup: { id: securityGroup.id }
      natGateway: { id: nat.id }
      delegations: [{ name: 'groups', properties: { serviceName: 'Microsoft.ContainerInstance/containerGroups' } }]
    }
  }
  {
    name: 'endpoints'
    properties: { addressPrefix: '10.0.2.0/24', networkSecurityGroup: { id: securityGroup.id } }
  }
]

resource network 'Microsoft.Network/virtualNetworks@2024-07-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: ['10.0.0.0/20'] }
    subnets: full ? concat([base], others) : [base]
  }
}

resource zone 'Microsoft.Network/privateDnsZones@2024-06-01' = if (full) {
  name: zoneName
  location: 'global'
  tags: tags

  resource link 'virtualNetworkLinks' = {
    name: name
    location: 'global'
    tags: tags
    properties: { registrationEnabled: false, virtualNetwork: { id: network.id } }
  }
}

@description('Resource id of the virtual network.')
output id string = network.id
@description('Name of the virtual network.')
output name string = network.name
@description('Subnet of the scale set.')
output baseSubnetId string = resourceId('Microsoft.Network/virtualNetworks/subnets', network.name, 'base')
@description('Subnet for outgoing calls of the app; empty without the full network.')
output appSubnetId string = full ? resourceId('Microsoft.Network/virtualNetworks/subnets', network.name, 'app') : ''
@description('Subnet of container groups; empty without the full network.')
output burstSubnetId string = full ? resourceId('Microsoft.Network/virtualNetworks/subnets', network.name, 'burst') : ''
@description('Subnet of private endpoints; empty without the full network.')
output endpointsSubnetId string = full ? resourceId('Microsoft.Network/virtualNetworks/subnets', network.name, 'endpoints') : ''
@description('Name of the private DNS zone; empty without the full network.')
output zoneName string = full ? zone.name : ''
