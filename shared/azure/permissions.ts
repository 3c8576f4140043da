// What the adapters may do in Azure Resource Manager, and why. The custom roles of the deployment are generated from this
// table; tests hold the requests of every adapter against it, in both directions. Only whoever deploys takes the link of
// Container Instances off a subnet (`serviceAssociationLinks/delete`), so no role of the app allows it.

/** One action of Azure's access control, e.g. `Microsoft.ContainerInstance/containerGroups/read`. */
export interface Permission {
  action: string;
  /** What it is for, as a sentence's end in docs/security.md. */
  why: string;
  /** Azure asks for it on the way: no request of ours says it. */
  implied?: true;
}

const GROUPS = 'Microsoft.ContainerInstance/containerGroups';
const SETS = 'Microsoft.Compute/virtualMachineScaleSets';
const NETWORKS = 'Microsoft.Network/virtualNetworks';
const GATEWAYS = 'Microsoft.Network/applicationGateways';
const ZONES = 'Microsoft.Network/privateDnsZones';
const MACHINES = 'Microsoft.Compute/virtualMachines';

/** Where groups join a subnet or get an identity, it is looked at before the first create whether they may. */
const RIGHTS = {
  action: 'Microsoft.Authorization/permissions/read',
  why: 'to say which right is missing',
} as const satisfies Permission;

/** Roles by name, each assigned at a scope of its own. */
export const PERMISSIONS = {
  /** On the resource group of the container groups. */
  groups: [
    { action: `${GROUPS}/read`, why: 'to see what runs' },
    { action: `${GROUPS}/write`, why: 'to create groups, and to mark those that drain' },
    { action: `${GROUPS}/delete`, why: 'to remove what is not needed' },
    { action: `${GROUPS}/stop/action`, why: 'to end the bill at once, before the delete' },
    RIGHTS,
  ],
  /** The same where `burst.lifecycle` is `start-stop`: nothing can be created, changed or deleted. */
  declaredGroups: [
    { action: `${GROUPS}/read`, why: 'to see what runs' },
    { action: `${GROUPS}/start/action`, why: 'to start declared groups' },
    { action: `${GROUPS}/stop/action`, why: 'to stop them' },
  ],
  /** On the subscription: Azure knows quota at no narrower scope. */
  quota: [{ action: 'Microsoft.ContainerInstance/locations/usages/read', why: 'to know what a region still takes' }],
  /** On the resource group of the scale set. */
  scaleSetRead: [
    { action: `${SETS}/read`, why: 'to know its capacity' },
    { action: `${SETS}/virtualMachines/read`, why: 'to list the instances of a Uniform set' },
    { action: `${SETS}/virtualMachines/instanceView/read`, why: 'to see their power and health', implied: true },
    { action: `${MACHINES}/read`, why: 'to list the instances of a Flexible set' },
    { action: `${MACHINES}/instanceView/read`, why: 'to see their power and health', implied: true },
    { action: `${SETS}/networkInterfaces/read`, why: 'to know the addresses of a Uniform set' },
    { action: 'Microsoft.Network/networkInterfaces/read', why: 'to know the addresses of a Flexible set' },
    { action: 'Microsoft.Insights/autoscalesettings/read', why: 'never to manage what Azure autoscale manages' },
  ],
  /** On the scale set itself, where `base.mode` is `manage`. */
  scaleSetManage: [
    { action: `${SETS}/write`, why: 'to add instances' },
    { action: `${SETS}/delete/action`, why: 'to remove named, drained instances' },
  ],
  /** On the subnets that groups join. */
  network: [
    { action: `${NETWORKS}/subnets/read`, why: 'to know whether groups may be put into it' },
    { action: `${NETWORKS}/subnets/join/action`, why: 'to put groups into it', implied: true },
    RIGHTS,
  ],
  /** On the virtual networks of those subnets. */
  networkRead: [
    { action: `${NETWORKS}/read`, why: 'to know its region' },
    { action: `${NETWORKS}/usages/read`, why: 'to know how many addresses are free' },
  ],
  /** On the identities that groups run with. */
  identity: [
    { action: 'Microsoft.ManagedIdentity/userAssignedIdentities/read', why: 'to give it to groups', implied: true },
    {
      action: 'Microsoft.ManagedIdentity/userAssignedIdentities/assign/action',
      why: 'to give it to groups',
      implied: true,
    },
    RIGHTS,
  ],
  /** On the standby pools that groups are taken from. */
  standbyPool: [
    {
      action: 'Microsoft.StandbyPool/standbyContainerGroupPools/runtimeViews/read',
      why: 'to know how many groups are ready',
    },
  ],
  /**
   * On the subscriptions of the queues' namespaces and of what is watched by its metrics. Azure answers metrics of many
   * resources only to whoever has Monitoring Reader on their subscription, so that is assigned in place of a custom role.
   */
  metrics: [{ action: 'Microsoft.Insights/metrics/read', why: 'to read minute metrics of queues' }],
  /** On the workspace of the deployment, for log queries as a signal. */
  logs: [
    { action: 'Microsoft.OperationalInsights/workspaces/query/read', why: 'to ask a log query' },
    { action: 'Microsoft.OperationalInsights/workspaces/query/*/read', why: 'to read the tables in it', implied: true },
  ],
  /** On the private DNS zones of replicas. */
  dns: [
    { action: `${ZONES}/A/read`, why: 'to know which replicas are announced' },
    { action: `${ZONES}/A/write`, why: 'to announce those that serve' },
  ],
  /** On the Application Gateway whose back-end pool lists replicas. */
  gateway: [
    { action: `${GATEWAYS}/read`, why: 'to know who is in the pool' },
    { action: `${GATEWAYS}/write`, why: 'to list those that serve' },
    {
      action: `${GATEWAYS}/backendAddressPools/join/action`,
      why: 'a gateway is written as a whole, with its pools',
      implied: true,
    },
  ],
} as const satisfies Record<string, readonly Permission[]>;
