metadata name = 'Alerts on Spillway'
metadata description = 'What should wake an operator, seen from outside the app: it may be the app that is broken.'

@description('Required. Region.')
param location string

@description('Required. Tags.')
param tags object

@description('Required. Application Insights component that the queries read.')
param insightsId string

@description('Required. Service Bus namespace of the evaluations.')
param serviceBusId string

@description('Required. Queue of the evaluations, whose dead letters alert.')
param evaluationsQueue string

@description('Required. Name of the action group.')
param actionGroupName string

@description('Optional. Address that gets a mail; empty: alerts only show in the portal.')
param email string = ''

var rules = {
  'no-evaluation': {
    title: 'Spillway has evaluated nothing for ten minutes'
    severity: 1
    query: loadTextContent('../queries/no-evaluation.kql')
    every: 'PT5M'
  }
  'workload-silent': {
    title: 'Spillway does not evaluate a workload that has groups'
    severity: 1
    query: loadTextContent('../queries/workload-silent.kql')
    every: 'PT15M'
  }
  'spend-limit': {
    title: 'Spillway reached a spend limit'
    severity: 2
    query: loadTextContent('../queries/spend-limit.kql')
    every: 'PT15M'
  }
  'orphan-found': {
    title: 'Spillway removed a group that no workload wanted'
    severity: 3
    query: loadTextContent('../queries/orphan-found.kql')
    every: 'PT15M'
  }
  'offering-down': {
    title: 'A place takes no groups of Spillway'
    severity: 2
    query: loadTextContent('../queries/offering-down.kql')
    every: 'PT15M'
  }
}

resource operators 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: actionGroupName
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'spillway'
    emailReceivers: empty(email) ? [] : [{ name: 'operator', emailAddress: email, useCommonAlertSchema: true }]
  }
}

resource queryRules 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for rule in items(rules): {
    name: 'spillway-${rule.key}'
    location: location
    tags: tags
    properties: {
      displayName: rule.value.title
      severity: rule.value.severity
      enabled: true
      scopes: [insightsId]
      evaluationFrequency: rule.value.every
      windowSize: 'PT15M'
      autoMitigate: true
      // The component may be minutes old: its tables appear with the first line.
      skipQueryValidation: true
      criteria: {
        allOf: [
          {
            query: rule.value.query
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: 0
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
          }
        ]
      }
      actions: { actionGroups: [operators.id] }
    }
  }
]

resource deadLetters 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: 'spillway-dead-letters'
  location: 'global'
  tags: tags
  properties: {
    description: 'An evaluation was given up ten times: the app crashes while it works on it.'
    severity: 1
    enabled: true
    scopes: [serviceBusId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT5M'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          criterionType: 'StaticThresholdCriterion'
          name: 'dead letters'
          metricNamespace: 'Microsoft.ServiceBus/namespaces'
          metricName: 'DeadletteredMessages'
          dimensions: [{ name: 'EntityName', operator: 'Include', values: [evaluationsQueue] }]
          timeAggregation: 'Maximum'
          operator: 'GreaterThan'
          threshold: 0
        }
      ]
    }
    actions: [{ actionGroupId: operators.id }]
  }
}
