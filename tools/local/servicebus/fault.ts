// What the broker refuses, with the condition the real service puts on the wire: clients tell errors apart by it alone.

/** A refusal. `condition` is the AMQP error condition that `@azure/service-bus` translates to its error code. */
export class Fault extends Error {
  readonly condition: string;

  constructor(condition: string, message: string) {
    super(message);
    this.name = 'Fault';
    this.condition = condition;
  }
}

/** What was caught, if it is a refusal; anything else is a failure of ours and is thrown on. */
export function refusal(error: unknown): Fault {
  if (error instanceof Fault) return error;
  throw error;
}

export const messageLockLost = (): Fault =>
  new Fault(
    'com.microsoft:message-lock-lost',
    'The lock supplied is invalid: it expired, or the message was already settled. Receive the message again.',
  );

export const sessionLockLost = (sessionId: string): Fault =>
  new Fault(
    'com.microsoft:session-lock-lost',
    `The lock of session '${sessionId}' expired or was released. Accept the session again.`,
  );

export const sessionCannotBeLocked = (sessionId: string): Fault =>
  new Fault(
    'com.microsoft:session-cannot-be-locked',
    `The requested session '${sessionId}' cannot be accepted. It may be locked by another receiver.`,
  );

export const notAllowed = (message: string): Fault => new Fault('amqp:not-allowed', message);
