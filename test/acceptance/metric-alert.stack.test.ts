// Azure Monitor tells of a load that no queue shows: an alert alone must start container groups, at once, and nothing that
// is no alert for a workload of ours may start any.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startStack, type Stack, type StackOptions } from '../../tools/local/stack.ts';
import { alertPayload } from '../support/alert-payload.ts';
import { ask, inRealTime, passUntil, type Answer } from '../support/operate.ts';
import { isCreate } from '../support/told-story.ts';

const LARGEST_BYTES = 256 * 1024;

/** A stack without load that has evaluated before, with the moments (of real time) at which Azure accepted creates. */
async function warmStack(options: Partial<StackOptions> = {}) {
  const createdAt: number[] = [];
  const stack = await startStack({
    seed: 1,
    ...options,
    onExchange: (exchange) => void (isCreate(exchange) && createdAt.push(performance.now())),
  });
  // Two heartbeats.
  await stack.clock.advance(125_000);
  return { stack, createdAt };
}

type Warm = Awaited<ReturnType<typeof warmStack>>;

const post = (stack: Stack, payload: unknown, query = '?workload=orders'): Promise<Answer> =>
  ask(stack, 'POST', `metricAlert${query}`, payload);

const fired = ({ clock }: Stack, customProperties: Record<string, string> | null = null) =>
  alertPayload({ condition: 'Fired', firedAt: clock.now(), customProperties });

/** Real milliseconds from the post to the PUT of a container group. */
async function millisecondsToCreate({ stack, createdAt }: Warm, payload: unknown, query?: string): Promise<number> {
  return inRealTime(stack, async () => {
    const postedAt = performance.now();
    expect(await post(stack, payload, query)).toMatchObject({ status: 202 });
    await expect.poll(() => createdAt.length, { interval: 5, timeout: 10_000 }).toBeGreaterThan(0);
    return (createdAt[0] ?? Infinity) - postedAt;
  });
}

async function resolve(stack: Stack, query?: string): Promise<Answer> {
  const now = stack.clock.now();
  return post(stack, alertPayload({ condition: 'Resolved', firedAt: now - 300_000, resolvedAt: now - 1000 }), query);
}

const groups = ({ azure }: Stack): number => azure.model.groups.all().length;

describe('a metric alert', () => {
  let warm: Warm;
  let stack: Stack;

  beforeAll(async () => {
    warm = await warmStack();
    stack = warm.stack;
  });
  afterAll(() => stack.close());
  beforeEach(() => void warm.createdAt.splice(0));

  test.each<[string, (stack: Stack) => { payload: unknown; query?: string }, RegExp]>([
    ['is no JSON', () => ({ payload: '{"schemaId": ' }), /not JSON/],
    ['is empty', () => ({ payload: '' }), /not JSON/],
    [
      'has an other schema',
      () => ({ payload: { schemaId: 'AzureMonitorMetricAlert', data: {} } }),
      /common alert schema/,
    ],
    [
      'has an unknown condition',
      (stack) => {
        const payload = fired(stack);
        return {
          payload: { ...payload, data: { essentials: { ...payload.data.essentials, monitorCondition: 'Maybe' } } },
        };
      },
      /common alert schema/,
    ],
    [
      'names an unknown workload',
      (stack) => ({ payload: fired(stack), query: '?workload=oders' }),
      /no workload oders/,
    ],
    ['names no workload', (stack) => ({ payload: fired(stack), query: '' }), /names no workload.*Workloads: orders/],
    [
      'is larger than 256 KB',
      (stack) => ({ payload: { ...fired(stack), padding: 'x'.repeat(LARGEST_BYTES) } }),
      /larger than 256 KB/,
    ],
  ])('that %s gets 400 with the reason, and starts nothing', async (_, make, message) => {
    const { payload, query } = make(stack);
    const answer = await post(stack, payload, query);
    expect(answer).toMatchObject({ status: 400, body: { error: expect.stringMatching(message) } });
    await stack.clock.advance(65_000);
    expect(warm.createdAt).toEqual([]);
  });

  test('of Azure’s own test gets 200 and starts nothing', async () => {
    const sample = alertPayload({
      condition: 'Fired',
      firedAt: stack.clock.now(),
      subscription: '11111111-1111-1111-1111-111111111111',
      customProperties: { workload: 'orders' },
    });
    expect(await post(stack, sample)).toMatchObject({ status: 200 });
    await stack.clock.advance(65_000);
    expect(warm.createdAt).toEqual([]);
  });

  test('that fired leads to the PUT of a container group within a second, and its end takes the groups away', async () => {
    const alert = fired(stack);
    expect(await millisecondsToCreate(warm, alert)).toBeLessThan(1000);
    await stack.clock.advance(120_000);
    expect(groups(stack)).toBe(2);
    expect(await resolve(stack)).toMatchObject({ status: 202 });
    await passUntil(stack, 'The groups are given back', 600, () => groups(stack) === 0);
    // Azure repeats a notification whose answer it missed, and keeps no order.
    expect(await post(stack, alert)).toMatchObject({ status: 202 });
    await stack.clock.advance(65_000);
    expect(warm.createdAt).toHaveLength(2);
  });

  test('that never resolves counts for half an hour', async () => {
    await post(stack, fired(stack));
    await stack.clock.advance(29 * 60_000);
    expect(groups(stack)).toBe(2);
    await passUntil(stack, 'The groups are given back', 600, () => groups(stack) === 0);
  });
});

describe('a metric alert for a workload without a queue', () => {
  let warm: Warm;

  beforeAll(async () => {
    warm = await warmStack({ env: { SPILLWAY_QUEUE: '' } });
  });
  afterAll(() => warm.stack.close());

  test('named by a custom property works alone', async () => {
    const { stack } = warm;
    expect(await millisecondsToCreate(warm, fired(stack, { workload: 'orders' }), '')).toBeLessThan(1000);
    await stack.clock.advance(120_000);
    expect(groups(stack)).toBe(2);
    expect(await resolve(stack)).toMatchObject({ status: 202 });
    await passUntil(stack, 'The groups are given back', 600, () => groups(stack) === 0);
  });
});
