metadata name = 'Workbook'
metadata description = 'What Spillway did and why, from its structured log.'

@description('Required. Region.')
param location string

@description('Required. Tags.')
param tags object

@description('Required. Application Insights component that the queries read.')
param insightsId string

@description('Required. Distinguishes the workbooks of environments.')
param token string

var parts = [
  { title: 'Replicas', view: 'linechart', query: loadTextContent('../queries/replicas.kql') }
  { title: 'Last decisions that did something', view: 'table', query: loadTextContent('../queries/decisions.kql') }
  { title: 'What somebody should hear of', view: 'table', query: loadTextContent('../queries/attention.kql') }
  { title: 'What operators did', view: 'table', query: loadTextContent('../queries/operators.kql') }
  { title: 'Failures', view: 'table', query: loadTextContent('../queries/failures.kql') }
  { title: 'Places that take no groups', view: 'table', query: loadTextContent('../queries/offering-down.kql') }
  { title: 'Spend limits reached', view: 'table', query: loadTextContent('../queries/spend-limit.kql') }
  { title: 'Groups that no workload wanted', view: 'table', query: loadTextContent('../queries/orphan-found.kql') }
]

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(resourceGroup().id, token, 'workbook')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'Spillway'
    category: 'workbook'
    sourceId: insightsId
    serializedData: string({
      version: 'Notebook/1.0'
      fallbackResourceIds: [insightsId]
      items: map(
        parts,
        part => {
          type: 3
          name: part.title
          content: {
            version: 'KqlItem/1.0'
            title: part.title
            query: part.query
            visualization: part.view
            size: 0
            queryType: 0
            resourceType: 'microsoft.insights/components'
            timeContext: { durationMs: 86400000 }
          }
        }
      )
    })
  }
}

@description('Resource id.')
output id string = workbook.id
