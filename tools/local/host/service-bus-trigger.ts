// Fires a function for each message of a Service Bus queue, through the real client.
//
// Without sessions: up to maxConcurrentCalls messages at once. With sessions there are maxConcurrentSessions slots:
//
//   accepting --a session with messages--> serving --idle for sessionIdleTimeout, or lock lost--> closing --> accepting
//
// A slot handles the messages of its session one after the other, and keeps an idle session until the time-out, though
// other sessions wait. Its lock is renewed, but not beyond maxAutoLockRenewalDuration after it was accepted.

import { setTimeout as sleep } from 'node:timers/promises';
import { DefaultAzureCredential, ManagedIdentityCredential } from '@azure/identity';
import {
  ServiceBusClient,
  type ServiceBusReceivedMessage,
  type ServiceBusReceiver,
  type ServiceBusSessionReceiver,
} from '@azure/service-bus';
import type { Binding, RegisteredFunction } from './core-api.ts';
import type { Host, Trigger } from './host.ts';
import { toEvent } from './service-bus-event.ts';
import { required, type Environment } from './settings.ts';

/** The lock is renewed this long before it ends, or at half of its time if that is later; ms, as the .NET client. */
const renewalMargin = 10_000;
/** Between attempts to accept a session while the namespace refuses; ms of real time. */
const retryDelay = 1000;

export class ServiceBusTrigger implements Trigger {
  readonly #target: RegisteredFunction;
  readonly #host: Host;
  readonly #client: ServiceBusClient;
  readonly #queue: string;
  readonly #completes: boolean;
  #stopped = false;

  /** Throws when the setting of its connection is missing. */
  constructor(target: RegisteredFunction, binding: Binding, host: Host) {
    const { name } = target.metadata;
    if (binding['cardinality'] === 'many' || binding['sdkBinding'] === true || binding['topicName'] !== undefined)
      throw new Error(`Function '${name}': the local host models neither batches, SDK bindings nor topics.`);
    this.#target = target;
    this.#host = host;
    this.#queue = String(binding['queueName']);
    this.#completes = (binding['autoCompleteMessages'] as boolean | undefined) ?? this.#options.autoCompleteMessages;
    this.#client = connect(String(binding['connection']), host.env, `the trigger of function '${name}'`);
    if (binding['isSessionsEnabled'] === true) void this.#receiveSessions();
    else this.#receive();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#client.close();
  }

  get #options() {
    return this.#host.extensions.serviceBus;
  }

  #receive(): void {
    const { maxAutoLockRenewalDuration: maxAutoLockRenewalDurationInMs, maxConcurrentCalls } = this.#options;
    const options = { skipParsingBodyAsJson: true, maxAutoLockRenewalDurationInMs };
    const receiver = this.#client.createReceiver(this.#queue, options);
    const processMessage = (message: ServiceBusReceivedMessage): Promise<void> => this.#handle(message, receiver);
    const processError = async ({ error }: { error: Error }): Promise<void> => this.#warn('cannot receive', error);
    receiver.subscribe({ processMessage, processError }, { autoCompleteMessages: false, maxConcurrentCalls });
  }

  async #receiveSessions(): Promise<void> {
    if (this.#host.firstMessageDelay > 0) await this.#coldStart();
    for (let slot = 0; slot < this.#options.maxConcurrentSessions; slot++) void this.#fillSlot();
  }

  /** Until the delay is over no session is held: the message waits in the queue, as it does while Azure starts an instance. */
  async #coldStart(): Promise<void> {
    const { clock, firstMessageDelay } = this.#host;
    const session = await this.#accept();
    const delayed = new Promise<void>((resolve) => void clock.at(clock.now() + firstMessageDelay, resolve));
    await session?.close();
    await delayed;
  }

  async #fillSlot(): Promise<void> {
    for (let session = await this.#accept(); session; session = await this.#accept()) await this.#serve(session);
  }

  /** The next session that has messages; undefined once stopped. */
  async #accept(): Promise<ServiceBusSessionReceiver | undefined> {
    const options = { skipParsingBodyAsJson: true, maxAutoLockRenewalDurationInMs: 0 };
    while (!this.#stopped) {
      try {
        return await this.#client.acceptNextSession(this.#queue, options);
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
    const { clock } = this.#host;
    const over = Promise.withResolvers<void>();
    let closing = false;
    const end = (): void => {
      closing = true;
      over.resolve();
    };
    const idle = (): (() => void) => clock.at(clock.now() + this.#options.sessionIdleTimeout, end);
    let cancelIdle = idle();
    const stopRenewing = this.#renew(session);
    const processMessage = async (message: ServiceBusReceivedMessage): Promise<void> => {
      // One that crosses the close goes back to the queue with it.
      if (closing) return;
      cancelIdle();
      await this.#handle(message, session);
      if (!closing) cancelIdle = idle();
    };
    const processError = async ({ error }: { error: Error }): Promise<void> => {
      if (!this.#stopped) this.#warn(`lost session ${session.sessionId}`, error);
      end();
    };
    session.subscribe({ processMessage, processError }, { autoCompleteMessages: false, maxConcurrentCalls: 1 });
    await over.promise;
    const release = clock.hold();
    cancelIdle();
    stopRenewing();
    await session.close().catch((error: unknown) => this.#warn('cannot close a session', error));
    release();
  }

  /** Renews the lock again and again; returns its stop. */
  #renew(session: ServiceBusSessionReceiver): () => void {
    const { clock } = this.#host;
    const until = clock.now() + this.#options.maxAutoLockRenewalDuration;
    let cancel = (): void => {};
    const arm = (): void => {
      const left = session.sessionLockedUntilUtc.getTime() - clock.now();
      const time = clock.now() + left - Math.min(left / 2, renewalMargin);
      if (time <= until && left > 0) cancel = clock.at(time, () => void renew());
    };
    const renew = async (): Promise<void> => {
      const release = clock.hold();
      try {
        await session.renewSessionLock();
        if (!session.isClosed) arm();
      } catch (error) {
        this.#warn(`cannot renew the lock of session ${session.sessionId}`, error);
      }
      release();
    };
    arm();
    return () => cancel();
  }

  async #handle(message: ServiceBusReceivedMessage, receiver: ServiceBusReceiver): Promise<void> {
    const release = this.#host.clock.hold();
    try {
      const succeeded = await this.#host.invoke(this.#target, toEvent(message)).then(
        () => true,
        () => false,
      );
      if (!succeeded) await receiver.abandonMessage(message);
      else if (this.#completes) await receiver.completeMessage(message);
    } catch (error) {
      this.#warn(`cannot settle message ${String(message.messageId)}`, error);
    } finally {
      release();
    }
  }

  #warn(what: string, error: unknown): void {
    this.#host.log('warning', `Queue ${this.#queue}: ${what}: ${String(error)}`, this.#target.metadata.name);
  }
}

/** By the convention of Functions: `NAME` is a connection string, or `NAME__fullyQualifiedNamespace` goes with an identity. */
function connect(name: string, env: Environment, user: string): ServiceBusClient {
  const connectionString = env[name];
  if (connectionString !== undefined) return new ServiceBusClient(connectionString);
  const namespace = required(env, `${name}__fullyQualifiedNamespace`, `${user}, or the connection string ${name},`);
  const clientId = env[`${name}__clientId`];
  const managed = env[`${name}__credential`] === 'managedidentity';
  const identity = clientId === undefined ? {} : { clientId };
  return new ServiceBusClient(
    namespace,
    managed ? new ManagedIdentityCredential(identity) : new DefaultAzureCredential(),
  );
}
