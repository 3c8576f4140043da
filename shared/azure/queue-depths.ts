import type { TokenCredential } from '@azure/core-auth';
import { ServiceBusAdministrationClient, type QueueRuntimeProperties } from '@azure/service-bus';
import type { Clock } from '../ports/clock.ts';
import { AzureFailure } from '../ports/errors.ts';
import { queueKey, type QueueDepth, type QueueDepths, type Reading } from '../ports/demand.ts';
import type { QueueRef } from '../workload/workload.ts';
import { reading } from './attempt.ts';

const OPTIONS = { requestOptions: { timeout: 15_000 } };

/** Queues in one answer of a list: the most that Service Bus gives. */
const PAGE = 100;

/**
 * Message counts from the management endpoint of Service Bus: one request (10 credits) per namespace. A throttled
 * namespace answers counts of 0 by design: a zero needs a second source, or a count above zero in the same answer.
 */
export class AzureQueueDepths implements QueueDepths {
  readonly #credential: TokenCredential;
  readonly #clock: Clock;
  readonly #clients = new Map<string, ServiceBusAdministrationClient>();

  constructor(credential: TokenCredential, clock: Clock) {
    this.#credential = credential;
    this.#clock = clock;
  }

  async read(queues: QueueRef[], witness?: 'witness'): Promise<Map<string, Reading<QueueDepth>>> {
    const namespaces = Map.groupBy(queues, ({ namespace }) => namespace);
    const answers = await Promise.all([...namespaces].map(([namespace, of]) => this.#readNamespace(namespace, of)));
    const found = answers.flat();
    if (!witness) return new Map(found);
    return new Map(await Promise.all(found.map((one) => this.#witnessed(one, queues))));
  }

  /** A queue that is empty as the first page of its namespace tells it, with whether anything there is counted. */
  async #witnessed(
    [key, found]: [string, Reading<QueueDepth>],
    queues: QueueRef[],
  ): Promise<[string, Reading<QueueDepth>]> {
    const of = queues.find((queue) => queueKey(queue) === key);
    if (!of || found.value.active > 0) return [key, found];
    if (counts(found.value)) return [key, { ...found, value: { ...found.value, witnessed: true } }];
    const at = this.#clock.now();
    const all = await this.#firstPage(of.namespace);
    const own = all.find(({ name }) => name === of.queue);
    if (!own) return [key, found];
    return [key, { value: { ...own.value, ...(all.some(({ value }) => counts(value)) && { witnessed: true }) }, at }];
  }

  /** Empty where it cannot be read: what is known of the queue stands without a witness. */
  async #firstPage(namespace: string): Promise<{ name: string; value: QueueDepth }[]> {
    try {
      return await reading(`Listing queues of ${namespace}`, async () => {
        const pages = this.#client(namespace).listQueuesRuntimeProperties(OPTIONS).byPage({ maxPageSize: PAGE });
        const page = (await pages.next()).value ?? [];
        return [...page].map((properties) => ({ name: properties.name, value: depth(properties) }));
      });
    } catch (error) {
      if (error instanceof AzureFailure) return [];
      throw error;
    }
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

const counts = ({ active, deadLetter, scheduled }: QueueDepth): boolean => active + deadLetter + scheduled > 0;

const depth = (properties: QueueRuntimeProperties): QueueDepth => ({
  active: properties.activeMessageCount,
  deadLetter: properties.deadLetterMessageCount,
  scheduled: properties.scheduledMessageCount,
});
