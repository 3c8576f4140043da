// A Service Bus message as the host hands it to a function: the body, and the binding data of the extension.

import type { ServiceBusReceivedMessage } from '@azure/service-bus';
import type { RpcTypedData, TriggerEvent } from './core-api.ts';

/** What .NET says for a message that never expires. */
const never = '9999-12-31T23:59:59.9999999Z';

/** `message` must be received with `skipParsingBodyAsJson`: the programming model does the parsing. */
export function toEvent(message: ServiceBusReceivedMessage): TriggerEvent {
  const { body, enqueuedTimeUtc, expiresAtUtc, sequenceNumber } = message as { body: unknown } & typeof message;
  const expires = expiresAtUtc && !Number.isNaN(expiresAtUtc.getTime()) ? expiresAtUtc.toISOString() : never;
  const texts = {
    MessageId: message.messageId?.toString(),
    SessionId: message.sessionId,
    ReplyToSessionId: message.replyToSessionId,
    CorrelationId: message.correlationId?.toString(),
    ContentType: message.contentType,
    Subject: message.subject,
    Label: message.subject,
    To: message.to,
    ReplyTo: message.replyTo,
    PartitionKey: message.partitionKey,
    LockToken: message.lockToken,
    DeadLetterSource: message.deadLetterSource,
  };
  const objects = {
    EnqueuedTimeUtc: enqueuedTimeUtc,
    EnqueuedTime: enqueuedTimeUtc,
    ExpiresAtUtc: expires,
    ExpiresAt: expires,
    ApplicationProperties: message.applicationProperties ?? {},
  };
  const metadata: Record<string, RpcTypedData> = {
    // The client counts earlier deliveries, the extension this one too.
    DeliveryCount: { int: (message.deliveryCount ?? 0) + 1 },
    SequenceNumber: { int: Number(sequenceNumber) },
  };
  for (const [name, value] of Object.entries(texts)) if (value !== undefined) metadata[name] = { string: value };
  for (const [name, value] of Object.entries(objects)) metadata[name] = { json: JSON.stringify(value) };
  const data = Buffer.isBuffer(body) ? { string: body.toString('utf8') } : { json: JSON.stringify(body) };
  return { data, metadata };
}
