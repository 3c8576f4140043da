import { assert, asyncProperty } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SimulatedClock } from '../../../../tools/local/clock.ts';
import type { Delivery, SessionLock } from '../../../../tools/local/servicebus/message.ts';
import { Queue, type QueueOptions } from '../../../../tools/local/servicebus/queue.ts';
import { histories, History, lockDuration, start } from './history.ts';

function setUp(options: Partial<QueueOptions> = {}): { clock: SimulatedClock; queue: Queue } {
  const clock = new SimulatedClock(start);
  return { clock, queue: new Queue({ name: 'orders', lockDuration, ...options }, clock) };
}

function received(queue: Queue, session?: SessionLock): Delivery {
  const delivery = queue.receive('test', session);
  if (!delivery) throw new Error('A message was expected.');
  return delivery;
}

describe('messages without sessions', () => {
  test('an abandoned message is delivered again before those behind it', () => {
    const { queue } = setUp();
    queue.send({ body: 1 }, { body: 2 }, { body: 3 });
    const first = received(queue);
    const second = received(queue);
    queue.abandon(second);
    queue.abandon(first);
    expect([received(queue), received(queue), received(queue)].map(({ message }) => message.body)).toEqual([1, 2, 3]);
  });

  test('a message whose lock expired is delivered again, and the old receiver can no longer settle it', async () => {
    const { clock, queue } = setUp();
    queue.send({ body: 'once' });
    const slow = received(queue);
    await clock.advance(lockDuration - 1);
    expect(queue.receive()).toBeUndefined();
    await clock.advance(1);
    const next = received(queue);
    expect(next.message.deliveryCount).toBe(2);
    expect(() => queue.complete(slow)).toThrow(
      expect.objectContaining({ condition: 'com.microsoft:message-lock-lost' }),
    );
    queue.complete(next);
    expect(queue.counts()).toEqual({ active: 0, deadLetter: 0, scheduled: 0 });
  });

  test('a renewed lock lasts a full lock duration from the renewal', async () => {
    const { clock, queue } = setUp();
    queue.send({ body: 'long work' });
    const delivery = received(queue);
    await clock.advance(20_000);
    expect(queue.renew(delivery)).toBe(clock.now() + lockDuration);
    await clock.advance(lockDuration - 1);
    queue.complete(delivery);
    expect(queue.totals).toMatchObject({ outgoing: 1, completed: 1, abandoned: 0 });
  });

  test('a message that failed for the last time is dead-lettered with the reason', () => {
    const { queue } = setUp({ maxDeliveryCount: 2 });
    queue.send({ body: 'poison', properties: { colour: 'red' } });
    queue.abandon(received(queue));
    queue.abandon(received(queue));
    expect(queue.receive()).toBeUndefined();
    expect(queue.counts()).toEqual({ active: 0, deadLetter: 1, scheduled: 0 });
    expect(queue.deadLetters?.receive()?.message).toMatchObject({
      body: 'poison',
      deadLetterSource: 'orders',
      properties: { colour: 'red', DeadLetterReason: 'MaxDeliveryCountExceeded' },
    });
  });

  test('an expired message vanishes, or is dead-lettered where the queue says so', async () => {
    for (const [deadLetteringOnMessageExpiration, deadLetter] of [
      [false, 0],
      [true, 1],
    ] as const) {
      const { clock, queue } = setUp({ defaultMessageTimeToLive: 60_000, deadLetteringOnMessageExpiration });
      queue.send({ body: 'default' }, { body: 'shorter', timeToLive: 10_000 }, { body: 'longer', timeToLive: 90_000 });
      await clock.advance(10_000);
      expect(queue.counts()).toEqual({ active: 2, deadLetter, scheduled: 0 });
      await clock.advance(50_000);
      expect(queue.counts()).toEqual({ active: 0, deadLetter: 3 * deadLetter, scheduled: 0 });
      expect(queue.receive()).toBeUndefined();
    }
  });

  test('a message that expires while it is locked can be completed, but is not delivered again', async () => {
    const { clock, queue } = setUp();
    queue.send({ body: 'kept', timeToLive: 5_000 }, { body: 'given up', timeToLive: 5_000 });
    const [kept, givenUp] = [received(queue), received(queue)];
    await clock.advance(10_000);
    queue.complete(kept);
    queue.abandon(givenUp);
    expect(queue.receive()).toBeUndefined();
    expect(queue.counts().active).toBe(0);
    expect(queue.totals.completed).toBe(1);
  });

  test('a repeated message id is dropped inside the window, even after the first was consumed, and taken after it', async () => {
    const { clock, queue } = setUp({ duplicateDetectionWindow: 20_000 });
    queue.send({ body: 1, messageId: 'a' });
    queue.complete(received(queue));
    await clock.advance(19_999);
    queue.send({ body: 2, messageId: 'a' });
    expect(queue.receive()).toBeUndefined();
    await clock.advance(1);
    queue.send({ body: 3, messageId: 'a' });
    expect(received(queue).message.body).toBe(3);
    expect(queue.totals.incoming).toBe(2);
  });

  test('a scheduled message appears at its time, unless it was cancelled before', async () => {
    const { clock, queue } = setUp();
    queue.schedule({ body: 'kept' }, start + 5_000);
    const cancelled = queue.schedule({ body: 'cancelled' }, start + 5_000);
    expect(queue.cancelScheduled(cancelled)).toBe(true);
    expect(queue.counts()).toEqual({ active: 0, deadLetter: 0, scheduled: 1 });
    await clock.advance(4_999);
    expect(queue.receive()).toBeUndefined();
    await clock.advance(1);
    expect(received(queue).message.body).toBe('kept');
    expect(queue.receive()).toBeUndefined();
    expect(queue.cancelScheduled(cancelled)).toBe(false);
  });

  test('those who wait are served in the order in which they asked, and one that stopped waiting is passed over', () => {
    const { queue } = setUp();
    const served: string[] = [];
    const wait = (name: string): (() => void) =>
      queue.whenAvailable(({ message }) => served.push(`${name}${String(message.body)}`));
    wait('a');
    wait('b')();
    wait('c');
    queue.send({ body: 1 }, { body: 2 }, { body: 3 });
    expect(served).toEqual(['a1', 'c2']);
    expect(received(queue).message.body).toBe(3);
  });

  test('the age of the oldest message counts from when it became active, and locked messages are active', async () => {
    const { clock, queue } = setUp();
    queue.schedule({ body: 'later' }, start + 60_000);
    await clock.advance(1_000);
    queue.send({ body: 'now' });
    await clock.advance(2_000);
    received(queue);
    expect(queue.ageOfOldest()).toBe(2_000);
    expect(queue.counts().active).toBe(1);
  });
});

