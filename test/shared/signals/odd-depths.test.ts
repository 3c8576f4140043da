// Whatever the workload's own queue says or fails to say, nothing is taken away on it, nothing breaks, and a reason is
// given that a person can read.

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Observation, PlanInput, PlannerState } from '../../../shared/controller/plan-types.ts';
import { plan } from '../../../shared/controller/plan.ts';
import { sentence } from '../../../shared/telemetry/reasons.ts';
import { groupOf, inputOf, NOW, observationOf, showing, stateOf } from '../../support/observation-of.ts';
import { workloadOf } from '../../support/workload-of.ts';

type Queue = Observation['queue'];

const read = (active: number, at = NOW - 1000): Queue => {
  return { status: 'read', value: { active, deadLetter: 0, scheduled: 0 }, at };
};

/** Six groups serve, and for minutes one was wanted: only the reading decides whether five may go. */
function sixGroups(queue: Queue, state: Partial<PlannerState> = {}): PlanInput {
  const groups = [1, 2, 3, 4, 5, 6].map((ordinal) => groupOf(ordinal));
  const ages = [600, 300, 150, 120, 90, 60, 30, 10];
  return inputOf({
    workload: workloadOf({ base: { mode: 'none', scaleSet: undefined } }),
    observation: observationOf({ queue, base: undefined, ...showing(groups) }),
    state: stateOf({
      wanted: ages.map((age) => [NOW - age * 1000, 1]),
      samples: [[NOW - 10_000, 1, 6]],
      flow: ages.map((age) => [NOW - age * 1000, 1, 600 - age]),
      ...state,
    }),
  });
}

const REMOVES = new Set(['drain-group', 'stop-group', 'delete-group', 'shrink-base']);
const removals = (input: PlanInput): string[] =>
  plan(input).actions.flatMap(({ kind }) => (REMOVES.has(kind) ? [kind] : []));

describe('a depth of the own queue', () => {
  it('that is good and low does take groups away', () => {
    expect(removals(sixGroups(read(1))).length).toBeGreaterThan(0);
  });

  const missing: fc.Arbitrary<Queue> = fc.constantFrom<Queue>(
    undefined,
    { status: 'failed', failure: { class: 'wait', code: 'ServerBusy', message: 'no' } },
    { status: 'failed', failure: { class: 'permanent', code: 'QueueNotFound', message: 'no' } },
    { status: 'read', value: undefined as never, at: NOW },
  );
  const absurd = fc
    .constantFrom(Number.NaN, Infinity, -Infinity, -1, -1e300, 1e13, Number.MAX_VALUE)
    .map((active) => read(active));
  const misdated = fc
    .tuple(
      fc.integer({ min: 0, max: 20 }),
      fc.constantFrom(NOW - 61_000, NOW - 3_600_000, 0, -1, NOW + 61_000, NOW + 1e9, Number.NaN, Infinity),
    )
    .map(([active, at]) => read(active, at));
  const contradictory = fc.constantFrom(read(0, NOW - 10_000), read(1, NOW - 11_000), read(0, NOW - 30_000));
  const sudden = fc.constantFrom(read(0), read(-0));

  it.each([
    ['missing', missing, /could not be read freshly/],
    ['absurd', absurd, /no number|below zero|beyond belief/],
    ['stale, of a time to come or of none', misdated, /too old|of a time to come|no number/],
    ['contradictory', contradictory, /older than the one before|of one moment differ/],
    ['suddenly zero', sudden, /reads 0 messages/],
  ])('that is %s takes nothing away, and the reason says why', (_, odd, why) => {
    const samples = fc.constantFrom<PlannerState['samples']>([[NOW - 10_000, 5, 6]], [[NOW - 10_000, 300, 6]]);
    fc.assert(
      fc.property(odd, samples, (queue, samples) => {
        const input = sixGroups(queue, { samples });
        expect(removals(input)).toEqual([]);
        const { reasons, state } = plan(input);
        const text = reasons.map(sentence).join('\n');
        expect(text).toMatch(why);
        expect(text).toMatch(/Nothing is scaled in/);
        expect(text).not.toMatch(/NaN|undefined|\{\w+\}/);
        expect(JSON.stringify(state)).not.toMatch(/null,|NaN/);
      }),
      { numRuns: 60 },
    );
  });

  it('whatever a sequence of them is, a plan comes of each, and none of the odd ones takes anything away', () => {
    const any = fc.oneof(missing, absurd, misdated, contradictory, sudden);
    fc.assert(
      fc.property(fc.array(any, { minLength: 1, maxLength: 12 }), (queues) => {
        let input = sixGroups(read(1));
        for (const [index, queue] of queues.entries()) {
          const later = { ...sixGroups(queue), state: input.state, now: NOW + index };
          expect(removals(later)).toEqual([]);
          input = { ...later, state: { ...plan(later).state, wanted: input.state?.wanted ?? [] } };
        }
      }),
      { numRuns: 60 },
    );
  });
});
