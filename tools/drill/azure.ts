// The real clients of the drill, as whoever is signed in.

import type { ServiceBusClient } from '@azure/service-bus';
import { openServiceBus, type Env } from '../../shared/azure/connections.ts';
import type { AzureContainerGroups } from '../../shared/azure/container-groups.ts';
import { azureCredential } from '../../shared/azure/credential.ts';
import { deployedPorts } from '../infra/clients.ts';
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
  const bus = openServiceBus(env, credential, 'SPILLWAY_SERVICEBUS');
  return {
    queue: new BusQueue(bus, env['SPILLWAY_DRILL_QUEUE'] ?? ''),
    groups: deployedPorts(env, credential).containerGroups,
    close: () => bus.close(),
  };
}

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
