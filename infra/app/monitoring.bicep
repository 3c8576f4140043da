metadata name = 'Monitoring'
metadata description = 'Log Analytics and Application Insights, which take telemetry from Entra identities only.'

@description('Required. Name of the workspace.')
param workspaceName string

@description('Required. Name of the Application Insights component.')
param insightsName string

@description('Required. Region.')
param location string

@description('Required. Tags.')
param tags object

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-02-01' = {
  name: workspaceName
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: 30
    features: { disableLocalAuth: true, enableLogAccessUsingOnlyResourcePermissions: true }
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: insightsName
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    DisableLocalAuth: true
  }
}

@description('Name of the workspace.')
output workspaceName string = workspace.name
@description('Resource id of the workspace.')
output workspaceId string = workspace.id
@description('Resource id of the component.')
output insightsId string = insights.id
@description('Name of the component.')
output insightsName string = insights.name
@description('Where telemetry goes. It holds no secret here: the component refuses telemetry that is not signed in.')
output connectionString string = insights.properties.ConnectionString
