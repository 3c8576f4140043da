import { describe, expect, it } from 'vitest';
import { takeHint } from '../../../shared/controller/take-hint.ts';
import { scenario } from '../../support/scenario.ts';

const { context } = scenario({ scaling: { signals: [{ name: 'visitors', hint: {} }] } });
const now = context.ports.clock.now();
const after = (minutes: number): string => new Date(now + minutes * 60_000).toISOString();
const send = (body: unknown) => takeHint(context, 'orders', typeof body === 'string' ? body : JSON.stringify(body));

describe('a hint', () => {
  it('is taken, and the answer says what is expected: of a signal in its own unit', async () => {
    expect(await send({ load: 50, at: after(5) })).toMatchObject({
      status: 202,
      message: `orders expects 50 messages a second from ${after(5)} to ${after(35)}.`,
    });
    expect(await send({ load: 50, signal: 'visitors' })).toMatchObject({
      message: `orders expects 50 of visitors from ${after(0)} to ${after(30)}.`,
    });
  });

  it('is told all that is wrong with it at once, with what is allowed and what was probably meant', async () => {
    const body = { lod: 5, unit: 'replica', at: after(-70), minutes: 2000, signal: 'visitor', id: '' };
    expect(await send(body)).toMatchObject({
      status: 400,
      problems: [
        'body.unit is not one of the allowed values (found: replica). Allowed: messages-per-second, replicas. Did you mean replicas?',
        `body.at is more than an hour ago (found: ${after(-70)}). Allowed: a time such as 2026-11-27T18:00:00Z, from an hour ago to 31 days ahead.`,
        'body.minutes is above 1440 (found: 2000). Allowed: a number above 0, at most 1440.',
        'body.signal takes no hints (found: visitor). Allowed: visitors. Did you mean visitors?',
        'body.id is empty (found: nothing). Allowed: text of 1 to 100 characters.',
        'body.lod is not a member of it. Allowed: load, unit, at, minutes, signal, id. Did you mean load?',
      ],
    });
  });

  it.each([
    ['text that is no JSON', 'load=5', 'the body is not JSON'],
    ['a list', [], 'body is not a map'],
    ['a load in quotes', { load: '50' }, 'body.load is not a number (found: "50")'],
    ['a time without a zone', { load: 5, at: '2026-11-27T18:00:00' }, 'body.at is not a time'],
    ['a time far ahead', { load: 5, at: after(32 * 24 * 60) }, 'body.at is more than 31 days ahead'],
    [
      'of a signal with a unit of another',
      { load: 5, signal: 'visitors', unit: 'replicas' },
      'body.unit does nothing beside signal, which has a unit of its own',
    ],
    ['a time that is over, whatever else is wrong', { at: after(-40) }, 'body.at is over already'],
    ['a body that is too long', JSON.stringify({ load: 5, id: 'x'.repeat(10_000) }), 'the body is longer than 10000'],
  ])('cannot be %s', async (_, body, message) => {
    expect(await send(body)).toMatchObject({ status: 400, error: expect.stringContaining(message) as string });
  });
});
