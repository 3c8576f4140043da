// The world of the demo and of the tests: one workload `orders` that works off a queue, with a scale set as its base, and
// two regions in which container groups may run.

import { identityHeader } from './azure/identity.ts';
import type { Queue, QueueOptions } from './servicebus/queue.ts';
import type { LocalServiceBus } from './servicebus/service-bus.ts';

const SUBSCRIPTION = '11112222-3333-4444-5555-666677778888';
const RESOURCE_GROUP = 'orders';

const queues: (QueueOptions & { name: string })[] = [
  {
    name: 'evaluations',
    requiresSession: true,
    duplicateDetectionWindow: 60_000,
    lockDuration: 60_000,
    deadLetteringOnMessageExpiration: false,
  },
  { name: 'resource-events', lockDuration: 60_000, deadLetteringOnMessageExpiration: false },
  { name: 'orders', lockDuration: 60_000 },
];

export const WORLD = {
  subscription: SUBSCRIPTION,
  resourceGroup: RESOURCE_GROUP,
  ownerId: 'local',
  replicaKey: 'any-key-of-the-replicas-of-this-machine',
  workload: 'orders',
  evaluations: 'evaluations',
  resourceEvents: 'resource-events',
  queue: 'orders',
  queues,
  locations: ['westeurope', 'northeurope'],
  replicasPerInstance: 4,
  zone: {
    subscription: SUBSCRIPTION,
    resourceGroup: RESOURCE_GROUP,
    type: 'Microsoft.Network/privateDnsZones',
    name: 'orders.internal',
  },
  gateway: {
    subscription: SUBSCRIPTION,
    resourceGroup: RESOURCE_GROUP,
    type: 'Microsoft.Network/applicationGateways',
    name: 'front',
  },
  scaleSet: {
    id: {
      subscription: SUBSCRIPTION,
      resourceGroup: RESOURCE_GROUP,
      type: 'Microsoft.Compute/virtualMachineScaleSets',
      name: 'orders-base',
    },
    location: 'westeurope',
    capacity: 2,
    vmSize: 'Standard_D4s_v5',
    cpu: 4,
    memoryInGB: 16,
  },
} as const;

export interface WorldOptions {
  lifecycle?: 'create-delete' | 'start-stop' | undefined;
}

const namespaceId = `/subscriptions/${SUBSCRIPTION}/resourceGroups/${RESOURCE_GROUP}/providers/Microsoft.ServiceBus/namespaces/localhost`;

/** The app settings of the demo, as `azd` would set them, with the addresses of the local servers. */
export function worldSettings(
  { lifecycle = 'create-delete' }: WorldOptions,
  azure: string,
  serviceBus: Pick<LocalServiceBus, 'host' | 'connectionString'>,
): Record<string, string> {
  return {
    FUNCTIONS_WORKER_RUNTIME: 'node',
    IDENTITY_ENDPOINT: `${azure}/msi/token`,
    IDENTITY_HEADER: identityHeader,
    SPILLWAY_OWNER_ID: WORLD.ownerId,
    SPILLWAY_SUBSCRIPTION_ID: SUBSCRIPTION,
    SPILLWAY_RESOURCE_GROUP: RESOURCE_GROUP,
    SPILLWAY_LOCATION: 'westeurope',
    SPILLWAY_ARM_ENDPOINT: azure,
    SPILLWAY_METRICS_ENDPOINT: azure,
    SPILLWAY_LOGS_ENDPOINT: azure,
    SPILLWAY_SERVICEBUS: serviceBus.connectionString,
    SPILLWAY_SERVICEBUS_RESOURCE_ID: namespaceId,
    SPILLWAY_EVALUATIONS_QUEUE: WORLD.evaluations,
    SPILLWAY_RESOURCE_EVENTS_QUEUE: WORLD.resourceEvents,
    SPILLWAY_PROBE_SCHEDULE: '*/5 * * * * *',
    SPILLWAY_HEARTBEAT_SCHEDULE: '0 * * * * *',
    SPILLWAY_SWEEP_SCHEDULE: '30 */2 * * * *',
    SPILLWAY_REPLICA_KEY: WORLD.replicaKey,
    SPILLWAY_MODE: 'enforce',
    SPILLWAY_QUEUE: `${serviceBus.host}/${WORLD.queue}`,
    SPILLWAY_SCALE_SET: `/subscriptions/${SUBSCRIPTION}/resourceGroups/${RESOURCE_GROUP}/providers/Microsoft.Compute/virtualMachineScaleSets/orders-base`,
    SPILLWAY_BASE_MODE: 'manage',
    SPILLWAY_BASE_MIN_INSTANCES: '2',
    SPILLWAY_BASE_MAX_INSTANCES: '6',
    // A reservation of one year takes about two fifths off the list price: enough for machines to be worth while.
    SPILLWAY_BASE_USD_PER_INSTANCE_HOUR: '0.115',
    SPILLWAY_BASE_GROW_AFTER_SECONDS: '45',
    SPILLWAY_BASE_SCALE_IN_DELAY_SECONDS: '120',
    SPILLWAY_RETURN_WORTH_SECONDS: '120',
    SPILLWAY_MESSAGES_PER_SECOND_PER_REPLICA: '0.5',
    SPILLWAY_BURST_MAX_GROUPS: '60',
    SPILLWAY_BURST_LIFECYCLE: lifecycle,
    SPILLWAY_LOCATIONS: WORLD.locations.join(','),
  };
}

export const queueOf = (serviceBus: LocalServiceBus): Queue => serviceBus.queue(WORLD.queue);
