// What holds for every plan, whatever was read and whatever the last evaluation left.

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { InFlight, Observation, PlanInput, PlannerState } from '../../../shared/controller/plan-types.ts';
import { plan } from '../../../shared/controller/plan.ts';
import { fleet } from '../../../shared/health/fleet.ts';
import { mayBill } from '../../../shared/health/group-health.ts';
import { TAGS } from '../../../shared/placement/tags.ts';
import { sentence } from '../../../shared/telemetry/reasons.ts';
import {
  groupOf,
  inputOf,
  NOW,
  observationOf,
  requestOf,
  scaleSetOf,
  showing,
  stateOf,
} from '../../support/observation-of.ts';
import { workloadOf } from '../../support/workload-of.ts';

const REMOVING = new Set(['drain-group', 'stop-group', 'delete-group', 'shrink-base']);
const STARTING = new Set(['create-group', 'start-group']);

const odd = fc.oneof(
  fc.nat({ max: 5_000 }),
  fc.constantFrom(Number.NaN, -1, -1e9, Number.POSITIVE_INFINITY, Number.MAX_VALUE, 0.5),
);
const failed = fc.constant({
  status: 'failed' as const,
  failure: { class: 'wait' as const, code: 'ServerBusy', message: 'try later' },
});
const recently = fc.integer({ min: NOW - 120_000, max: NOW });

const queueReading: fc.Arbitrary<Observation['queue']> = fc.oneof(
  fc.record({
    status: fc.constant('read' as const),
    value: odd.map((active) => ({ active, deadLetter: 0, scheduled: 0 })),
    at: recently,
  }),
  failed,
);

const groups = fc
  .array(
    fc.record({
      provisioningState: fc.constantFrom('Succeeded', 'Creating', 'Failed', 'Deleting', 'Repairing', 'Stopped'),
      state: fc.constantFrom('Running', 'Stopped', 'Pending', 'Failed', 'Succeeded', undefined),
      draining: fc.boolean(),
      looked: fc.boolean(),
    }),
    { maxLength: 12 },
  )
  .map((shapes): Pick<Observation, 'groups' | 'looks'> => {
    const all = shapes.map(({ provisioningState, state, draining }, index) => {
      const group = groupOf(index + 1, { provisioningState, state });
      return draining ? { ...group, tags: { ...group.tags, [TAGS.drain]: String(NOW - 30_000) } } : group;
    });
    const shown = showing(all);
    const looks = Object.entries(shown.looks).filter((_, index) => shapes[index]?.looked);
    return { groups: shown.groups, looks: Object.fromEntries(looks) };
  });

const base: fc.Arbitrary<Observation['base']> = fc.oneof(
  fc.integer({ min: 0, max: 6 }).map((count) => ({
    status: 'read' as const,
    value: scaleSetOf(...Array.from({ length: count }, (_, index) => String(index))),
    at: NOW,
  })),
  failed,
  fc.constant(undefined),
);

const observation: fc.Arbitrary<Observation> = fc
  .record({ queue: queueReading, shown: groups, base, used: odd, limit: odd, listFails: fc.boolean() })
  .map(({ queue, shown, base, used, limit, listFails }) =>
    observationOf({
      queue,
      ...shown,
      ...(listFails && {
        groups: { status: 'failed', failure: { class: 'wait', code: 'ServerBusy', message: 'try later' } },
      }),
      base,
      usages: [{ location: 'westeurope', groups: { used, limit }, cores: { used: 0, limit: 100 } }],
    }),
  );

const inFlight: fc.Arbitrary<InFlight> = fc
  .record({
    kind: fc.constantFrom<InFlight['kind']>('create', 'start', 'stop', 'delete'),
    ordinal: fc.integer({ min: 1, max: 15 }),
    outcome: fc.constantFrom<InFlight['outcome']>('claimed', 'accepted', 'unknown'),
  })
  .map(({ kind, ordinal, outcome }) => requestOf(kind, ordinal, { outcome }));

