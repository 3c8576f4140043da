// Whoever knows of a load to come says so over HTTP: the capacity is there before the load, not before it is needed, and
// goes when the hint is over.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startStack, type Stack } from '../../tools/local/stack.ts';
import { ask, passUntil } from '../support/operate.ts';

describe('a hint', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack({ seed: 1, env: { SPILLWAY_BASE_MODE: 'observe' } });
    await stack.clock.advance(65_000);
  });
  afterAll(() => stack.close());

  const groups = (): number => stack.azure.model.groups.all().length;
  const running = (): number => stack.azure.model.groups.all().filter((group) => group.state === 'Running').length;

  test.each([
    ['is no JSON', 'orders', '{', 400, /the body/],
    ['names an unknown workload', 'oders', {}, 404, /Did you mean orders\?/],
    ['has a misspelt field', 'orders', { laod: 3 }, 400, /Did you mean load/],
    ['was over long ago', 'orders', { load: 3, at: '2020-01-01T00:00:00Z' }, 400, /more than an hour ago/],
    ['is for a signal that is not declared', 'orders', { load: 3, signal: 'visitors' }, 400, /takes no hints/],
    ['is less than nothing', 'orders', { load: -1 }, 400, /load/],
  ])('that %s is refused with the reason', async (_, workload, body, status, error) => {
    const answer = await ask(stack, 'POST', `signals/${workload}`, body);
    expect(answer).toMatchObject({ status, body: { error: expect.stringMatching(error) } });
  });

  test('raises capacity before the time it names, and it goes when the hint is over', async () => {
    const at = stack.clock.now() + 10 * 60_000;
    // Two machines serve eight.
    const hint = { load: 14, unit: 'replicas', at: new Date(at).toISOString(), minutes: 5 };
    expect(await ask(stack, 'POST', 'signals/orders', hint)).toMatchObject({ status: 202 });
    await stack.clock.advance(5 * 60_000);
    expect(groups()).toBe(0);
    await passUntil(stack, 'Six groups run', 295, () => running() === 6);
    expect(stack.clock.now()).toBeLessThan(at);
    const { body } = await ask(stack, 'GET', 'status/orders');
    expect(JSON.stringify(body)).toContain('expects 14 replicas');
    await stack.clock.advanceTo(at + 4 * 60_000);
    expect(running()).toBe(6);
    await passUntil(stack, 'The groups are given back', 600, () => groups() === 0);
  });
});
