// The operations of a queue that have no AMQP verb of their own: requests to `QUEUE/$management`.

import rhea, { type Message as AmqpMessage } from 'rhea';
import { Fault, messageLockLost, refusal, sessionLockLost } from './fault.ts';
import type { SessionLock } from './message.ts';
import type { Queue } from './queue.ts';
import { decode, encode } from './wire.ts';

interface Body {
  'lock-tokens'?: Buffer[];
  'session-id'?: string;
  'from-sequence-number'?: number;
  'message-count'?: number;
  'sequence-numbers'?: number[];
  messages?: { message: Buffer }[];
}

/** Finds the session lock held by the link of that name. */
export type FindSession = (linkName: string) => SessionLock | undefined;

type Operation = (queue: Queue, body: Body, session: SessionLock | undefined) => object | undefined;

const operations: Record<string, Operation> = {
  'com.microsoft:renew-lock': (queue, body) => {
    const expirations = (body['lock-tokens'] ?? []).map((token) => {
      const delivery = queue.lockedBy(rhea.uuid_to_string(token));
      if (!delivery) throw messageLockLost();
      return queue.renew(delivery);
    });
    return { expirations: rhea.types.wrap_array(expirations, 0x83, undefined) };
  },

  'com.microsoft:renew-session-lock': (queue, body, session) => {
    if (!session) throw sessionLockLost(body['session-id'] ?? '');
    return { expiration: new Date(queue.renewSession(session)) };
  },

  'com.microsoft:peek-message': (queue, body) => {
    const found = queue.peek(body['from-sequence-number'], body['message-count'], body['session-id']);
    return found.length > 0 ? { messages: found.map((message) => ({ message: encode(message) })) } : undefined;
  },

  'com.microsoft:schedule-message': (queue, body) => {
    const numbers = (body.messages ?? []).map(({ message }) => {
      const decoded = decode(message);
      return queue.schedule(decoded, decoded.scheduledAt ?? 0);
    });
    return { 'sequence-numbers': rhea.types.wrap_array(numbers, 0x81, undefined) };
  },

  'com.microsoft:cancel-scheduled-message': (queue, body) => {
    for (const sequenceNumber of body['sequence-numbers'] ?? []) queue.cancelScheduled(sequenceNumber);
    return {};
  },
};

/** The answer to a request: 200, 204 when there is nothing, 410 and the like with the condition of the fault. */
export function answer(request: AmqpMessage, queue: Queue, findSession: FindSession): AmqpMessage {
  const properties = request.application_properties ?? {};
  const name = String(properties['operation']);
  try {
    const operation = operations[name];
    if (!operation) throw new Fault('amqp:not-implemented', `The operation ${name} is not modelled.`);
    const session = findSession(String(properties['associated-link-name']));
    const body = operation(queue, request.body as Body, session);
    return { body: body ?? null, application_properties: { statusCode: body ? 200 : 204 } };
  } catch (error) {
    const { condition, message } = refusal(error);
    const statusCode = condition.endsWith('-lost') ? 410 : 400;
    return {
      body: null,
      application_properties: { statusCode, errorCondition: condition, statusDescription: message },
    };
  }
}