const state: fc.Arbitrary<PlannerState | undefined> = fc.option(
  fc
    .record({
      samples: fc.array(fc.tuple(recently, fc.nat({ max: 5_000 }), fc.nat({ max: 60 })), { maxLength: 10 }),
      wanted: fc.array(fc.tuple(recently, fc.nat({ max: 80 })), { maxLength: 20 }),
      inFlight: fc.uniqueArray(inFlight, { maxLength: 5, selector: ({ ordinal }) => ordinal }),
      arrivalRate: fc.option(fc.double({ min: 0, max: 500, noNaN: true }), { nil: undefined }),
    })
    .map(({ samples, wanted, ...rest }) =>
      stateOf({
        ...rest,
        samples: samples.toSorted((a, b) => a[0] - b[0]),
        wanted: wanted.toSorted((a, b) => a[0] - b[0]),
      }),
    ),
  { nil: undefined },
);

const input: fc.Arbitrary<PlanInput> = fc
  .record({
    observation,
    state,
    mode: fc.constantFrom('observe' as const, 'manage' as const),
    lifecycle: fc.constantFrom('create-delete' as const, 'start-stop' as const),
  })
  .map(({ mode, lifecycle, ...rest }) =>
    inputOf({ ...rest, workload: workloadOf({ base: { mode }, burst: { lifecycle, maxGroups: 20 } }) }),
  );

/** Ordinals of groups that are listed or asked for. */
function taken({ observation, state }: PlanInput): Set<number> {
  const listed = observation.groups.status === 'read' ? observation.groups.value.map(({ name }) => name) : [];
  const asked = (state?.inFlight ?? []).map(({ name }) => name);
  return new Set([...listed, ...asked].map((name) => Number(name.split('-').at(-1))));
}

describe('every plan', () => {
  it('is the same for the same input, byte for byte, and changes nothing of it', () => {
    fc.assert(
      fc.property(input, (given) => {
        const before = structuredClone(given);
        const first = JSON.stringify(plan(given));
        expect(given).toEqual(before);
        expect(JSON.stringify(plan(structuredClone(given)))).toBe(first);
      }),
    );
  });

  it('throws on no reading, and every reason is a whole sentence', () => {
    fc.assert(
      fc.property(input, (given) => {
        for (const each of plan(given).reasons) expect(sentence(each)).not.toMatch(/\{\w+\}|NaN|undefined/);
      }),
    );
  });

  it('scales nothing in on a reading that failed, is stale or is no number', () => {
    const bad = fc.oneof(
      failed,
      fc.constant({ status: 'read' as const, value: { active: 0, deadLetter: 0, scheduled: 0 }, at: NOW - 61_000 }),
      fc.constant({ status: 'read' as const, value: { active: Number.NaN, deadLetter: 0, scheduled: 0 }, at: NOW }),
    );
    fc.assert(
      fc.property(input, bad, (given, queue) => {
        const { actions } = plan({ ...given, observation: { ...given.observation, queue } });
        // What is broken serves nobody, so that taking it away is no scaling in.
        const serving = new Set(
          Object.values(given.observation.looks).flatMap(({ value }) =>
            value?.state === 'Running' && value.provisioningState === 'Succeeded' ? [value.name] : [],
          ),
        );
        const removed = actions.filter(({ kind }) => REMOVING.has(kind));
        expect(removed.filter((action) => !('name' in action) || serving.has(action.name))).toEqual([]);
      }),
    );
  });

  it('starts nothing beyond the maximum and a quarter, counting what may run or bill already', () => {
    fc.assert(
      fc.property(input, (given) => {
        const started = plan(given).actions.flatMap((each) =>
          STARTING.has(each.kind) && 'name' in each ? [each.name] : [],
        );
        const { groups } = fleet(given.observation, given.state, given.now);
        const billing = groups.filter((group) => mayBill(group.health)).length;
        expect(started.length).toBeLessThanOrEqual(Math.max(0, 25 - billing));
      }),
    );
  });

  it('acts on no group twice and creates under no name or ordinal that is taken', () => {
    fc.assert(
      fc.property(input, (given) => {
        const { actions } = plan(given);
        const acted = actions.flatMap((action) =>
          'name' in action && action.kind !== 'undrain-group' ? [action.name] : [],
        );
        expect(new Set(acted).size).toBe(acted.length);
        const created = actions.flatMap((action) => (action.kind === 'create-group' ? [action.ordinal] : []));
        expect(created.filter((ordinal) => taken(given).has(ordinal))).toEqual([]);
      }),
    );
  });

  it('never grows and shrinks the scale set at once, and makes no more changes than allowed', () => {
    fc.assert(
      fc.property(input, fc.integer({ min: 1, max: 10 }), (given, changesPerEvaluation) => {
        const { workload } = given;
        const limits = { ...workload.scaling.limits, changesPerEvaluation };
        const { actions } = plan({ ...given, workload: { ...workload, scaling: { ...workload.scaling, limits } } });
        const kinds = new Set(actions.map(({ kind }) => kind));
        expect(kinds.has('grow-base') && kinds.has('shrink-base')).toBe(false);
        expect(actions.length).toBeLessThanOrEqual(changesPerEvaluation);
      }),
    );
  });
});

