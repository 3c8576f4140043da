import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlannerState, Seen } from '../../../shared/controller/plan-types.ts';
import { addressesBeside, atLength, seenIn, shorten } from '../../../shared/health/short-seen.ts';
import { stateOf } from '../../support/observation-of.ts';

const AT = 1_800_000_000_000;
const TIMES = { observedAt: AT + 1_000_500, bornAt: AT - 900_300 };

const time = fc.integer({ min: 0, max: 2_000_000 }).map((seconds) => AT + seconds * 1000);
const one: fc.Arbitrary<Seen> = fc.record(
  {
    health: fc.constantFrom('serving', 'starting', 'failed', 'unready'),
    at: time,
    since: time,
    state: fc.constantFrom('silent', 'pulling'),
    stateSince: time,
    probe: fc.record(
      {
        ip: fc.constant('10.0.0.4'),
        ready: fc.boolean(),
        fails: fc.nat(1),
        last: fc.constantFrom('unhealthy', 'unreachable'),
      },
      { requiredKeys: ['ready', 'fails'] },
    ),
  },
  { requiredKeys: ['health', 'at', 'since'] },
);
const name = fc.oneof(
  fc.nat(2000).map((ordinal) => `sw-orders-westeurope-0a1b2c3d-${ordinal}`),
  fc.constantFrom('declared', 'declared-a', 'declared-01', '-7', 'a--1', 'a-1e3', 'a-99999999999999999999'),
);

describe('what was last seen of replicas', () => {
  it('comes back from its short form as it was, whatever the names', () => {
    fc.assert(
      fc.property(fc.dictionary(name, one), (seen) => {
        const replicas = JSON.parse(JSON.stringify(shorten(seen, TIMES))) as ReturnType<typeof shorten>;
        expect(seenIn(stateOf({ ...TIMES, replicas }))).toEqual(seen);
      }),
    );
  });

  it('is two times alone for a replica that serves', () => {
    const seen: Record<string, Seen> = { 'sw-orders-1': { health: 'serving', at: AT + 999, since: AT } };
    expect(shorten(seen, TIMES)).toEqual({ 'sw-orders': { '1': [1000, 901] } });
  });

  it('is two times and an address for one that answers its probe well', () => {
    const probe = { ip: '10.0.0.4', ready: true, fails: 0 };
    expect(shorten({ 'a-1': { health: 'serving', at: AT + 999, since: AT, probe } }, TIMES)).toEqual({
      a: { '1': [1000, 901, '10.0.0.4'] },
    });
  });

  it('comes back with who is published and where, from the short form and from one of before it', () => {
    fc.assert(
      fc.property(
        fc.dictionary(name, one),
        fc.dictionary(name, fc.constantFrom('10.0.0.4', '::1')),
        (seen, addresses) => {
          const before = { addresses, leaving: { 'g-1': { since: AT } } };
          const stored = (replicas: ReturnType<typeof shorten>, discovery: PlannerState['discovery']) =>
            atLength(JSON.parse(JSON.stringify(stateOf({ ...TIMES, replicas, discovery }))) as PlannerState);
          const short = stored(shorten(seen, TIMES, addresses), addressesBeside(before, seen));
          expect([short.seen, short.discovery]).toEqual([seen, before]);
          expect(stored({}, before).discovery).toEqual(before);
        },
      ),
    );
    expect(addressesBeside(undefined, {})).toBeUndefined();
  });

  it('tells one that answers well and is not published from one that is', () => {
    const probe = { ip: '10.0.0.4', ready: true, fails: 0 };
    const seen: Record<string, Seen> = { 'a-1': { health: 'serving', at: AT + 999, since: AT, probe } };
    expect(shorten(seen, TIMES, { 'a-1': '10.0.0.4' })).toEqual({ a: { '1': [1000, 901, '10.0.0.4'] } });
    expect(shorten(seen, TIMES, {})).toEqual({ a: { '1': [1000, 901, { probe }] } });
  });

  it('is read from a state of before the short form, too', () => {
    const seen: Record<string, Seen> = { 'g-1': { health: 'serving', at: AT, since: AT } };
    expect(seenIn(stateOf({ seen }))).toEqual(seen);
    expect(atLength(stateOf({ seen })).seen).toEqual(seen);
    expect(atLength(undefined)).toBeUndefined();
  });
});
