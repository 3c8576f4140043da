import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import {
  ServiceBusAdministrationClient,
  ServiceBusClient,
  type ServiceBusReceivedMessage,
  type ServiceBusSessionReceiver,
} from '@azure/service-bus';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { localCertificate, trust, type LocalCertificate } from '../../../../tools/local/certificate.ts';
import { SimulatedClock } from '../../../../tools/local/clock.ts';
import { seeded } from '../../../../tools/local/random.ts';
import { startServiceBus, type LocalServiceBus } from '../../../../tools/local/servicebus/service-bus.ts';

const lockDuration = 30_000;
// Clients renew by the clock of the machine; here time stands still unless a test moves it.
const noRenewal = { maxAutoLockRenewalDurationInMs: 0 };
const noRetries = { retryOptions: { maxRetries: 0 } };
const soon = { maxWaitTimeInMs: 250 };

let certificate: LocalCertificate;
let clock: SimulatedClock;
let bus: LocalServiceBus;
let client: ServiceBusClient;

beforeAll(async () => {
  certificate = await localCertificate();
  trust(certificate.ca);
});

beforeEach(async () => {
  clock = new SimulatedClock(Date.parse('2026-11-01T00:00:00Z'), 5_000);
  bus = await startServiceBus({
    clock,
    tls: certificate,
    queues: [
      { name: 'plain', lockDuration, maxDeliveryCount: 3 },
      { name: 'sessions', lockDuration, requiresSession: true, maxDeliveryCount: 1_000 },
      { name: 'once', duplicateDetectionWindow: 20_000 },
      { name: 'short', defaultMessageTimeToLive: 10_000, deadLetteringOnMessageExpiration: true },
    ],
  });
  client = new ServiceBusClient(bus.connectionString, noRetries);
});

afterEach(async () => {
  await client.close();
  await bus.close();
});

const bodies = (messages: ServiceBusReceivedMessage[]): unknown[] => messages.map(({ body }) => body as unknown);

/** Awaits the one message that must be there. */
async function only(receiving: Promise<ServiceBusReceivedMessage[]>): Promise<ServiceBusReceivedMessage> {
  const [message] = await receiving;
  if (!message) throw new Error('A message was expected.');
  return message;
}

