// The real clients of the drill, as whoever is signed in.

import { ContainerInstanceManagementClient } from '@azure/arm-containerinstance';
import type { ServiceBusClient } from '@azure/service-bus';
import { armCalls } from '../../shared/azure/calls.ts';
import { openServiceBus, type Env } from '../../shared/azure/connections.ts';
import { AzureContainerGroups } from '../../shared/azure/container-groups.ts';
import { azureCredential } from '../../shared/azure/credential.ts';
import type { DrillQueue } from './drill.ts';

/** Messages of a drill that was killed do not keep a group for ever. */
const TIME_TO_LIVE_MS = 30 * 60_000;
const BATCH = 100;

export interface DrillAzure {
  queue: DrillQueue;
  groups: AzureContainerGroups;
  close: () => Promise<void>;
}

/** `env` holds the outputs of the deployment. */
export function connectDrill(env: Env): DrillAzure {
  const credential = azureCredential(env);
  const armEndpoint = env['SPILLWAY_ARM_ENDPOINT'] || 'https://management.azure.com';
  const options = { ...armCalls().options, endpoint: armEndpoint, credentialScopes: `${AUDIENCE}/.default` };
  const bus = openServiceBus(env, credential, 'SPILLWAY_SERVICEBUS');
  const scope = {
    subscriptionId: env['AZURE_SUBSCRIPTION_ID'] ?? '',
    resourceGroup: env['AZURE_RESOURCE_GROUP'] ?? '',
    ownerId: env['SPILLWAY_OWNER_ID'] ?? '',
    armEndpoint,
  };
  const clientOf = (id: string): ContainerInstanceManagementClient =>
    new ContainerInstanceManagementClient(credential, id, options);
  return {
    queue: new BusQueue(bus, env['SPILLWAY_DRILL_QUEUE'] ?? ''),
    groups: new AzureContainerGroups(clientOf, scope),
    close: () => bus.close(),
  };
}

const AUDIENCE = 'https://management.azure.com';

class BusQueue implements DrillQueue {
  readonly #bus: ServiceBusClient;
  readonly #name: string;

  constructor(bus: ServiceBusClient, name: string) {
    this.#bus = bus;
    this.#name = name;
  }

  async holdsMessages(): Promise<boolean> {
    const receiver = this.#bus.createReceiver(this.#name);
    const found = await receiver.peekMessages(1);
    await receiver.close();
    return found.length > 0;
  }

  async fill(messages: number): Promise<void> {
    const sender = this.#bus.createSender(this.#name);
    const message = { body: { seconds: 5 }, contentType: 'application/json', timeToLive: TIME_TO_LIVE_MS };
    for (let sent = 0; sent < messages; sent += BATCH)
      await sender.sendMessages(Array.from({ length: Math.min(BATCH, messages - sent) }, () => message));
    await sender.close();
  }

  async empty(): Promise<number> {
    const receiver = this.#bus.createReceiver(this.#name, { receiveMode: 'receiveAndDelete' });
    let count = 0;
    for (;;) {
      const taken = await receiver.receiveMessages(BATCH, { maxWaitTimeInMs: 2000 });
      if (taken.length === 0) break;
      count += taken.length;
    }
    await receiver.close();
    return count;
  }
}
