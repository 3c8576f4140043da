// One order of delivery: the messages of one session, or of a queue without sessions, and the receivers that wait for them.

import type { Delivery, SessionLock, StoredMessage } from './message.ts';

/** A receiver that asked for the next message. */
export interface Waiter {
  owner: unknown;
  take: (delivery: Delivery) => void;
}

/** Messages in the order of their sequence numbers. One that comes back takes its old place, so order survives retries. */
export class Lane {
  /** Undefined in a queue without sessions. */
  readonly sessionId: string | undefined;
  readonly waiters = new Set<Waiter>();
  lock: SessionLock | undefined;
  #messages: StoredMessage[] = [];
  #head = 0;

  constructor(sessionId: string | undefined) {
    this.sessionId = sessionId;
  }

  /** The next message, passing over those that expired meanwhile. */
  first(): StoredMessage | undefined {
    while (this.#messages[this.#head]?.state === 'gone') this.#head++;
    return this.#messages[this.#head];
  }

  /** Takes the next message out. */
  shift(): StoredMessage | undefined {
    const message = this.first();
    if (message) this.#head++;
    // Cut off what was taken only when it is the larger part: shifting then costs O(1) per message on average.
    if (this.#head > 1000 && this.#head * 2 > this.#messages.length) {
      this.#messages = this.#messages.slice(this.#head);
      this.#head = 0;
    }
    return message;
  }

  /** Puts a message in its place: at the end when new, near the front when it comes back. */
  insert(message: StoredMessage): void {
    let place = this.#messages.length;
    const last = this.#messages.at(-1);
    if (last && last.sequenceNumber > message.sequenceNumber) {
      place = this.#head;
      while ((this.#messages[place]?.sequenceNumber ?? Infinity) < message.sequenceNumber) place++;
    }
    this.#messages.splice(place, 0, message);
  }
}
