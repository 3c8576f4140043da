import type { TokenCredential } from '@azure/core-auth';
import { ServiceBusAdministrationClient } from '@azure/service-bus';
import type { SubscriptionRef } from '../../workload/signals.ts';
import { reading } from '../attempt.ts';

const OPTIONS = { requestOptions: { timeout: 15_000 } };

/**
 * Active messages of subscriptions, from the management endpoint of Service Bus (10 credits each). Dead letters and
 * messages in transfer are counted apart and stay out. A throttled namespace answers counts of 0 by design.
 */
export class Subscriptions {
  readonly #credential: TokenCredential;
  readonly #clients = new Map<string, ServiceBusAdministrationClient>();

  constructor(credential: TokenCredential) {
    this.#credential = credential;
  }

  /** Throws AzureFailure, also when the subscription does not exist. */
  active({ namespace, topic, subscription }: SubscriptionRef): Promise<number> {
    return reading(`Reading subscription ${topic}/${subscription} of ${namespace}`, async () => {
      const client = this.#client(namespace);
      const properties = await client.getSubscriptionRuntimeProperties(topic, subscription, OPTIONS);
      return properties.activeMessageCount;
    });
  }

  #client(namespace: string): ServiceBusAdministrationClient {
    const known = this.#clients.get(namespace);
    if (known) return known;
    const client = new ServiceBusAdministrationClient(namespace, this.#credential, { retryOptions: { maxRetries: 0 } });
    this.#clients.set(namespace, client);
    return client;
  }
}
