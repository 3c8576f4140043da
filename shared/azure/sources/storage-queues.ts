import type { TokenCredential } from '@azure/core-auth';
import { QueueClient } from '@azure/storage-queue';
import type { Clock } from '../../ports/clock.ts';
import type { Measured } from '../../ports/signals.ts';
import type { StorageQueueRef } from '../../workload/signals.ts';
import { reading } from '../attempt.ts';

const OPTIONS = { retryOptions: { maxTries: 1, tryTimeoutInMs: 10_000 } };

/**
 * Messages of storage queues. The count of the service is approximate: never below the true one, it includes messages
 * that a worker has taken, and those that expired but were not collected yet.
 */
export class StorageQueues {
  readonly #credential: TokenCredential;
  readonly #clock: Clock;
  readonly #clients = new Map<string, QueueClient>();

  constructor(credential: TokenCredential, clock: Clock) {
    this.#credential = credential;
    this.#clock = clock;
  }

  /** Throws AzureFailure, also when the queue does not exist. */
  waiting({ url }: StorageQueueRef): Promise<Measured> {
    return reading(`Reading storage queue ${url}`, async () => {
      const client = this.#client(url);
      const { approximateMessagesCount: value = Number.NaN } = await client.getProperties();
      if (value === 0) return { value };
      const { peekedMessageItems } = await client.peekMessages({ numberOfMessages: 1 });
      const oldest = peekedMessageItems[0]?.insertedOn.getTime();
      const oldestSeconds = oldest === undefined ? undefined : Math.max(0, (this.#clock.now() - oldest) / 1000);
      return { value, oldestSeconds };
    });
  }

  #client(url: string): QueueClient {
    const client = this.#clients.get(url) ?? new QueueClient(url, this.#credential, OPTIONS);
    this.#clients.set(url, client);
    return client;
  }
}
