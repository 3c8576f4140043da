metadata name = 'Alerts of the example workload'
metadata description = 'Metric alerts that tell Spillway of load, by an action group that calls the function metricAlert.'

@description('Required. Tags.')
param tags object

@description('Required. Name of the action group.')
param actionGroupName string

@description('Required. Namespace of the queue.')
param serviceBusId string

@description('Required. Queue of the workload.')
param queue string

@description('Required. Workload that the alerts speak of.')
param workload string

@description('Required. Address of the function, without a key.')
param functionUri string

@description('Optional. Application registration that protects the function; empty: a function key does.')
param audience string = ''

@description('Optional. Object id of its service principal.')
param audienceObjectId string = ''

@description('Optional. Address of the function with its key, from Key Vault; empty: none is known yet.')
@secure()
param keyedUri string = ''

var entra = {
  useAadAuth: true
  objectId: audienceObjectId
  identifierUri: 'api://${audience}'
  tenantId: tenant().tenantId
}
var webhook = { name: 'metricAlert', useCommonAlertSchema: true }

resource caller 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: actionGroupName
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'swload'
    webhookReceivers: empty(audience)
      ? (empty(keyedUri) ? [] : [union(webhook, { serviceUri: keyedUri })])
      : [union(webhook, entra, { serviceUri: functionUri })]
  }
}

resource backlog 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: 'spillway-backlog-${workload}'
  location: 'global'
  tags: tags
  properties: {
    description: 'Messages wait: Spillway adds groups until this resolves.'
    severity: 2
    enabled: true
    autoMitigate: true
    scopes: [serviceBusId]
    evaluationFrequency: 'PT1M'
    windowSize: 'PT1M'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          criterionType: 'StaticThresholdCriterion'
          name: 'active messages'
          metricNamespace: 'Microsoft.ServiceBus/namespaces'
          metricName: 'ActiveMessages'
          dimensions: [{ name: 'EntityName', operator: 'Include', values: [queue] }]
          timeAggregation: 'Average'
          operator: 'GreaterThan'
          threshold: 200
        }
      ]
    }
    actions: [{ actionGroupId: caller.id, webHookProperties: { workload: workload } }]
  }
}

@description('Resource id of the action group.')
output actionGroupId string = caller.id
