// A Service Bus message as the host hands it to a function: the body, and the usual part of the binding data.

import type { ServiceBusReceivedMessage } from '@azure/service-bus';
import type { RpcTypedData } from './core-api.ts';
import type { TriggerEvent } from './host.ts';

/** What .NET says for a message that never expires. */
const never = '9999-12-31T23:59:59.9999999Z';

/** `message` must be received with `skipParsingBodyAsJson`: the programming model does the parsing. */
export function toEvent(message: ServiceBusReceivedMessage): TriggerEvent {
  const { expiresAtUtc } = message;
  const body: unknown = message.body;
  const expires = expiresAtUtc && !Number.isNaN(expiresAtUtc.getTime()) ? expiresAtUtc : never;
  const known = {
    MessageId: message.messageId,
    SessionId: message.sessionId,
    CorrelationId: message.correlationId,
    ContentType: message.contentType,
    Subject: message.subject,
    LockToken: message.lockToken,
    // The client tells the earlier deliveries, as the wire does; the extension counts this one too.
    DeliveryCount: (message.deliveryCount ?? 0) + 1,
    SequenceNumber: Number(message.sequenceNumber),
    EnqueuedTimeUtc: message.enqueuedTimeUtc,
    ExpiresAtUtc: expires,
    ApplicationProperties: message.applicationProperties ?? {},
  };
  const metadata: Record<string, RpcTypedData> = {};
  for (const [name, value] of Object.entries(known)) {
    if (value !== undefined)
      metadata[name] = typeof value === 'string' ? { string: value } : { json: JSON.stringify(value) };
  }
  return { data: Buffer.isBuffer(body) ? { string: body.toString() } : { json: JSON.stringify(body) }, metadata };
}