describe('a queue without sessions', () => {
  test('a message arrives with all that was sent with it', async () => {
    const sent = {
      body: { total: 7 },
      messageId: 'm1',
      subject: 'order',
      correlationId: 'c1',
      applicationProperties: { a: 1 },
    };
    await client.createSender('plain').sendMessages(sent);
    const message = await only(client.createReceiver('plain', noRenewal).receiveMessages(1, soon));
    expect(message).toMatchObject({ ...sent, deliveryCount: 0, enqueuedTimeUtc: new Date(clock.now()) });
    expect(message.lockedUntilUtc).toEqual(new Date(clock.now() + lockDuration));
  });

  test('completed, abandoned and dead-lettered messages go where they should', async () => {
    const receiver = client.createReceiver('plain', noRenewal);
    await client
      .createSender('plain')
      .sendMessages([{ body: 'done' }, { body: 'again' }, { body: Buffer.from([1, 255]) }]);
    const [done, again, bad] = await receiver.receiveMessages(3, soon);
    expect(bus.liveDeliveries('plain')).toBe(3);
    if (!done || !again || !bad) throw new Error('Three messages were expected.');
    await receiver.completeMessage(done);
    await receiver.abandonMessage(again);
    await receiver.deadLetterMessage(bad, { deadLetterReason: 'bytes', deadLetterErrorDescription: 'not JSON' });
    expect(bus.liveDeliveries('plain')).toBe(0);
    expect(await only(receiver.receiveMessages(3, soon))).toMatchObject({ body: 'again', deliveryCount: 1 });
    const dead = client.createReceiver('plain', { ...noRenewal, subQueueType: 'deadLetter' });
    expect(await only(dead.receiveMessages(1, soon))).toMatchObject({
      body: Buffer.from([1, 255]),
      deadLetterReason: 'bytes',
      deadLetterErrorDescription: 'not JSON',
      deadLetterSource: 'plain',
    });
  });

  test('a message whose lock expired can be neither settled nor renewed, and is delivered again', async () => {
    const receiver = client.createReceiver('plain', noRenewal);
    await client.createSender('plain').sendMessages({ body: 1 });
    const message = await only(receiver.receiveMessages(1, soon));
    await clock.advance(lockDuration - 1);
    expect(await receiver.renewMessageLock(message)).toEqual(new Date(clock.now() + lockDuration));
    await clock.advance(lockDuration);
    await expect(receiver.completeMessage(message)).rejects.toMatchObject({ code: 'MessageLockLost' });
    await expect(receiver.renewMessageLock(message)).rejects.toMatchObject({ code: 'MessageLockLost' });
    expect(await only(receiver.receiveMessages(1, soon))).toMatchObject({ body: 1, deliveryCount: 1 });
  });

  test('receive-and-delete takes more messages than the buffers of a connection hold', async () => {
    bus.queue('plain').send(...Array.from({ length: 5_000 }, (_, body) => ({ body })));
    const receiver = client.createReceiver('plain', { receiveMode: 'receiveAndDelete' });
    const received: unknown[] = [];
    while (received.length < 5_000) received.push(...bodies(await receiver.receiveMessages(1_000, soon)));
    expect(received).toEqual(Array.from({ length: 5_000 }, (_, index) => index));
    expect(bus.queue('plain').counts().active).toBe(0);
  });

  test('one receiver can settle more messages than the buffers of a connection hold', async () => {
    bus.queue('plain').send(...Array.from({ length: 5_000 }, (_, body) => ({ body })));
    const receiver = client.createReceiver('plain', noRenewal);
    for (let left = 5_000; left > 0;) {
      const messages = await receiver.receiveMessages(500, soon);
      await Promise.all(messages.map((message) => receiver.completeMessage(message)));
      left -= messages.length;
    }
    expect(bus.queue('plain').totals).toMatchObject({ outgoing: 5_000, completed: 5_000 });
  });

  test('scheduled messages can be peeked and cancelled, and are delivered when due', async () => {
    const sender = client.createSender('plain');
    const due = new Date(clock.now() + 60_000);
    const [cancelled] = await sender.scheduleMessages([{ body: 'cancelled' }, { body: 'kept' }], due);
    if (!cancelled) throw new Error('A sequence number was expected.');
    await sender.cancelScheduledMessages(cancelled);
    const receiver = client.createReceiver('plain', noRenewal);
    expect(await receiver.peekMessages(10)).toMatchObject([{ body: 'kept', state: 'scheduled' }]);
    const waiting = receiver.receiveMessages(1, { maxWaitTimeInMs: 5_000 });
    await clock.advance(60_000);
    expect(bodies(await waiting)).toEqual(['kept']);
  });

  test('a repeated message id is dropped, and reported to the sender as sent', async () => {
    const sender = client.createSender('once');
    await sender.sendMessages({ body: 1, messageId: 'same' });
    await sender.sendMessages({ body: 2, messageId: 'same' });
    expect(bodies(await client.createReceiver('once', noRenewal).receiveMessages(5, soon))).toEqual([1]);
  });

  test('an expired message is found among the dead letters', async () => {
    await client.createSender('short').sendMessages([{ body: 'default' }, { body: 'own', timeToLive: 5_000 }]);
    await clock.advance(10_000);
    const dead = client.createReceiver('short', { ...noRenewal, subQueueType: 'deadLetter' });
    const messages = await dead.receiveMessages(2, soon);
    expect(messages.map(({ body, deadLetterReason }) => [body as string, deadLetterReason])).toEqual([
      ['own', 'TTLExpiredException'],
      ['default', 'TTLExpiredException'],
    ]);
  });

  test('a queue that was not declared is refused by name', async () => {
    await expect(client.createSender('nowhere').sendMessages({ body: 1 })).rejects.toMatchObject({
      code: 'MessagingEntityNotFound',
      message: expect.stringContaining("'nowhere'"),
    });
  });
});

