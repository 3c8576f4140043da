// Messages of the model as AMQP messages and back, with the annotations of Service Bus.

import rhea, { type Message as AmqpMessage } from 'rhea';
import type { Delivery, Message, StoredMessage } from './message.ts';

/** Messages sent as one batch: each data section is an encoded message. Number of the format from the real client. */
const batchFormat = 0x80013700;
const scheduledTime = 'x-opt-scheduled-enqueue-time';

interface DataSection {
  content: Buffer | Buffer[];
}

/** The messages of one transfer: one, or those of a batch, which rhea leaves undecoded. */
export function messagesIn(transfer: AmqpMessage | Buffer, format: number | undefined): Message[] {
  if (format !== batchFormat) return [fromAmqp(transfer as AmqpMessage)];
  const { content } = rhea.message.decode(transfer as Buffer)['body'] as DataSection;
  return [content].flat().map(decode);
}

export const decode = (encoded: Buffer): Message => fromAmqp(rhea.message.decode(encoded) as unknown as AmqpMessage);

export const encode = (message: StoredMessage): Buffer => rhea.message.encode(toAmqp(message));

function fromAmqp(amqp: AmqpMessage): Message {
  const scheduledAt = amqp.message_annotations?.[scheduledTime] as Date | undefined;
  return {
    body: fromBody(amqp.body),
    original: amqp,
    ...(amqp.message_id !== undefined && { messageId: String(amqp.message_id) }),
    ...(amqp.group_id !== undefined && { sessionId: amqp.group_id }),
    ...(amqp.application_properties && { properties: amqp.application_properties }),
    ...(amqp.ttl !== undefined && { timeToLive: amqp.ttl }),
    ...(scheduledAt && { scheduledAt: scheduledAt.valueOf() }),
  };
}

/** As the receiver gets it; a peeked one has no delivery. The count in the header is of earlier deliveries. */
export function toAmqp(message: StoredMessage, delivery?: Delivery): AmqpMessage {
  const lockedUntil = (delivery?.session ?? delivery)?.lockedUntil;
  return {
    body: rhea.message.data_section(Buffer.from(JSON.stringify(message.body ?? null))),
    ...(message.messageId !== undefined && { message_id: message.messageId }),
    ...(message.sessionId !== undefined && { group_id: message.sessionId }),
    ...message.original,
    ...(message.properties && { application_properties: message.properties }),
    delivery_count: Math.max(0, message.deliveryCount - 1),
    message_annotations: {
      ...(message.scheduledAt !== undefined && { [scheduledTime]: new Date(message.scheduledAt) }),
      'x-opt-sequence-number': message.sequenceNumber,
      'x-opt-enqueued-time': new Date(message.enqueuedAt),
      // 2 is "scheduled" in the real service.
      'x-opt-message-state': message.state === 'scheduled' ? 2 : 0,
      ...(lockedUntil !== undefined && { 'x-opt-locked-until': new Date(lockedUntil) }),
      ...(message.deadLetterSource !== undefined && { 'x-opt-deadletter-source': message.deadLetterSource }),
    },
  };
}

/** The client writes JSON into a data section; what is not JSON stays bytes. */
function fromBody(body: unknown): unknown {
  const content = (body as DataSection | undefined)?.content;
  if (!Buffer.isBuffer(content)) return body;
  try {
    return JSON.parse(content.toString()) as unknown;
  } catch {
    return content;
  }
}

/** A lock token as a delivery tag: the first three groups of a .NET GUID are little-endian. */
export function lockTag(lockToken: string): Buffer {
  const bytes = Buffer.from(lockToken.replaceAll('-', ''), 'hex');
  bytes.subarray(0, 4).swap32();
  bytes.subarray(4, 8).swap16();
  return bytes;
}

/** .NET ticks: 100 ns since the year 1, in 8 bytes. */
export function ticks(time: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(BigInt(time) * 10_000n + 621_355_968_000_000_000n);
  return bytes;
}
