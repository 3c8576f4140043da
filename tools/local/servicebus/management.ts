// The management API over HTTPS: what `ServiceBusAdministrationClient` reads, as ATOM. Queues cannot be changed here. A
// subscription is a queue by the name `TOPIC/subscriptions/NAME`.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { XMLBuilder } from 'fast-xml-parser';
import type { Queue } from './queue.ts';

/** Like the real service: a throttled namespace reports counts of 0, or refuses with 503. */
export type Throttling = boolean | 'busy';

const atom = { '@xmlns': 'http://www.w3.org/2005/Atom' };
const xml = new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: '@' });

/** Answers one request. `queues` by name in lower case, as entity names ignore case. */
export function answerManagement(
  request: IncomingMessage,
  response: ServerResponse,
  queues: ReadonlyMap<string, Queue>,
  throttled: Throttling,
): void {
  const url = new URL(request.url ?? '/', 'https://localhost');
  const path = decodeURIComponent(url.pathname.slice(1));
  const refuse = (code: number, detail: string): void => {
    response.writeHead(code, { 'content-type': 'application/xml' });
    response.end(xml.build({ Error: { Code: code, Detail: detail } }));
  };
  if (!request.headers.authorization) return refuse(401, 'A request needs an Authorization header: any token will do.');
  if (request.method !== 'GET') return refuse(405, 'Queues are declared when the local Service Bus starts: only GET.');
  if (throttled === 'busy') return refuse(503, 'The namespace is throttled: wait 2 seconds and try again (50009).');
  response.writeHead(200, { 'content-type': 'application/atom+xml;type=entry;charset=utf-8' });
  const entry = (queue: Queue): object => describe(queue, throttled);
  if (path.toLowerCase() === '$resources/queues') {
    const skip = Number(url.searchParams.get('$skip') ?? 0);
    const page = [...queues.values()]
      .filter(({ options }) => !isSubscription(options.name))
      .slice(skip, skip + Number(url.searchParams.get('$top') ?? 100));
    response.end(xml.build({ feed: { ...atom, entry: page.map(entry) } }));
    return undefined;
  }
  // A queue that does not exist is an empty feed with status 200: the client makes MessageEntityNotFoundError of it.
  const queue = queues.get(path.toLowerCase());
  response.end(xml.build(queue ? { entry: { ...atom, ...entry(queue) } } : { feed: atom }));
  return undefined;
}

const isSubscription = (name: string): boolean => /\/subscriptions\//i.test(name);

function describe(queue: Queue, throttled: boolean): object {
  const { name, ...options } = queue.options;
  const counts = throttled ? { active: 0, deadLetter: 0, scheduled: 0 } : queue.counts();
  const createdAt = new Date(queue.createdAt).toISOString();
  return {
    // The client takes the names from the address, in which it knows the word with a capital only.
    id: `https://localhost/${name.replace(/\/subscriptions\//i, '/Subscriptions/')}?api-version=2021-05`,
    title: { '@type': 'text', '#text': name.replace(/^.*\/subscriptions\//i, '') },
    content: {
      '@type': 'application/xml',
      [isSubscription(name) ? 'SubscriptionDescription' : 'QueueDescription']: {
        '@xmlns': 'http://schemas.microsoft.com/netservices/2010/10/servicebus/connect',
        LockDuration: duration(options.lockDuration),
        MaxSizeInMegabytes: 1024,
        RequiresDuplicateDetection: options.duplicateDetectionWindow > 0,
        RequiresSession: options.requiresSession,
        DefaultMessageTimeToLive: duration(options.defaultMessageTimeToLive),
        DeadLetteringOnMessageExpiration: options.deadLetteringOnMessageExpiration,
        DuplicateDetectionHistoryTimeWindow: duration(options.duplicateDetectionWindow || 600_000),
        MaxDeliveryCount: options.maxDeliveryCount,
        EnableBatchedOperations: true,
        SizeInBytes: 0,
        MessageCount: counts.active + counts.deadLetter + counts.scheduled,
        Status: 'Active',
        CreatedAt: createdAt,
        UpdatedAt: createdAt,
        AccessedAt: createdAt,
        CountDetails: {
          '@xmlns:d2p1': 'http://schemas.microsoft.com/netservices/2011/06/servicebus',
          'd2p1:ActiveMessageCount': counts.active,
          'd2p1:DeadLetterMessageCount': counts.deadLetter,
          'd2p1:ScheduledMessageCount': counts.scheduled,
          'd2p1:TransferMessageCount': 0,
          'd2p1:TransferDeadLetterMessageCount': 0,
        },
        EnablePartitioning: false,
        EntityAvailabilityStatus: 'Available',
        EnableExpress: false,
      },
    },
  };
}

/** ISO 8601; the real service writes "never" as the largest .NET time span. */
const duration = (milliseconds: number): string =>
  milliseconds === Infinity ? 'P10675199DT2H48M5.4775807S' : `PT${milliseconds / 1000}S`;