describe('a queue with sessions', () => {
  test('a session is exclusive, and closing its receiver frees it at once', async () => {
    await client.createSender('sessions').sendMessages([{ body: 1, sessionId: 'A' }]);
    const first = await client.acceptSession('sessions', 'A', noRenewal);
    await expect(client.acceptSession('sessions', 'A')).rejects.toMatchObject({ code: 'SessionCannotBeLocked' });
    expect(bodies(await first.receiveMessages(1, soon))).toEqual([1]);
    await first.close();
    const second = await client.acceptNextSession('sessions', noRenewal);
    expect(await only(second.receiveMessages(1, soon))).toMatchObject({ body: 1, sessionId: 'A', deliveryCount: 1 });
  });

  test('after the session lock is lost the old receiver can do nothing, and another gets the messages', async () => {
    await client.createSender('sessions').sendMessages([{ body: 1, sessionId: 'A' }]);
    const old = await client.acceptNextSession('sessions', noRenewal);
    const message = await only(old.receiveMessages(1, soon));
    await clock.advance(lockDuration - 1);
    expect(await old.renewSessionLock()).toEqual(new Date(clock.now() + lockDuration));
    await clock.advance(lockDuration);
    await expect(old.completeMessage(message)).rejects.toMatchObject({ code: 'SessionLockLost' });
    await expect(old.renewSessionLock()).rejects.toMatchObject({ code: 'SessionLockLost' });
    const next = await client.acceptNextSession('sessions', noRenewal);
    expect(bodies(await next.receiveMessages(1, soon))).toEqual([1]);
  });

  test('who waits for the next session gets it when a message comes; a broken connection is passed over', async () => {
    const wire = await breakableWire(bus.port);
    const broken = new ServiceBusClient(bus.connectionString.replace(`:${bus.port}`, `:${wire.port}`), noRetries);
    const gone = broken.acceptNextSession('sessions', noRenewal).then(
      () => 'accepted',
      () => 'refused',
    );
    // An answer on the same connection to a later request, which takes more turns: the first request has arrived.
    await broken.createReceiver('plain').peekMessages(1);
    const waiting = client.acceptNextSession('sessions', noRenewal);
    wire.cut();
    expect(await gone).toBe('refused');
    await client.createSender('sessions').sendMessages({ body: 1, sessionId: 'B' });
    expect((await waiting).sessionId).toBe('B');
    await broken.close();
  });

  test('sessions cannot be ignored: neither by a sender nor by a receiver', async () => {
    await expect(client.createSender('sessions').sendMessages({ body: 1 })).rejects.toThrow(/SessionId was not set/);
    await expect(client.createReceiver('sessions').receiveMessages(1, soon)).rejects.toThrow(/requires sessions/);
  });

  test('when a connection breaks, what it had locked stays locked until the lock expires', async () => {
    const wire = await breakableWire(bus.port);
    const broken = new ServiceBusClient(bus.connectionString.replace(`:${bus.port}`, `:${wire.port}`), noRetries);
    bus.queue('sessions').send({ body: 1, sessionId: 'A' });
    const held = await broken.acceptNextSession('sessions', noRenewal);
    await held.receiveMessages(1, soon);
    expect(bus.liveDeliveries('sessions')).toBe(1);
    wire.cut();
    await expect.poll(() => bus.liveDeliveries('sessions')).toBe(0);
    await expect(client.acceptSession('sessions', 'A')).rejects.toMatchObject({ code: 'SessionCannotBeLocked' });
    await clock.advance(lockDuration);
    const next = await client.acceptSession('sessions', 'A', noRenewal);
    expect(await only(next.receiveMessages(1, soon))).toMatchObject({ body: 1, deliveryCount: 1 });
    await broken.close();
  });
});

/** A port that leads to another until it is cut, as a crash of the client would. */
async function breakableWire(target: number): Promise<{ port: number; cut: () => void }> {
  const sockets: Socket[] = [];
  const server = createServer((inside) => {
    const outside = connect(target, 'localhost');
    sockets.push(inside, outside);
    for (const socket of [inside, outside]) socket.on('error', () => {});
    inside.pipe(outside).pipe(inside);
  }).listen(0, 'localhost');
  await once(server, 'listening');
  const cut = (): void => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return { port: (server.address() as AddressInfo).port, cut };
}

describe('the management API', () => {
  test('tells the counts of one queue and of all, to a key and to a token', async () => {
    bus.queue('plain').send({ body: 1 }, { body: 2 }, { body: 3, scheduledAt: clock.now() + 1_000 });
    const lent = bus.queue('plain').receive();
    if (lent) bus.queue('plain').deadLetter(lent);
    const byKey = new ServiceBusAdministrationClient(bus.connectionString);
    const counts = { activeMessageCount: 1, deadLetterMessageCount: 1, scheduledMessageCount: 1, totalMessageCount: 3 };
    expect(await byKey.getQueueRuntimeProperties('plain')).toMatchObject({ name: 'plain', ...counts });
    const token = { token: 'any', expiresOnTimestamp: Date.now() + 3_600_000 };
    const byToken = new ServiceBusAdministrationClient(bus.host, { getToken: () => Promise.resolve(token) });
    const all: [string, number | undefined][] = [];
    for await (const { name, totalMessageCount } of byToken.listQueuesRuntimeProperties()) {
      all.push([name, totalMessageCount]);
    }
    expect(all).toEqual([
      ['plain', 3],
      ['sessions', 0],
      ['once', 0],
      ['short', 0],
    ]);
  });

  test('tells how a queue was declared', async () => {
    const administration = new ServiceBusAdministrationClient(bus.connectionString);
    expect(await administration.getQueue('sessions')).toMatchObject({
      lockDuration: 'PT30S',
      requiresSession: true,
      maxDeliveryCount: 1_000,
      requiresDuplicateDetection: false,
      defaultMessageTimeToLive: 'P10675199DT2H48M5.4775807S',
    });
    expect(await administration.getQueue('once')).toMatchObject({
      requiresDuplicateDetection: true,
      duplicateDetectionHistoryTimeWindow: 'PT20S',
    });
  });

  test('knows no queue that was not declared, and answers nobody without authorization', async () => {
    const administration = new ServiceBusAdministrationClient(bus.connectionString);
    await expect(administration.getQueue('nowhere')).rejects.toMatchObject({ code: 'MessageEntityNotFoundError' });
    expect((await fetch(`https://${bus.host}/plain?api-version=2021-05`)).status).toBe(401);
  });

  test('lies with counts of 0 while the namespace is throttled, or refuses', async () => {
    bus.queue('plain').send({ body: 1 });
    const administration = new ServiceBusAdministrationClient(bus.connectionString, noRetries);
    bus.throttled = true;
    expect((await administration.getQueueRuntimeProperties('plain')).totalMessageCount).toBe(0);
    bus.throttled = 'busy';
    await expect(administration.getQueueRuntimeProperties('plain')).rejects.toMatchObject({ code: 'ServerBusyError' });
    bus.throttled = false;
    expect((await administration.getQueueRuntimeProperties('plain')).totalMessageCount).toBe(1);
  });
});

