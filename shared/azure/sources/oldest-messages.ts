import type { ServiceBusClient, ServiceBusReceiver } from '@azure/service-bus';
import Long from 'long';
import type { Clock } from '../../ports/clock.ts';
import type { SubscriptionRef } from '../../workload/signals.ts';
import type { QueueRef } from '../../workload/workload.ts';

/** A peek shows scheduled messages as well, which do not wait yet. */
const PEEKED = 8;

/**
 * How long the oldest active message has waited, by a peek, which takes no message and no lock. Readable in the namespace
 * to which the app is connected for its evaluations, and only there.
 */
export class OldestMessages {
  readonly #client: ServiceBusClient;
  readonly #clock: Clock;

  constructor(client: ServiceBusClient, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
  }

  /** Undefined wherever it cannot be read: nothing rests on it alone. */
  async seconds(of: QueueRef | SubscriptionRef): Promise<number | undefined> {
    if (hostOf(of.namespace) !== hostOf(this.#client.fullyQualifiedNamespace)) return undefined;
    // It opens no link before it is asked.
    const receiver = this.#receiver(of);
    try {
      // Without a number the client goes on from what any receiver of this queue peeked last.
      const messages = await receiver.peekMessages(PEEKED, { fromSequenceNumber: Long.ONE });
      const oldest = messages.find(({ state }) => state === 'active')?.enqueuedTimeUtc?.getTime();
      return oldest === undefined ? undefined : Math.max(0, (this.#clock.now() - oldest) / 1000);
    } catch {
      return undefined;
    } finally {
      await receiver.close().catch(() => {});
    }
  }

  #receiver(of: QueueRef | SubscriptionRef): ServiceBusReceiver {
    return 'queue' in of
      ? this.#client.createReceiver(of.queue)
      : this.#client.createReceiver(of.topic, of.subscription);
  }
}

const hostOf = (namespace: string): string => namespace.split(':')[0]?.toLowerCase() ?? '';
