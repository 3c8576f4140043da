// The pure model of one queue. Simulated workers and the load generator use it in process, the broker over AMQP.
//
//   scheduled --due--> active --receive--> locked --complete--> gone
//       |                ^  |                |
//    cancelled           |  +--expired--+    +--abandoned, or the lock ran out--+
//       v                |              v                                       |
//      gone              |     gone or dead-lettered                            |
//                        +------------- delivered fewer than maxDeliveryCount --+-- otherwise dead-lettered
//
// In a session the lock is that of the session: when it ends, all messages received under it are abandoned at once.

import { randomUUID } from 'node:crypto';
import type { Clock, Time } from '../clock.ts';
import { messageLockLost, notAllowed, sessionCannotBeLocked, sessionLockLost } from './fault.ts';
import { Lane, type Waiter } from './lane.ts';
import type { Delivery, Lock, Message, SessionLock, StoredMessage } from './message.ts';
import { Store } from './store.ts';

/** A queue as declared. Times in milliseconds; the defaults are those of the real service. */
export interface QueueOptions {
  name: string;
  /** Default one minute; the real service allows up to five. */
  lockDuration?: number;
  requiresSession?: boolean;
  /** Default 10. */
  maxDeliveryCount?: number;
  /** Default 0: no duplicate detection. The real service allows 20 seconds to 7 days. */
  duplicateDetectionWindow?: number;
  /** Default Infinity: messages never expire. */
  defaultMessageTimeToLive?: number;
  deadLetteringOnMessageExpiration?: boolean;
}

const defaults = {
  lockDuration: 60_000,
  requiresSession: false,
  maxDeliveryCount: 10,
  duplicateDetectionWindow: 0,
  defaultMessageTimeToLive: Infinity,
  deadLetteringOnMessageExpiration: false,
};

/** Messages now in the queue. As in the real service a locked message counts as active. */
export interface QueueCounts {
  active: number;
  deadLetter: number;
  scheduled: number;
}

interface Acceptor {
  owner: unknown;
  lost: () => void;
  take: (session: SessionLock) => void;
}

export class Queue {
  readonly options: Required<QueueOptions>;
  readonly createdAt: Time;
  /** Since the start. A dropped duplicate counts nowhere; a message delivered twice is two `outgoing`. */
  readonly totals = { incoming: 0, outgoing: 0, completed: 0, abandoned: 0, deadLettered: 0 };
  /** Where messages go that failed too often; undefined when this is itself such a queue. Its messages never expire. */
  readonly deadLetters: Queue | undefined;
  readonly #clock: Clock;
  readonly #store: Store;
  readonly #locked = new Map<string, Delivery>();
  readonly #lanes = new Map<string | undefined, Lane>();
  /** Unlocked sessions with messages, the one that waits longest first. */
  readonly #available = new Set<Lane>();
  readonly #acceptors = new Set<Acceptor>();