describe('ten thousand messages in forty sessions', () => {
  const sessionIds = Array.from({ length: 40 }, (_, index) => `session-${index}`);
  const perSession = 250;
  const total = sessionIds.length * perSession;

  /** Sends 25 messages of each session in turn, so that the sessions are mixed in the queue. */
  async function sendAll(): Promise<void> {
    const sender = client.createSender('sessions');
    for (let from = 0; from < perSession; from += 25) {
      for (const sessionId of sessionIds) {
        await sender.sendMessages(Array.from({ length: 25 }, (_, index) => ({ body: from + index, sessionId })));
      }
    }
  }

  test('are delivered exactly as Service Bus promises, while receivers abandon and lose their locks', async () => {
    await sendAll();
    expect(bus.queue('sessions').totals.incoming).toBe(total);

    const random = seeded(7);
    const completed = new Map(sessionIds.map((sessionId) => [sessionId, [] as number[]]));
    const seen = { abandoned: 0, lockLost: 0, surprises: [] as string[] };
    const workers = 16;
    let stopped = false;
    const count = (): number => [...completed.values()].reduce((sum, { length }) => sum + length, 0);

    /** One holding of one session. Each begins where the session was left, whatever became of the last holder. */
    async function hold(receiver: ServiceBusSessionReceiver, mine: number[]): Promise<void> {
      try {
        const messages = await receiver.receiveMessages(25, { maxWaitTimeInMs: 20 });
        const expected = messages.map((_, index) => mine.length + index);
        if (String(bodies(messages)) !== String(expected)) {
          seen.surprises.push(`${receiver.sessionId}: ${String(bodies(messages))} instead of ${String(expected)}`);
        }
        // Some abandon a message and leave the rest, some stall until the lock is lost: theirs, and that of all others.
        const fate = random.next();
        const good = fate < 0.1 ? messages.slice(0, Math.floor(random.next() * messages.length)) : messages;
        if (fate > 0.95) await clock.advance(lockDuration);
        const settled = await Promise.allSettled(good.map((message) => receiver.completeMessage(message)));
        mine.push(
          ...good.filter((_, index) => settled[index]?.status === 'fulfilled').map(({ body }) => body as number),
        );
        if (settled.some(({ status }) => status === 'rejected')) seen.lockLost++;
        const next = messages[good.length];
        if (next) await receiver.abandonMessage(next).then(() => seen.abandoned++);
      } catch (error) {
        if ((error as { code?: string }).code !== 'SessionLockLost') throw error;
        seen.lockLost++;
      } finally {
        await receiver.close();
      }
    }

    /** Takes session after session until it gets one that is there to stop it. Who completes the last sends those. */
    async function work(): Promise<void> {
      for (;;) {
        const receiver = await client.acceptNextSession('sessions', noRenewal);
        const mine = completed.get(receiver.sessionId);
        if (!mine) return;
        await hold(receiver, mine);
        if (stopped || count() < total) continue;
        stopped = true;
        for (let worker = 0; worker < workers; worker++) {
          bus.queue('sessions').send({ body: 'stop', sessionId: `stop-${worker}` });
        }
      }
    }
    await Promise.all(Array.from({ length: workers }, work));

    const inOrder = Array.from({ length: perSession }, (_, index) => index);
    expect(seen.surprises).toEqual([]);
    for (const numbers of completed.values()) expect(numbers).toEqual(inOrder);
    expect(bus.queue('sessions').counts()).toEqual({ active: workers, deadLetter: 0, scheduled: 0 });
    expect(bus.queue('sessions').totals.completed).toBe(total);
    expect(seen.abandoned).toBeGreaterThan(10);
    expect(seen.lockLost).toBeGreaterThan(10);
    expect(bus.queue('sessions').totals.outgoing).toBeGreaterThan(total);
  });
});
