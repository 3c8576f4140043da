import type { TokenCredential } from '@azure/core-auth';
import { ServiceBusAdministrationClient, type QueueRuntimeProperties } from '@azure/service-bus';
import type { Clock } from '../ports/clock.ts';
import { AzureFailure } from '../ports/errors.ts';
import { holdsAny, type QueueDepth, type QueueDepths, type Reading } from '../ports/demand.ts';
import { reading } from './attempt.ts';

const OPTIONS = { requestOptions: { timeout: 15_000 } };

/** Queues in one answer of a list: the most that Service Bus gives. */
const PAGE = 100;

interface Named {
  name: string;
  value: QueueDepth;
}

/** What was in one answer, at a moment. */
interface Answer {
  all: Named[];
  at: number;
}

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

  read(namespace: string, queues: readonly string[], witness?: 'witness'): Promise<Map<string, Reading<QueueDepth>>> {
    return reading(`Reading queues of ${namespace}`, async () => {
      const names = new Set(queues);
      const [first] = names;
      if (first === undefined) return new Map();
      const { all, at } = await (names.size > 1 ? this.#all(namespace) : this.#one(namespace, first, witness));
      const witnessed = witness && all.some(({ value }) => holdsAny(value));
      return new Map(
        all.flatMap(({ name, value }) => {
          if (!names.has(name)) return [];
          const told = value.active === 0 && witnessed ? { ...value, witnessed } : value;
          return [[name, { value: told, at }]];
        }),
      );
    });
  }

  /** One queue alone; where it is empty and a witness is wanted, with the first others of its namespace in one answer. */
  async #one(namespace: string, name: string, witness?: 'witness'): Promise<Answer> {
    // The counts are at least as new as the request.
    const at = this.#clock.now();
    const found = await this.#queue(namespace, name);
    const alone = { all: found ? [found] : [], at };
    if (!found || !witness || holdsAny(found.value)) return alone;
    return (await this.#page(namespace, name)) ?? alone;
  }

  async #queue(namespace: string, name: string): Promise<Named | undefined> {
    try {
      return named(await this.#client(namespace).getQueueRuntimeProperties(name, OPTIONS));
    } catch (error) {
      if ((error as { code?: string }).code !== 'MessageEntityNotFoundError') throw error;
      return undefined;
    }
  }

  async #all(namespace: string): Promise<Answer> {
    const [at, all] = [this.#clock.now(), [] as Named[]];
    for await (const one of this.#client(namespace).listQueuesRuntimeProperties(OPTIONS)) all.push(named(one));
    return { all, at };
  }

  /** Undefined where the queue is not in it, or it cannot be read: what is known of the queue stands without a witness. */
  async #page(namespace: string, name: string): Promise<Answer | undefined> {
    const at = this.#clock.now();
    const pages = this.#client(namespace).listQueuesRuntimeProperties(OPTIONS).byPage({ maxPageSize: PAGE });
    try {
      const page = await reading(`Listing queues of ${namespace}`, () => pages.next());
      const all = [...(page.value ?? [])].map(named);
      return all.some((one) => one.name === name) ? { all, at } : undefined;
    } catch (error) {
      if (error instanceof AzureFailure) return undefined;
      throw error;
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

const named = (properties: QueueRuntimeProperties): Named => ({
  name: properties.name,
  value: {
    active: properties.activeMessageCount,
    deadLetter: properties.deadLetterMessageCount,
    scheduled: properties.scheduledMessageCount,
  },
});
