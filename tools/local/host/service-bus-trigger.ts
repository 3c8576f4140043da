// Fires a function for each message of a Service Bus queue, through the real client.
//
// Without sessions: up to maxConcurrentCalls messages at once. With sessions there are maxConcurrentSessions slots:
//
//   accepting --a session with messages--> serving --idle for sessionIdleTimeout, or lock lost--> accepting
//
// A slot handles the messages of its session one after the other, and keeps an idle session until the time-out, though
// other sessions wait. Locks are renewed, but not beyond maxAutoLockRenewalDuration after they were taken. Times are
// those of `Date`: a followed clock gets there only when the messages of that moment are handled.

import { setTimeout as sleep } from 'node:timers/promises';
import {
  ServiceBusClient,
  type ProcessErrorArgs,
  type ServiceBusReceivedMessage,
  type ServiceBusReceiver,
  type ServiceBusSessionReceiver,
} from '@azure/service-bus';
import type { Host, LocalFunction, Trigger } from './host.ts';
import { toEvent } from './service-bus-event.ts';
import { required, type Environment } from './settings.ts';

/** The lock is renewed this long before it ends, or at half of its time if that is later; ms, as the .NET client. */
const renewalMargin = 10_000;
/** Between attempts to accept a session while the namespace refuses; ms of real time. */
const retryDelay = 1000;
/** The client's own renewal goes by timers of real time, and fails for messages without an id. */
const receiving = { skipParsingBodyAsJson: true, maxAutoLockRenewalDurationInMs: 0 };

export class ServiceBusTrigger implements Trigger {
  readonly #function: LocalFunction;
  readonly #host: Host;
  readonly #client: ServiceBusClient;
  readonly #queue: string;
  #stopped = false;

  /** Use `start`. */
  private constructor(given: LocalFunction, host: Host, client: ServiceBusClient) {
    this.#function = given;
    this.#host = host;
    this.#queue = String(given.trigger['queueName']);
    this.#client = client;
    if (given.trigger['isSessionsEnabled'] === true) void this.#receiveSessions();
    else this.#receive();
  }

  /** Rejects when the setting of its connection is missing, and on what is not modelled. */
  static async start(given: LocalFunction, host: Host): Promise<ServiceBusTrigger> {
    const { name, trigger } = given;
    if (trigger['cardinality'] === 'many' || trigger['sdkBinding'] === true || trigger['topicName'] !== undefined)
      throw new Error(`Function '${name}': the local host models neither batches, SDK bindings nor topics.`);
    const client = await connect(String(trigger['connection']), host.env, `the trigger of function '${name}'`);
    return new ServiceBusTrigger(given, host, client);
  }

  /** Takes no more, and finishes what is in progress. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#host.clock.settled();
    await this.#client.close();
  }

  #receive(): void {
    const receiver = this.#client.createReceiver(this.#queue, receiving);
    const processMessage = async (message: ServiceBusReceivedMessage): Promise<void> => {
      const lockedUntil = (): number => (message.lockedUntilUtc ?? new Date(0)).getTime();
      const stopRenewing = this.#renew(lockedUntil, () => receiver.renewMessageLock(message));
      await this.#handle(message, receiver);
      stopRenewing();
    };
    const processError = async ({ error }: ProcessErrorArgs): Promise<void> => this.#warn('cannot receive', error);
    const { maxConcurrentCalls } = this.#host.extensions.serviceBus;
    receiver.subscribe({ processMessage, processError }, { autoCompleteMessages: false, maxConcurrentCalls });
  }

  async #receiveSessions(): Promise<void> {
    const { clock, extensions, firstMessageDelay } = this.#host;
    if (firstMessageDelay > 0) {
      // No session is held during the delay: the message waits in the queue, as it does while Azure starts an instance.
      const session = await this.#accept();
      const over = new Promise<void>((resolve) => void clock.at(Date.now() + firstMessageDelay, resolve));
      await session?.close();
      await over;
    }
    for (let slot = 0; slot < extensions.serviceBus.maxConcurrentSessions; slot++) void this.#fillSlot();
  }

  async #fillSlot(): Promise<void> {
    for (let session = await this.#accept(); session; session = await this.#accept()) {
      await this.#serve(session).catch((error: unknown) => this.#warn('lost a session', error));
    }
  }

  /** The next session that has messages; undefined once stopped. */
  async #accept(): Promise<ServiceBusSessionReceiver | undefined> {
    while (!this.#stopped) {
      try {
        return await this.#client.acceptNextSession(this.#queue, receiving);
      } catch (error) {
        const nothingToDo = ['ServiceTimeout', 'SessionCannotBeLocked'].includes((error as { code: string }).code);
        if (this.#stopped || nothingToDo) continue;
        this.#warn('cannot accept a session', error);
        await sleep(retryDelay);
      }
    }
    return undefined;
  }