describe('messages in sessions', () => {
  test('a session is held by one receiver at a time, and passes on when it is released', () => {
    const { queue } = setUp({ requiresSession: true });
    queue.send({ body: 1, sessionId: 'A' });
    const first = queue.acceptSession('A');
    expect(() => queue.acceptSession('A')).toThrow(
      expect.objectContaining({ condition: 'com.microsoft:session-cannot-be-locked' }),
    );
    const delivery = received(queue, first);
    queue.releaseSession(first);
    const second = queue.acceptSession('A');
    expect(received(queue, second).message).toMatchObject({ body: 1, deliveryCount: 2 });
    expect(() => queue.complete(delivery)).toThrow(
      expect.objectContaining({ condition: 'com.microsoft:session-lock-lost' }),
    );
  });

  test('a lost session lock frees all its messages at once, in their old order, and tells the holder', async () => {
    const { clock, queue } = setUp({ requiresSession: true });
    queue.send(...[1, 2, 3, 4].map((body) => ({ body, sessionId: 'A' })));
    let lost = 0;
    const session = queue.acceptSession('A', 'slow', () => lost++);
    received(queue, session);
    received(queue, session);
    await clock.advance(lockDuration);
    expect(lost).toBe(1);
    expect(() => queue.receive('slow', session)).toThrow(/expired or was released/);
    const next = queue.acceptSession('A');
    expect([1, 2, 3, 4].map(() => received(queue, next).message.body)).toEqual([1, 2, 3, 4]);
  });

  test('the next session is the one that waits longest, so that busy sessions do not starve the others', () => {
    const { queue } = setUp({ requiresSession: true });
    for (const sessionId of ['A', 'B', 'C']) queue.send({ body: 1, sessionId }, { body: 2, sessionId });
    const order: string[] = [];
    for (let turn = 0; turn < 6; turn++) {
      queue.whenSessionAvailable((session) => {
        order.push(session.sessionId);
        queue.complete(received(queue, session));
        queue.releaseSession(session);
      });
    }
    expect(order).toEqual(['A', 'B', 'C', 'A', 'B', 'C']);
  });

  test('who waits for a session gets one as soon as a message arrives, each a different one', () => {
    const { queue } = setUp({ requiresSession: true });
    const order: string[] = [];
    for (const name of ['first', 'second']) {
      queue.whenSessionAvailable(({ sessionId }) => order.push(`${name} ${sessionId}`));
    }
    queue.send({ body: 1, sessionId: 'A' }, { body: 2, sessionId: 'A' }, { body: 1, sessionId: 'B' });
    expect(order).toEqual(['first A', 'second B']);
  });
});

test('whatever receivers do, no message is lost or doubled, and a session always delivers its oldest free message', async () => {
  await assert(
    asyncProperty(histories, async (steps) => {
      const history = new History();
      await history.run(steps);
      expect(history.places()).toEqual(Array.from({ length: history.sent }, (_, index) => index));
      expect(history.surprises).toEqual([]);
      expect([...history.queue.deliveries()]).toHaveLength(history.held.size);
    }),
    { numRuns: 300 },
  );
});

test('after any history, receivers that complete what they get empty the queue, each session in order', async () => {
  await assert(
    asyncProperty(histories, async (steps) => {
      const history = new History();
      await history.run(steps);
      for (const session of history.sessions) history.queue.releaseSession(session);
      const bySession = new Map<string, number[]>();
      history.queue.whenSessionAvailable(function drain(session) {
        const order = bySession.get(session.sessionId) ?? [];
        bySession.set(session.sessionId, order);
        for (let next = history.queue.receive('test', session); next; next = history.queue.receive('test', session)) {
          order.push(next.message.sequenceNumber);
          history.queue.complete(next);
        }
        history.queue.releaseSession(session);
        history.queue.whenSessionAvailable(drain);
      });
      expect(history.queue.counts().active).toBe(0);
      for (const order of bySession.values()) expect(order).toEqual([...order].sort((a, b) => a - b));
    }),
    { numRuns: 200 },
  );
});