  constructor(options: QueueOptions, clock: Clock, deadLetterQueue = false) {
    this.options = { ...defaults, ...options };
    this.#clock = clock;
    this.createdAt = clock.now();
    const { name, lockDuration, duplicateDetectionWindow, defaultMessageTimeToLive: timeToLive } = this.options;
    this.#store = new Store(
      clock,
      { duplicateDetectionWindow, timeToLive },
      (message) => this.#insert(message),
      (message) => this.#expire(message),
    );
    if (deadLetterQueue) return;
    const dead = { name: `${name}/$deadletterqueue`, lockDuration, maxDeliveryCount: Infinity };
    this.deadLetters = new Queue(dead, clock, true);
  }

  /** Adds messages, all or none. Throws amqp:not-allowed when one lacks the session id the queue requires. */
  send(...messages: Message[]): void {
    for (const message of messages) this.#checkMessage(message);
    for (const message of messages) if (this.#store.add(message) !== undefined) this.totals.incoming++;
  }

  /**
   * Adds a message that becomes active at `time`. Returns the number by which it can be cancelled till then; a
   * duplicate is dropped and gets 0, which cancels nothing.
   */
  schedule(message: Message, time: Time): number {
    this.#checkMessage(message);
    const sequenceNumber = this.#store.add({ ...message, scheduledAt: time }) ?? 0;
    if (sequenceNumber > 0) this.totals.incoming++;
    return sequenceNumber;
  }

  /** Removes a scheduled message; false when there is none of that number (it may have become active). */
  cancelScheduled(sequenceNumber: number): boolean {
    const message = this.#store.get(sequenceNumber);
    if (message?.state !== 'scheduled') return false;
    this.#store.remove(message);
    return true;
  }

  /** Lends the next message, of the session if one is given. Throws session-lock-lost. */
  receive(owner?: unknown, session?: SessionLock): Delivery | undefined {
    return this.#lend(this.#laneFor(session), owner);
  }

  /**
   * Lends the next message as soon as there is one, perhaps before this returns; who waits longest is served first.
   * Returns the cancel. Ends unserved when the session lock ends. Throws session-lock-lost.
   */
  whenAvailable(take: (delivery: Delivery) => void, owner?: unknown, session?: SessionLock): () => void {
    const lane = this.#laneFor(session);
    const waiter: Waiter = { owner, take };
    lane.waiters.add(waiter);
    this.#serve(lane);
    return () => void lane.waiters.delete(waiter);
  }

  /** Settles: the message is done and gone. Throws message-lock-lost or session-lock-lost, as all settling does. */
  complete(delivery: Delivery): void {
    this.#settle(delivery);
    this.totals.completed++;
    this.#store.remove(delivery.message);
  }

  /** Settles: the message takes its old place and is delivered again, or is dead-lettered when that was the last time. */
  abandon(delivery: Delivery): void {
    this.#settle(delivery);
    this.#giveBack(delivery);
    this.#serve(delivery.lane);
  }

  /** Settles: the message moves to `deadLetters`. Throws amqp:not-allowed in a dead-letter queue. */
  deadLetter(delivery: Delivery, reason = '', description = ''): void {
    if (!this.deadLetters) throw notAllowed(`A message in ${this.options.name} is dead-lettered already.`);
    this.#settle(delivery);
    this.#bury(delivery.message, reason, description);
  }

  /** Restarts the lock of a message; returns its new end. */
  renew(delivery: Delivery): Time {
    this.#checkLocked(delivery);
    return this.#startLock(delivery.session ?? delivery);
  }

  /** The delivery with that lock token, while its lock holds. */
  lockedBy(lockToken: string): Delivery | undefined {
    return this.#locked.get(lockToken);
  }

  /** What is locked now. */
  deliveries(): IterableIterator<Delivery> {
    return this.#locked.values();
  }

  /** Locked sessions in which a message waits for its receiver. */
  waitingSessions(): SessionLock[] {
    return [...this.#lanes.values()].flatMap((lane) => (lane.lock && lane.first() ? [lane.lock] : []));
  }

  /**
   * Locks a session, with or without messages. `lost` is called when the lock runs out, not when it is released.
   * Throws session-cannot-be-locked while another holds it.
   */
  acceptSession(sessionId: string, owner?: unknown, lost: () => void = () => {}): SessionLock {
    this.#checkSessions();
    const lane = this.#lane(sessionId);
    if (lane.lock) throw sessionCannotBeLocked(sessionId);
    return this.#lockSession(lane, sessionId, owner, lost);
  }

  /** Locks the session that waits longest, as soon as one has messages, perhaps before this returns. Returns the cancel. */
  whenSessionAvailable(take: (session: SessionLock) => void, owner?: unknown, lost: () => void = () => {}): () => void {
    this.#checkSessions();
    const acceptor: Acceptor = { owner, lost, take };
    this.#acceptors.add(acceptor);
    this.#serveAcceptors();
    return () => void this.#acceptors.delete(acceptor);
  }

  /** Restarts the lock of a session; returns its new end. Throws session-lock-lost. */
  renewSession(session: SessionLock): Time {
    this.#laneFor(session);
    return this.#startLock(session);
  }

  /** Gives a session up: its unsettled messages are abandoned. Harmless when the lock is lost already. */
  releaseSession(session: SessionLock): void {
    if (session.lane.lock === session) this.#endSession(session);
  }

  /** Messages as they are, locked and scheduled ones too, without receiving them. */
  peek(fromSequenceNumber = 1, count = 1, sessionId?: string): Readonly<StoredMessage>[] {
    return this.#store.find(
      (message) =>
        message.sequenceNumber >= fromSequenceNumber && (sessionId === undefined || message.sessionId === sessionId),
      count,
    );
  }

  counts(): QueueCounts {
    const deadLetter = this.deadLetters?.counts().active ?? 0;
    return { active: this.#store.active, deadLetter, scheduled: this.#store.scheduled };
  }

  /** Milliseconds since the oldest active message was enqueued; 0 when there is none. */
  ageOfOldest(): number {
    const [oldest] = this.#store.find((message) => message.state !== 'scheduled', 1);
    return oldest ? this.#clock.now() - oldest.enqueuedAt : 0;
  }

  #checkMessage({ sessionId }: Message): void {
    const { name, requiresSession } = this.options;
    if (!requiresSession || sessionId !== undefined) return;
    throw notAllowed(
      `The SessionId was not set on a message, and it cannot be sent to ${name}: a queue that requires sessions only ` +
        'takes messages with a SessionId.',
    );
  }

  #checkSessions(): void {
    if (this.options.requiresSession) return;
    throw notAllowed(`${this.options.name} has no sessions: declare it with requiresSession to accept one.`);
  }

  #checkLocked({ lockToken, session }: Delivery): void {
    if (this.#locked.has(lockToken)) return;
    throw session && session.lane.lock !== session ? sessionLockLost(session.sessionId) : messageLockLost();
  }

  #lane(sessionId: string | undefined): Lane {
    let lane = this.#lanes.get(sessionId);
    if (!lane) this.#lanes.set(sessionId, (lane = new Lane(sessionId)));
    return lane;
  }

  #laneFor(session: SessionLock | undefined): Lane {
    if (session && session.lane.lock !== session) throw sessionLockLost(session.sessionId);
    if (session) return session.lane;
    if (!this.options.requiresSession) return this.#lane(undefined);
    throw notAllowed(`${this.options.name} requires sessions: accept a session to receive its messages.`);
  }

  #laneOf(message: Message): Lane {
    return this.#lane(this.options.requiresSession ? message.sessionId : undefined);
  }

  #insert(message: StoredMessage): void {
    const lane = this.#laneOf(message);
    lane.insert(message);
    this.#serve(lane);
  }

  #expire(message: StoredMessage): void {
    this.#dropExpired(message);
    this.#serve(this.#laneOf(message));
  }

  #dropExpired(message: StoredMessage): void {
    if (!this.options.deadLetteringOnMessageExpiration) this.#store.remove(message);
    else this.#bury(message, 'TTLExpiredException', 'The message expired and was dead lettered.');
  }

  #bury(message: StoredMessage, reason: string, description: string): void {
    this.#store.remove(message);
    this.totals.deadLettered++;
    const properties = { ...message.properties, DeadLetterReason: reason, DeadLetterErrorDescription: description };
    const buried = { ...message, properties, deadLetterSource: this.options.name, timeToLive: Infinity };
    this.deadLetters?.send(buried);
  }

  #lend(lane: Lane, owner: unknown): Delivery | undefined {
    const message = lane.shift();
    if (!message) return undefined;
    message.state = 'locked';
    message.deliveryCount++;
    const session = lane.lock;
    const delivery: Delivery = {
      message,
      lane,
      owner,
      session,
      lockToken: randomUUID(),
      lockedUntil: session?.lockedUntil ?? 0,
      expired: () => {
        this.#locked.delete(delivery.lockToken);
        this.#giveBack(delivery);
        this.#serve(lane);
      },
      cancelExpiry: () => {},
    };
    if (session) session.deliveries.add(delivery);
    else this.#startLock(delivery);
    this.#locked.set(delivery.lockToken, delivery);
    this.totals.outgoing++;
    return delivery;
  }

  #startLock(lock: Lock): Time {
    lock.cancelExpiry();
    lock.lockedUntil = this.#clock.now() + this.options.lockDuration;
    lock.cancelExpiry = this.#clock.at(lock.lockedUntil, lock.expired);
    return lock.lockedUntil;
  }

  #settle(delivery: Delivery): void {
    this.#checkLocked(delivery);
    delivery.cancelExpiry();
    delivery.session?.deliveries.delete(delivery);
    this.#locked.delete(delivery.lockToken);
  }

  #giveBack({ message, lane }: Delivery): void {
    this.totals.abandoned++;
    const { maxDeliveryCount } = this.options;
    if (message.deliveryCount >= maxDeliveryCount) {
      const description = `Message could not be consumed after ${maxDeliveryCount} delivery attempts.`;
      this.#bury(message, 'MaxDeliveryCountExceeded', description);
    } else if (message.expiresAt <= this.#clock.now()) {
      this.#dropExpired(message);
    } else {
      message.state = 'active';
      lane.insert(message);
    }
  }

  /** Hands out what a lane has to those who wait, or offers an unlocked session to those who want the next one. */
  #serve(lane: Lane): void {
    if (lane.sessionId === undefined || lane.lock) {
      for (const waiter of lane.waiters) {
        if (!lane.first()) return;
        lane.waiters.delete(waiter);
        const delivery = this.#lend(lane, waiter.owner);
        if (delivery) waiter.take(delivery);
      }
    } else if (lane.first()) {
      this.#available.add(lane);
      this.#serveAcceptors();
    } else {
      this.#available.delete(lane);
      this.#lanes.delete(lane.sessionId);
    }
  }

  #serveAcceptors(): void {
    for (const acceptor of this.#acceptors) {
      const [lane] = this.#available;
      if (lane?.sessionId === undefined) return;
      this.#acceptors.delete(acceptor);
      acceptor.take(this.#lockSession(lane, lane.sessionId, acceptor.owner, acceptor.lost));
    }
  }

  #lockSession(lane: Lane, sessionId: string, owner: unknown, lost: () => void): SessionLock {
    const session: SessionLock = {
      sessionId,
      lane,
      owner,
      deliveries: new Set(),
      lockedUntil: 0,
      expired: () => {
        this.#endSession(session);
        lost();
      },
      cancelExpiry: () => {},
    };
    this.#available.delete(lane);
    lane.lock = session;
    this.#startLock(session);
    return session;
  }

  #endSession(session: SessionLock): void {
    const { lane } = session;
    session.cancelExpiry();
    lane.lock = undefined;
    lane.waiters.clear();
    for (const delivery of session.deliveries) {
      this.#locked.delete(delivery.lockToken);
      this.#giveBack(delivery);
    }
    this.#serve(lane);
  }
}
