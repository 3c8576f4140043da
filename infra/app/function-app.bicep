metadata name = 'Function app'
metadata description = 'The app on Flex Consumption, with a user-assigned identity for everything: host storage, package, telemetry, triggers.'

@description('Required. Name of the plan.')
param planName string

@description('Required. Name of the app.')
param name string

@description('Required. Region.')
param location string

@description('Required. Tags of the environment.')
param tags object

@description('Required. Key of the service in azure.yaml, by which azd finds the app.')
param serviceName string

@description('Required. Identity of the app.')
param identity { id: string, clientId: string }

@description('Required. Address and name of the container of the deployment package.')
param packageContainer string

@description('Required. App settings.')
param appSettings object

@description('Required. Memory of an instance.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int

@description('Required. Instances of `evaluate` that always run. With 0 a first message may wait two minutes.')
@minValue(0)
param alwaysReadyInstances int

@description('Required. Most instances.')
@minValue(1)
param maximumInstanceCount int

@description('Optional. Subnet for outgoing calls, delegated to Microsoft.App/environments.')
param subnetId string = ''

@description('Required. False closes the app to all but private endpoints.')
param publicAccess bool

@description('Optional. Client id of the app registration whose tokens metricAlert takes; empty: it takes function keys.')
param alertAudience string = ''

var names = loadJsonContent('../names.json')

resource plan 'Microsoft.Web/serverfarms@2024-11-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true }
}

resource site 'Microsoft.Web/sites@2024-11-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': serviceName })
  kind: 'functionapp,linux'
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identity.id}': {} } }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    publicNetworkAccess: publicAccess ? 'Enabled' : 'Disabled'
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    keyVaultReferenceIdentity: identity.id
    siteConfig: { alwaysOn: false, minTlsVersion: '1.2', ftpsState: 'Disabled', http20Enabled: true }
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: packageContainer
          authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: identity.id }
        }
      }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
        alwaysReady: alwaysReadyInstances == 0
          ? []
          : [{ name: 'function:evaluate', instanceCount: alwaysReadyInstances }]
      }
      runtime: { name: 'node', version: '24' }
    }
  }

  resource settings 'config' = {
    name: 'appsettings'
    properties: appSettings
  }

  resource noFtpPassword 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: { allow: false }
  }

  resource noDeploymentPassword 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: { allow: false }
  }

  resource authentication 'config' = if (!empty(alertAudience)) {
    name: 'authsettingsV2'
    properties: {
      platform: { enabled: true }
      globalValidation: {
        requireAuthentication: true
        unauthenticatedClientAction: 'Return401'
        // HTTP functions that go on taking keys where App Service authenticates callers of metricAlert.
        excludedPaths: names.keyPaths
      }
      identityProviders: {
        azureActiveDirectory: {
          enabled: true
          registration: {
            clientId: alertAudience
            openIdIssuer: uri(environment().authentication.loginEndpoint, '${tenant().tenantId}/v2.0')
          }
          validation: { allowedAudiences: [alertAudience, 'api://${alertAudience}'] }
        }
      }
    }
  }
}

@description('Resource id.')
output id string = site.id
@description('Name of the app.')
output name string = site.name
@description('Address of the app.')
output uri string = 'https://${site.properties.defaultHostName}'
