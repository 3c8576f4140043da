import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LocalServiceBus } from '../../../tools/local/servicebus/service-bus.ts';
import { startLocalStack, type LocalStack } from '../../support/local-stack.ts';

let stack: LocalStack;
let bus: LocalServiceBus;

beforeEach(async () => {
  stack = await startLocalStack({ queues: [{ name: 'orders', maxDeliveryCount: 1 }, { name: 'mails' }] });
  bus = stack.bus as LocalServiceBus;
  const orders = bus.queue('orders');
  orders.send({ body: 1 }, { body: 2 }, { body: 3 });
  orders.schedule({ body: 4 }, stack.clock.now() + 60_000);
  const delivery = orders.receive();
  if (delivery) orders.abandon(delivery);
});
afterEach(() => stack.close());

const read = (queues: string[], witness?: 'witness') =>
  stack.connected.ports.queueDepths.read(bus.host, queues, witness);

it('one queue is read with all its counts and the time of the reading', async () => {
  await stack.clock.advance(5000);
  const depths = await read(['orders']);
  const value = { active: 2, deadLetter: 1, scheduled: 1 };
  expect(depths).toEqual(new Map([['orders', { value, at: stack.clock.now() }]]));
});

it('several queues of a namespace are read together, and what was not asked for is left out', async () => {
  bus.queue('mails').send({ body: 1 });
  const depths = await read(['orders', 'mails', 'none']);
  expect([...depths.keys()].sort()).toEqual(['mails', 'orders']);
  expect(depths.get('mails')?.value).toEqual({ active: 1, deadLetter: 0, scheduled: 0 });
});

describe('an empty queue', () => {
  const witnessOf = async (name: string) => (await read([name], 'witness')).get(name)?.value;

  it('has a witness in whatever is counted in its namespace, a dead letter of its own included', async () => {
    expect(await witnessOf('mails')).toEqual({ active: 0, deadLetter: 0, scheduled: 0, witnessed: true });
    for (const message of [bus.queue('orders').receive(), bus.queue('orders').receive()])
      if (message) bus.queue('orders').complete(message);
    expect(await witnessOf('orders')).toEqual({ active: 0, deadLetter: 1, scheduled: 1, witnessed: true });
  });

  it('has one for free among several that are asked for', async () => {
    bus.queue('mails').send({ body: 1 });
    const mails = bus.queue('mails').receive();
    if (mails) bus.queue('mails').complete(mails);
    const depths = await read(['orders', 'mails'], 'witness');
    expect(depths.get('orders')?.value).toEqual({ active: 2, deadLetter: 1, scheduled: 1 });
    expect(depths.get('mails')?.value).toEqual({ active: 0, deadLetter: 0, scheduled: 0, witnessed: true });
  });

  it('is read all the same when nobody can be asked for a witness', async () => {
    let asked = 0;
    Object.defineProperty(bus, 'throttled', { get: () => (asked++ === 0 ? false : 'busy') });
    expect(await witnessOf('mails')).toEqual({ active: 0, deadLetter: 0, scheduled: 0 });
    expect(asked).toBe(2);
  });

  it('is read without one where it is not among the first hundred of its namespace', async () => {
    const many = Array.from({ length: 100 }, (_, index) => ({ name: `a${index}` }));
    const crowded = await startLocalStack({ queues: [...many, { name: 'z' }] });
    const full = crowded.bus as LocalServiceBus;
    full.queue('a0').send({ body: 1 });
    const depths = await crowded.connected.ports.queueDepths.read(full.host, ['z'], 'witness');
    await crowded.close();
    expect(depths.get('z')?.value).toEqual({ active: 0, deadLetter: 0, scheduled: 0 });
  });

  it('is what a witness is asked for, no other', async () => {
    let asked = 0;
    Object.defineProperty(bus, 'throttled', { get: () => asked++ < 0 });
    expect(await witnessOf('orders')).toEqual({ active: 2, deadLetter: 1, scheduled: 1 });
    expect(asked).toBe(1);
  });

  it('has none in a namespace that is throttled, nor where it is not asked for', async () => {
    expect((await read(['mails'])).get('mails')?.value).toEqual({
      active: 0,
      deadLetter: 0,
      scheduled: 0,
    });
    bus.throttled = true;
    expect(await witnessOf('mails')).toEqual({ active: 0, deadLetter: 0, scheduled: 0 });
    expect(await witnessOf('orders')).toEqual({ active: 0, deadLetter: 0, scheduled: 0 });
  });
});

it('a queue that does not exist is absent, not empty', async () => {
  expect(await read(['none'])).toEqual(new Map());
});

it('nothing asked for is nothing sent', async () => {
  expect(await read([])).toEqual(new Map());
});

it('a namespace that is busy or cannot be reached is a failure, not an empty queue', async () => {
  bus.throttled = 'busy';
  await expect(read(['orders'])).rejects.toMatchObject({ failure: { class: 'wait', status: 503 } });
  const nowhere = stack.connected.ports.queueDepths.read('localhost:1', ['orders']);
  await expect(nowhere).rejects.toMatchObject({ failure: { class: 'wait', code: 'Network' } });
});