describe('a plan', () => {
  const reading = (active: number) => ({
    status: 'read' as const,
    value: { active, deadLetter: 0, scheduled: 0 },
    at: NOW,
  });

  it('claims every request before it is sent', () => {
    const { actions, state } = plan(inputOf({ observation: observationOf({ queue: reading(900) }), state: stateOf() }));
    expect(actions.length).toBeGreaterThan(0);
    expect(state.inFlight.map(({ name, outcome }) => [name, outcome])).toEqual(
      actions.map((action) => ['name' in action ? action.name : '', 'claimed']),
    );
  });

  it('looks again on a beat of ten seconds, so that an evaluation between two looks begins no chain of its own', () => {
    const grid = Math.ceil(NOW / 10_000) * 10_000;
    const nextAt = (now: number) =>
      plan(inputOf({ observation: observationOf({ queue: reading(1), ...showing([groupOf(0)]) }), now })).nextAt;
    expect([grid + 40, grid + 3_000, grid + 9_940].map(nextAt)).toEqual([grid + 10_000, grid + 10_000, grid + 20_000]);
  });

  it('that is only for show claims nothing', () => {
    const workload = workloadOf({ mode: 'dry-run' });
    const output = plan(inputOf({ workload, observation: observationOf({ queue: reading(900) }) }));
    expect(output.actions.length).toBeGreaterThan(0);
    expect(output.state.inFlight).toEqual([]);
  });

  it('lets those that drained serve again when nothing is to be changed any more', () => {
    for (const mode of ['off', 'dry-run'] as const) {
      const workload = workloadOf({ mode, base: { mode: 'manage' } });
      const state = stateOf({ drains: { 'g-1': NOW - 5_000, 'instance:1': NOW - 5_000 } });
      const observation = observationOf(showing([groupOf(1)]));
      expect(plan(inputOf({ workload, observation, state })).state.drains).toEqual({});
    }
  });

  it('starts nothing while accounts are unreadable, and takes nothing away for it', () => {
    const ledger = { status: 'failed', failure: { class: 'wait', code: 'ServerBusy', message: '' } } as const;
    const observed = observationOf({ queue: reading(900), ledger, ...showing([groupOf(1)]) });
    expect(plan(inputOf({ observation: observed }))).toMatchObject({
      actions: [],
      reasons: expect.arrayContaining([expect.objectContaining({ code: 'spend-unknown' })]),
    });
  });

  it('starts nothing before it has seen once what runs, however often it has looked', () => {
    const groups = { status: 'failed', failure: { class: 'wait', code: 'ServerBusy', message: '' } } as const;
    const started = (listed?: true) =>
      plan(inputOf({ observation: observationOf({ queue: reading(900), groups }), state: stateOf({ listed }) }))
        .actions;
    expect(started()).toEqual([]);
    expect(started(true)).not.toEqual([]);
  });

  it('does not repeat what Azure refused for good, until the workload changes', () => {
    const failure = { class: 'permanent', code: 'InaccessibleImage', message: 'no such image' } as const;
    const refused = (revision: string) =>
      plan(
        inputOf({
          observation: observationOf({ queue: reading(900) }),
          state: stateOf({ refusedRevision: { revision, failure } }),
        }),
      );
    expect(refused(workloadOf().revision).actions).toEqual([]);
    expect(refused('ffffffff').actions.length).toBeGreaterThan(0);
  });
});
