// What is in a queue, whoever holds it: sequence numbers, scheduled messages, duplicates, expiry.

import type { Clock, Time } from '../clock.ts';
import type { Message, StoredMessage } from './message.ts';

/** Milliseconds; Infinity for no expiry, 0 for no duplicate detection. */
export interface StoreOptions {
  duplicateDetectionWindow: number;
  timeToLive: number;
}

export class Store {
  readonly #clock: Clock;
  readonly #options: StoreOptions;
  readonly #activated: (message: StoredMessage) => void;
  readonly #expired: (message: StoredMessage) => void;
  #sequence = 0;
  /** In the order of sequence numbers, as each is inserted when its number is drawn. */
  readonly #messages = new Map<number, StoredMessage>();
  /** When each message id was seen, oldest first. It outlives the messages, as in the real service. */
  readonly #seen = new Map<string, Time>();
  scheduled = 0;

  /** `activated` is called for each message that can now be delivered, `expired` for an active one that is too old. */
  constructor(
    clock: Clock,
    options: StoreOptions,
    activated: (message: StoredMessage) => void,
    expired: (message: StoredMessage) => void,
  ) {
    this.#clock = clock;
    this.#options = options;
    this.#activated = activated;
    this.#expired = expired;
  }

  /** Active ones, the locked among them. */
  get active(): number {
    return this.#messages.size - this.scheduled;
  }

  /** Stores a message and returns its sequence number; undefined when it is a duplicate and was dropped. */
  add(message: Message): number | undefined {
    if (this.#isDuplicate(message)) return undefined;
    const due = message.scheduledAt ?? 0;
    if (due <= this.#clock.now()) return this.#enqueue(message);
    const stored = this.#insert(message, 'scheduled', Infinity);
    this.scheduled++;
    stored.cancelTimer = this.#clock.at(due, () => {
      this.remove(stored);
      this.#enqueue(message);
    });
    return stored.sequenceNumber;
  }

  get(sequenceNumber: number): StoredMessage | undefined {
    return this.#messages.get(sequenceNumber);
  }

  remove(message: StoredMessage): void {
    if (message.state === 'scheduled') this.scheduled--;
    message.state = 'gone';
    message.cancelTimer();
    this.#messages.delete(message.sequenceNumber);
  }

  /** The first `count` messages that `wanted` accepts, oldest first. */
  find(wanted: (message: StoredMessage) => boolean, count: number): StoredMessage[] {
    const found: StoredMessage[] = [];
    for (const message of this.#messages.values()) {
      if (found.length >= count) break;
      if (wanted(message)) found.push(message);
    }
    return found;
  }

  #enqueue(message: Message): number {
    const timeToLive = Math.min(message.timeToLive ?? Infinity, this.#options.timeToLive);
    const expiresAt = this.#clock.now() + timeToLive;
    const stored = this.#insert(message, 'active', expiresAt);
    if (expiresAt < Infinity) {
      stored.cancelTimer = this.#clock.at(expiresAt, () => {
        // The holder of a locked message may still settle it; giving it back looks at its age again.
        if (stored.state === 'active') this.#expired(stored);
      });
    }
    this.#activated(stored);
    return stored.sequenceNumber;
  }

  #insert(message: Message, state: 'scheduled' | 'active', expiresAt: Time): StoredMessage {
    const sequenceNumber = ++this.#sequence;
    const added = { enqueuedAt: this.#clock.now(), expiresAt, sequenceNumber, deliveryCount: 0, state };
    const stored: StoredMessage = { ...message, ...added, cancelTimer: () => {} };
    this.#messages.set(sequenceNumber, stored);
    return stored;
  }

  #isDuplicate({ messageId }: Message): boolean {
    const window = this.#options.duplicateDetectionWindow;
    if (window === 0 || messageId === undefined) return false;
    const now = this.#clock.now();
    for (const [id, seenAt] of this.#seen) {
      if (now - seenAt < window) break;
      this.#seen.delete(id);
    }
    if (this.#seen.has(messageId)) return true;
    this.#seen.set(messageId, now);
    return false;
  }
}
