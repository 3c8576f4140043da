import { describe, expect, it } from 'vitest';
import type { ActionResult, PlannerState } from '../../../shared/controller/plan-types.ts';
import { plan } from '../../../shared/controller/plan.ts';
import { settle } from '../../../shared/controller/settle.ts';
import { admits } from '../../../shared/failover/breaker.ts';
import { sporadicRefusals } from '../../../shared/failover/sporadic.ts';
import type { Failure } from '../../../shared/ports/errors.ts';
import { inputOf, NOW, stateOf } from '../../support/observation-of.ts';

const full: Failure = { class: 'elsewhere', code: 'ServiceUnavailable', message: '' };
const throttled: Failure = { class: 'wait', code: 'TooManyRequests', message: '', retryAfterMs: 60_000 };

const create = (ordinal: number): ActionResult['action'] => ({
  kind: 'create-group',
  name: `g-${ordinal}`,
  ordinal,
  location: 'west',
  tags: {},
});

const answers = (good: number, ...failures: Failure[]): ActionResult[] => [
  ...Array.from({ length: good }, (_, n): ActionResult => ({ action: create(n), outcome: 'accepted' })),
  ...failures.map((failure, n): ActionResult => ({ action: create(good + n), outcome: 'failed', failure })),
];

const after = (state: PlannerState, now: number, good: number, ...failures: Failure[]): PlannerState =>
  settle(state, answers(good, ...failures), 'r1', now);

/** Seconds until the place may start everything again; Infinity while it is on trial for longer. */
const closedFor = (state: PlannerState, now: number): number =>
  [0, 5, 30, 60].find((seconds) => admits(state.closed['west'], now + seconds * 1000) === Infinity) ?? Infinity;

describe('a place that refuses', () => {
  it('one of twelve is asked again at the next look, one of three is left alone and then on trial', () => {
    expect(closedFor(after(stateOf(), NOW, 11, full), NOW)).toBe(5);
    expect(closedFor(after(stateOf(), NOW, 2, full), NOW)).toBe(Infinity);
  });

  it('one of three just after it took eleven of twelve is still one that refuses a few of many', () => {
    const before = after(stateOf(), NOW, 11, full);
    expect(closedFor(after(before, NOW + 5_000, 2, full), NOW + 5_000)).toBe(5);
  });

  it('one or two, alone, after it took many is asked again once, and then left alone', () => {
    const before = after(stateOf(), NOW, 30);
    const once = after(before, NOW + 300_000, 0, full, full);
    expect(closedFor(once, NOW + 300_000)).toBe(5);
    expect(closedFor(after(once, NOW + 305_000, 0, full), NOW + 305_000)).toBe(Infinity);
  });

  it('one of many and then the one that is asked again stays open, until it takes none a second time', () => {
    const before = after(after(stateOf(), NOW, 30), NOW + 5_000, 11, full);
    const again = after(before, NOW + 10_000, 0, full);
    expect(closedFor(again, NOW + 10_000)).toBe(5);
    expect(closedFor(after(again, NOW + 15_000, 0, full), NOW + 15_000)).toBe(Infinity);
    const between = after(again, NOW + 15_000, 6);
    expect(closedFor(after(between, NOW + 20_000, 0, full), NOW + 20_000)).toBe(5);
  });

  it('is judged by what it took before other evaluations, too', () => {
    const { state } = plan(inputOf({ state: after(stateOf(), NOW - 5_000, 30) }));
    expect(closedFor(after(state, NOW, 0, full), NOW)).toBe(5);
  });

  it('is judged by the last sixty groups or so', () => {
    const refused = Array.from({ length: 20 }, () => ({ place: 'west', refused: true }));
    const accepted = Array.from({ length: 30 }, () => ({ place: 'west', refused: false }));
    const isOdd = (times: number): boolean => {
      let { asked } = sporadicRefusals({}, refused, NOW);
      for (let time = 0; time < times; time++) ({ asked } = sporadicRefusals({ asked }, accepted, NOW));
      return sporadicRefusals({ asked }, refused.slice(0, 1), NOW).odd.has('west');
    };
    expect([0, 1, 2, 3].map(isOdd)).toEqual([false, false, false, true]);
  });

  it('everything at once is left alone, however much it took just before', () => {
    const before = after(stateOf(), NOW, 36, full);
    const refusals = Array.from({ length: 12 }, () => full);
    expect(closedFor(after(before, NOW + 5_000, 0, ...refusals), NOW + 5_000)).toBe(Infinity);
  });

  it('most of what it is asked for stays closed on trial, too', () => {
    const shut = after(stateOf(), NOW, 0, full, full, full);
    const tried = after(shut, NOW + 30_000, 1);
    expect(closedFor(after(tried, NOW + 35_000, 1, full), NOW + 35_000)).toBe(Infinity);
  });

  it('and throttles is left alone for as long as Azure asked', () => {
    expect(closedFor(after(stateOf(), NOW, 11, full, throttled), NOW)).toBe(60);
    expect(closedFor(after(stateOf(), NOW, 11, throttled, full), NOW)).toBe(60);
  });
});
