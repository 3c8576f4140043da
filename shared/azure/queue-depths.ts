import type { TokenCredential } from '@azure/core-auth';
import { ServiceBusAdministrationClient, type QueueRuntimeProperties } from '@azure/service-bus';
import type { Clock } from '../ports/clock.ts';
import { queueKey, type QueueDepth, type QueueDepths, type Reading } from '../ports/demand.ts';
import type { QueueRef } from '../workload/workload.ts';
import { reading } from './attempt.ts';

const OPTIONS = { requestOptions: { timeout: 15_000 } };

/**
 * Message counts from the management endpoint of Service Bus: one request (10 credits) per namespace. A throttled
 * namespace answers counts of 0 by design, which cannot be told apart here; a zero needs a second source.
 */
export class AzureQueueDepths implements QueueDepths {
  readonly #credential: TokenCredential;
  readonly #clock: Clock;
  readonly #clients = new Map<string, ServiceBusAdministrationClient>();

  constructor(credential: TokenCredential, clock: Clock) {
    this.#credential = credential;
    this.#clock = clock;
  }

  async read(queues: QueueRef[]): Promise<Map<string, Reading<QueueDepth>>> {
    const namespaces = Map.groupBy(queues, ({ namespace }) => namespace);
    const answers = await Promise.all([...namespaces].map(([namespace, of]) => this.#readNamespace(namespace, of)));
    return new Map(answers.flat());
  }

  #readNamespace(namespace: string, queues: QueueRef[]): Promise<[string, Reading<QueueDepth>][]> {
    return reading(`Reading queues of ${namespace}`, async () => {
      // The counts are at least as new as the request.
      const at = this.#clock.now();
      const wanted = new Set(queues.map(({ queue }) => queue));
      const found: [string, Reading<QueueDepth>][] = [];
      for await (const properties of this.#properties(namespace, [...wanted])) {
        if (!wanted.has(properties.name)) continue;
        found.push([queueKey({ namespace, queue: properties.name }), { value: depth(properties), at }]);
      }
      return found;
    });
  }

  async *#properties(namespace: string, queues: string[]): AsyncGenerator<QueueRuntimeProperties> {
    const client = this.#client(namespace);
    const [only, ...more] = queues;
    if (only === undefined || more.length > 0) {
      yield* client.listQueuesRuntimeProperties(OPTIONS);
      return;
    }
    try {
      yield await client.getQueueRuntimeProperties(only, OPTIONS);
    } catch (error) {
      if ((error as { code?: string }).code !== 'MessageEntityNotFoundError') throw error;
    }
  }

  #client(namespace: string): ServiceBusAdministrationClient {
    let client = this.#clients.get(namespace);
    if (!client) {
      client = new ServiceBusAdministrationClient(namespace, this.#credential, { retryOptions: { maxRetries: 0 } });
      this.#clients.set(namespace, client);
    }
    return client;
  }
}

const depth = (properties: QueueRuntimeProperties): QueueDepth => ({
  active: properties.activeMessageCount,
  deadLetter: properties.deadLetterMessageCount,
  scheduled: properties.scheduledMessageCount,
});