  async #serve(session: ServiceBusSessionReceiver): Promise<void> {
    const { clock, extensions } = this.#host;
    const over = Promise.withResolvers<void>();
    let closing = false;
    const end = (): void => {
      closing = true;
      over.resolve();
    };
    const idle = (): (() => void) => clock.at(Date.now() + extensions.serviceBus.sessionIdleTimeout, end);
    let cancelIdle = idle();
    const lockedUntil = (): number => session.sessionLockedUntilUtc.getTime();
    const stopRenewing = this.#renew(lockedUntil, () => session.renewSessionLock());
    const processMessage = async (message: ServiceBusReceivedMessage): Promise<void> => {
      // One that crosses the close goes back to the queue with it.
      if (closing) return;
      cancelIdle();
      await this.#handle(message, session);
      if (!closing) cancelIdle = idle();
    };
    const processError = async ({ error }: ProcessErrorArgs): Promise<void> => {
      if (!this.#stopped) this.#warn(`lost session ${session.sessionId}`, error);
      end();
    };
    try {
      session.subscribe({ processMessage, processError }, { autoCompleteMessages: false, maxConcurrentCalls: 1 });
      await over.promise;
    } finally {
      const release = clock.hold();
      cancelIdle();
      stopRenewing();
      await session.close();
      release();
    }
  }

  /** Renews a lock again and again; returns its stop. */
  #renew(lockedUntil: () => number, renewLock: () => Promise<Date>): () => void {
    const { clock, extensions } = this.#host;
    const last = Date.now() + extensions.serviceBus.maxAutoLockRenewalDuration;
    let cancel: (() => void) | undefined;
    const arm = (): void => {
      const time = lockedUntil() - Math.min((lockedUntil() - Date.now()) / 2, renewalMargin);
      cancel = time <= last ? clock.at(time, () => void renew()) : () => {};
    };
    const renew = async (): Promise<void> => {
      const release = clock.hold();
      try {
        await renewLock();
        if (cancel) arm();
      } catch (error) {
        this.#warn('cannot renew a lock', error);
      }
      release();
    };
    arm();
    return () => {
      cancel?.();
      cancel = undefined;
    };
  }

  async #handle(message: ServiceBusReceivedMessage, receiver: ServiceBusReceiver): Promise<void> {
    if (this.#stopped) return;
    const release = this.#host.clock.hold();
    const automatic =
      this.#function.trigger['autoCompleteMessages'] ?? this.#host.extensions.serviceBus.autoCompleteMessages;
    try {
      const failed = await this.#function.invoke(toEvent(message)).then(
        () => false,
        () => true,
      );
      if (failed) await receiver.abandonMessage(message);
      else if (automatic === true) await receiver.completeMessage(message);
    } catch (error) {
      this.#warn(`cannot settle message ${String(message.messageId)}`, error);
    } finally {
      release();
    }
  }

  #warn(what: string, error: unknown): void {
    this.#host.log('warning', `Queue ${this.#queue}: ${what}: ${String(error)}`, this.#function.name);
  }
}

/** By convention `NAME` is a connection string, or `NAME__fullyQualifiedNamespace` goes with an identity. */
async function connect(name: string, env: Environment, user: string): Promise<ServiceBusClient> {
  const connectionString = env[name];
  if (connectionString !== undefined) return new ServiceBusClient(connectionString);
  const namespace = required(env, `${name}__fullyQualifiedNamespace`, `${user} (or the connection string ${name})`);
  const managedIdentityClientId = env[`${name}__clientId`];
  const identity = managedIdentityClientId === undefined ? {} : { managedIdentityClientId };
  // A third of the time that a host takes to start, for those that have an identity.
  const { DefaultAzureCredential } = await import('@azure/identity');
  return new ServiceBusClient(namespace, new DefaultAzureCredential(identity));
}
