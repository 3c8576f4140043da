metadata name = 'Roles'
metadata description = 'The roles of the app: custom ones with exactly the actions that its adapters call, or the nearest built-in ones.'

targetScope = 'subscription'

@description('Required. Distinguishes the roles of this environment from those of others.')
param token string

@description('Required. Name of the environment, part of the names that people see.')
param environmentName string

@description('Required. True takes built-in roles, which allow more, where custom ones may not be made.')
param useBuiltInRoles bool

@description('Optional. Ids of other subscriptions in which the roles are assigned.')
param otherSubscriptions string[] = []

// Generated from shared/azure/permissions.ts by `npm run docs`.
var actions = loadJsonContent('../role-actions.json')

// Azure answers metrics of many resources to this role and to no narrower one.
var onlyBuiltIn = ['metrics']

var builtIn = {
  groups: '5d977122-f97e-4b4d-a52f-6b43003ddb4d' // Azure Container Instances Contributor Role
  declaredGroups: '5d977122-f97e-4b4d-a52f-6b43003ddb4d'
  quota: 'acdd72a7-3385-48ef-bd42-f606fba81ae7' // Reader
  scaleSetRead: 'acdd72a7-3385-48ef-bd42-f606fba81ae7'
  scaleSetManage: '9980e02c-c2be-4d73-94e8-173b1dc7cf3c' // Virtual Machine Contributor
  network: '4d97b98b-1d4f-4787-a291-c67834d212e7' // Network Contributor
  networkRead: 'acdd72a7-3385-48ef-bd42-f606fba81ae7'
  gateway: '4d97b98b-1d4f-4787-a291-c67834d212e7'
  standbyPool: 'acdd72a7-3385-48ef-bd42-f606fba81ae7'
  identity: 'f1a07417-d97a-45cb-824c-7a7467783830' // Managed Identity Operator
  metrics: '43d0d8ad-25c7-4714-9337-8ba259a9fe05' // Monitoring Reader
  logs: '73c42c96-874c-492b-b04d-ab87d138a893' // Log Analytics Reader
  dns: 'b12aa53e-6015-4669-85d0-8515ebb3ae7f' // Private DNS Zone Contributor
}

var scopes = map(union([subscription().subscriptionId], otherSubscriptions), id => '/subscriptions/${id}')

resource roles 'Microsoft.Authorization/roleDefinitions@2022-04-01' = [
  for role in filter(items(actions), role => !contains(onlyBuiltIn, role.key)): if (!useBuiltInRoles) {
    name: guid(subscription().id, token, role.key)
    properties: {
      roleName: 'Spillway ${environmentName} ${token} ${role.key}'
      description: 'What Spillway calls, and nothing else: docs/security.md says why.'
      type: 'CustomRole'
      assignableScopes: scopes
      permissions: [{ actions: role.value, notActions: [], dataActions: [], notDataActions: [] }]
    }
  }
]

@description('Id of each role, by its name.')
output ids object = toObject(
  items(actions),
  role => role.key,
  role => subscriptionResourceId(
    'Microsoft.Authorization/roleDefinitions',
    useBuiltInRoles || contains(onlyBuiltIn, role.key) ? builtIn[role.key] : guid(subscription().id, token, role.key)
  )
)
