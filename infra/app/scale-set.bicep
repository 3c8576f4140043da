metadata name = 'Example scale set'
metadata description = 'The base of the example workload: machines without a public address that run N replicas each, with health and an announced end.'

@description('Required. Name of the scale set.')
param name string

@description('Required. Region.')
param location string

@description('Required. Tags.')
param tags object

@description('Required. Subnet of the machines.')
param subnetId string

@description('Required. Size of a machine.')
param size string

@description('Required. Machines. A later provision sets this number again.')
@minValue(0)
param instances int

@description('Required. Replicas on one machine.')
@minValue(1)
param replicasPerInstance int

@description('Optional. Name of the administrator, who cannot sign in.')
param adminUsername string = 'spillway'

@description('Required. Public key of the administrator. The hook that makes it keeps no private key: nobody signs in.')
param publicKey string

@description('Required. Identity of the workers.')
param identity { id: string, clientId: string }

@description('Required. Image that the replicas run.')
param image string

@description('Required. Host name of the namespace of the queue.')
param serviceBusHost string

@description('Required. Queue the replicas work off.')
param queue string

var values = {
  __REPLICAS__: string(replicasPerInstance)
  __WORKER__: loadFileAsBase64('../example/worker.js')
  __AGENT__: loadFileAsBase64('../example/agent.py')
  __SERVICEBUS__: serviceBusHost
  __QUEUE__: queue
  __CLIENT_ID__: identity.clientId
  __IMAGE__: image
}
var cloudInit = reduce(
  items(values),
  loadTextContent('../example/cloud-init.yaml'),
  (text, value) => replace(text, value.key, value.value)
)

resource scaleSet 'Microsoft.Compute/virtualMachineScaleSets@2025-04-01' = {
  name: name
  location: location
  tags: tags
  sku: { name: size, capacity: instances }
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identity.id}': {} } }
  properties: {
    orchestrationMode: 'Uniform'
    overprovision: false
    upgradePolicy: { mode: 'Manual' }
    virtualMachineProfile: {
      osProfile: {
        computerNamePrefix: 'base'
        adminUsername: adminUsername
        customData: base64(cloudInit)
        linuxConfiguration: {
          disablePasswordAuthentication: true
          ssh: { publicKeys: [{ path: '/home/${adminUsername}/.ssh/authorized_keys', keyData: publicKey }] }
        }
      }
      securityProfile: { securityType: 'TrustedLaunch', uefiSettings: { secureBootEnabled: true, vTpmEnabled: true } }
      storageProfile: {
        imageReference: { publisher: 'Canonical', offer: 'ubuntu-24_04-lts', sku: 'server', version: 'latest' }
        osDisk: { createOption: 'FromImage', managedDisk: { storageAccountType: 'StandardSSD_LRS' } }
      }
      networkProfile: {
        networkInterfaceConfigurations: [
          {
            name: 'nic'
            properties: {
              primary: true
              ipConfigurations: [{ name: 'ip', properties: { primary: true, subnet: { id: subnetId } } }]
            }
          }
        ]
      }
      extensionProfile: {
        extensions: [
          {
            name: 'health'
            properties: {
              publisher: 'Microsoft.ManagedServices'
              type: 'ApplicationHealthLinux'
              typeHandlerVersion: '2.0'
              autoUpgradeMinorVersion: true
              settings: { protocol: 'http', port: 8080, requestPath: '/', intervalInSeconds: 10, numberOfProbes: 2 }
            }
          }
        ]
      }
      scheduledEventsProfile: { terminateNotificationProfile: { enable: true, notBeforeTimeout: 'PT5M' } }
    }
  }
}

@description('Resource id.')
output id string = scaleSet.id
@description('Name of the scale set.')
output name string = scaleSet.name
