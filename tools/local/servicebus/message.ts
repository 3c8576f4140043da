// A message as it is sent and as it is stored, and the two kinds of lock under which receivers hold messages.

import type { Time } from '../clock.ts';
import type { Lane } from './lane.ts';

/** What a sender gives. All but `body` may be left out; a session-enabled queue needs `sessionId`. */
export interface Message {
  /** JSON data, or bytes. */
  body: unknown;
  /** The key of duplicate detection. */
  messageId?: string;
  sessionId?: string;
  properties?: Record<string, unknown>;
  /** Milliseconds; the shorter of this and the default of the queue counts. */
  timeToLive?: number;
  /** Becomes available at this time instead of at once. */
  scheduledAt?: Time;
  /** The queue it was dead-lettered from. */
  deadLetterSource?: string;
  /** The AMQP message it arrived as, whose other fields leave with it. */
  original?: object;
}

/** A message in the queue. */
export interface StoredMessage extends Message {
  /** Unique in its queue and growing. A scheduled message gets a new one when it becomes active, as in the real service. */
  readonly sequenceNumber: number;
  readonly enqueuedAt: Time;
  /** Infinity when it never expires. */
  readonly expiresAt: Time;
  /** How often it was delivered so far. */
  deliveryCount: number;
  state: 'scheduled' | 'active' | 'locked' | 'gone';
  /** Of the queue's own: stops the clock entry of its due time or expiry. */
  cancelTimer: () => void;
}

/** Held until `lockedUntil`. The lane and the last two are the queue's own. */
export interface Lock {
  lockedUntil: Time;
  /** Whoever holds it, as given when it was taken. */
  readonly owner: unknown;
  readonly lane: Lane;
  readonly expired: () => void;
  cancelExpiry: () => void;
}

/** The right to a session: nobody else sees its messages. */
export interface SessionLock extends Lock {
  readonly sessionId: string;
  readonly deliveries: Set<Delivery>;
}

/** One message lent to one receiver. In a session the lock of the session counts instead of `lockedUntil`. */
export interface Delivery extends Lock {
  readonly message: StoredMessage;
  /** A UUID. */
  readonly lockToken: string;
  readonly session: SessionLock | undefined;
}
