import { describe, expect, it } from 'vitest';
import { plan } from '../../../shared/controller/plan.ts';
import type { PlanInput } from '../../../shared/controller/plan-types.ts';
import { TAGS } from '../../../shared/placement/tags.ts';
import { planBase, viewBase } from '../../../shared/placement/base.ts';
import { baseReserve, rollBase } from '../../../shared/rollout/base.ts';
import { canariesOf, planRollout } from '../../../shared/rollout/plan-rollout.ts';
import { firstRecord, type RolloutRecord } from '../../../shared/rollout/record.ts';
import type { Instance, ScaleSet } from '../../../shared/ports/scale-sets.ts';
import { inputOf, NOW, observationOf, scaleSetOf } from '../../support/observation-of.ts';
import { workloadOf } from '../../support/workload-of.ts';

const OLD = workloadOf().revision;
const NEW = 'ffff0001';

/** Instances by id with the revision that each carries as its tag. */
const setOf = (revisions: Record<string, string>, model: string, changes: Partial<ScaleSet> = {}): ScaleSet => {
  const set = scaleSetOf(...Object.keys(revisions));
  const instances = set.instances.map((instance): Instance => ({
    ...instance,
    tags: { [TAGS.revision]: revisions[instance.id] ?? '' },
  }));
  return { ...set, instances, tags: { team: 'shop', [TAGS.revision]: model }, ...changes };
};

/** The same with one instance that does not serve. */
const sick = (set: ScaleSet, id: string): ScaleSet => ({
  ...set,
  instances: set.instances.map((instance) =>
    Object.assign({}, instance, instance.id === id && { health: 'unhealthy' }),
  ),
});

const record = (changes: Partial<RolloutRecord> = {}): RolloutRecord => ({
  ...firstRecord(workloadOf()),
  proven: true,
  specs: { [OLD]: workloadOf().spec, [NEW]: { ...workloadOf().spec, image: 'contoso.azurecr.io/orders:2' } },
  ...changes,
});
const underway = (step: number): RolloutRecord =>
  record({ underway: { revision: NEW, startedAt: NOW, step, stepAt: NOW, crashes: 0, restarts: {} } });
/** The last step: all replicas are to run the new revision. */
const LAST = underway(1);

const input = (rollout = {}, burst = {}): PlanInput =>
  inputOf({ workload: workloadOf({ base: { mode: 'manage' }, rollout, burst }) });

const roll = (set: ScaleSet, spare: number, changes: Partial<Parameters<typeof rollBase>[2]> = {}, drains = {}) =>
  rollBase(input(), set, { record: LAST, spare, ...changes }, drains, {});

describe('a scale set in the last step of a rollout', () => {
  it('is told by its model first what new instances run, and keeps its other tags', () => {
    const { actions, holdsGrowth } = roll(setOf({ '0': OLD, '1': OLD }, OLD), 8) ?? {};
    expect(actions).toMatchObject([
      { kind: 'tag-base', tags: { team: 'shop', [TAGS.revision]: NEW, [TAGS.image]: 'contoso.azurecr.io/orders:2' } },
    ]);
    expect(holdsGrowth).toBe(true);
  });

  it('gets an instance on top while none can be spared', () => {
    expect(roll(setOf({ '0': OLD, '1': OLD }, NEW), 3)?.actions).toMatchObject([{ kind: 'grow-base', capacity: 3 }]);
  });

  it('drains as many old instances as the others can serve without', () => {
    const all = setOf({ '0': OLD, '1': OLD, '2': OLD, '9': NEW }, NEW);
    expect(Object.keys(roll(all, 3)?.drains ?? {})).toEqual([]);
    expect(Object.keys(roll(all, 4)?.drains ?? {})).toEqual(['instance:0']);
    expect(Object.keys(roll(all, 9)?.drains ?? {})).toEqual(['instance:0', 'instance:1']);
  });

  it('drains an old instance that does not serve although none can be spared', () => {
    const set = sick(setOf({ '0': OLD, '1': OLD }, NEW), '0');
    expect(Object.keys(roll(set, 0)?.drains ?? {})).toEqual(['instance:0']);
  });

  it('drains no old instance that serves while one of the new revision does not, whatever burst serves', () => {
    const set = sick(setOf({ '0': OLD, '1': OLD, '9': NEW }, NEW), '9');
    expect(roll(set, 8)?.drains).toEqual({});
    const back = record({ quarantine: [{ revision: OLD, at: NOW, why: 'it crashed' }], good: NEW });
    expect(Object.keys(roll(set, 4, { record: back })?.drains ?? {})).toEqual(['instance:0']);
  });

  it('gets no more on top than the surge while one of those does not serve, nor while an old one drains', () => {
    const three = setOf({ '0': OLD, '1': OLD, '9': NEW }, NEW);
    expect(roll(three, 0)?.actions).toMatchObject([{ kind: 'grow-base', capacity: 4 }]);
    const unready = roll(sick(three, '9'), 0);
    expect(unready?.actions).toEqual([]);
    expect(unready?.reasons).toMatchObject([{ values: { why: '1 instance of it does not serve yet' } }]);
    const observation = observationOf({ beats: [{ replica: '0', busy: true, at: NOW }] });
    const busy = rollBase({ ...input(), observation }, three, { record: LAST, spare: 0 }, { 'instance:0': NOW }, {});
    expect(busy).toMatchObject({ actions: [], reasons: [{ values: { why: 'an instance drains' } }] });
  });

  it('never gets more than its maximum', () => {
    const all = (count: number) =>
      setOf(Object.fromEntries(Array.from({ length: count }, (_, id) => [String(id), OLD])), NEW);
    expect(roll(all(5), 0)?.actions).toMatchObject([{ kind: 'grow-base', capacity: 6 }]);
    expect(roll(all(6), 0)).toMatchObject({ actions: [], reasons: [{ code: 'rollout-base-wait' }] });
  });

  it('lets one whose maintenance is due work until others serve in its place', () => {
    const set = setOf({ '0': OLD, '1': OLD }, NEW);
    const [first, ...others] = set.instances;
    const due = {
      ...set,
      instances: [...(first ? [{ ...first, maintenance: { from: NOW + 60_000 } }] : []), ...others],
    };
    expect(Object.keys(roll(due, -1)?.drains ?? {})).toEqual([]);
    expect(Object.keys(roll(due, 0)?.drains ?? {})).toEqual(['instance:0']);
  });

  it('deletes an old instance by its id when it is drained, and no other', () => {
    const drains = { 'instance:1': NOW - 600_000 };
    expect(roll(setOf({ '0': OLD, '1': OLD, '9': NEW }, NEW), 0, {}, drains)?.actions).toMatchObject([
      { kind: 'shrink-base', instances: ['1'] },
    ]);
  });

  it('forgets a drain when the rollout turned round', () => {
    const set = setOf({ '0': OLD, '9': NEW }, OLD);
    const drains = { 'instance:0': NOW - 1000 };
    expect(Object.keys(roll(set, 0, { record: record() }, drains)?.drains ?? {})).toEqual([]);
  });

  it('needs nothing when all its instances run what they should', () => {
    expect(roll(setOf({ '0': NEW, '1': NEW }, NEW), 0)).toBeUndefined();
  });

  it('waits and says so when none may run on top and none be missing', () => {
    const held = rollBase(input({ maxSurgePercent: 0 }), setOf({ '0': OLD }, NEW), { record: LAST, spare: 0 }, {}, {});
    expect(held?.actions).toEqual([]);
    expect(held?.reasons).toMatchObject([{ code: 'rollout-base-wait' }]);
  });

  it('reserves one instance for burst to carry when it is as large as it may be', () => {
    const full = setOf(Object.fromEntries(['0', '1', '2', '3', '4', '5'].map((id) => [id, OLD])), NEW);
    expect(baseReserve(input(), full, LAST, 0)).toBe(4);
    expect(baseReserve(input(), setOf({ '0': OLD, '1': OLD }, NEW), LAST, 0)).toBe(0);
    expect(baseReserve(input(), setOf({ '0': OLD, '1': OLD }, NEW), LAST, 5)).toBe(4);
  });
});

describe('a canary', () => {
  const alone = (set: ScaleSet) =>
    rollBase(input({}, { maxGroups: 0 }), set, { record: underway(0), spare: 0 }, {}, {});

  it('of a workload without container groups is one instance on top, which the model makes', () => {
    const two = { '0': OLD, '1': OLD };
    expect(alone(setOf(two, OLD))?.actions).toMatchObject([{ kind: 'tag-base', tags: { [TAGS.revision]: NEW } }]);
    expect(alone(setOf(two, NEW))?.actions).toMatchObject([{ kind: 'grow-base', capacity: 3 }]);
  });

  it('there takes no old instance away, and once it is made the model says the good revision again', () => {
    const made = alone(setOf({ '0': OLD, '1': OLD, '9': NEW }, NEW));
    expect(made?.actions).toMatchObject([{ kind: 'tag-base', tags: { [TAGS.revision]: OLD } }]);
    expect(made?.drains).toEqual({});
    expect(alone(setOf({ '0': OLD, '1': OLD, '9': NEW }, OLD))).toBeUndefined();
  });

  it('of a workload with container groups leaves the scale set alone', () => {
    const set = setOf({ '0': OLD, '1': OLD }, OLD);
    expect(rollBase(input(), set, { record: underway(0), spare: 8 }, {}, {})).toBeUndefined();
  });

  it('stays on top while it is watched, also while paused, and others go where there are too many', () => {
    const workload = workloadOf({ base: { mode: 'manage', minInstances: 0 }, burst: { maxGroups: 0 } });
    const gone = (revisions: Record<string, string>, instances: number, rollout = underway(0)): string[] => {
      const set = setOf(revisions, OLD);
      const base = { status: 'read', value: set, at: NOW } as const;
      const observation = observationOf({ base, rollout: { status: 'read', value: rollout, at: NOW } });
      const given = inputOf({ workload: { ...workload, revision: NEW }, observation });
      const planned = planRollout(given, [], { crashes: {} }, { groups: 0, most: 0 }, 4, {});
      const canaries = canariesOf(given, planned);
      return Object.keys(planBase(given, viewBase(given, {}), { instances, canaries, covered: true }, {}, {}).drains);
    };
    // The newest would go first, and it is the canary.
    const three = { '0': OLD, '1': OLD, '9': NEW };
    expect(gone(three, 2)).toEqual([]);
    expect(gone(three, 2, { ...underway(0), paused: { at: NOW, author: 'ops' } })).toEqual([]);
    expect(gone(three, 1)).toHaveLength(1);
    expect(gone(three, 0)).not.toContain('instance:9');
  });

  it('gets the room of an instance that is one too many where no further one may run', () => {
    const full = setOf(Object.fromEntries(['0', '1', '2', '3', '4', '5'].map((id) => [id, OLD])), NEW);
    const observation = observationOf({ base: { status: 'read', value: full, at: NOW } });
    const given = { ...input({}, { maxGroups: 0 }), observation };
    const steered = (instances: number) =>
      planBase(
        given,
        viewBase(given, {}),
        { instances, canaries: [], covered: true },
        {},
        {},
        { record: underway(0), spare: 4 },
      );
    expect(steered(6)).toMatchObject({ drains: {}, reasons: [{ code: 'rollout-base-wait' }] });
    expect(Object.keys(steered(5).drains)).toHaveLength(1);
    expect(steered(5).reasons).toMatchObject([{ code: 'rollout-base-wait' }, { code: 'base-shrink' }]);
  });

  it('that was rolled back leaves with its instance', () => {
    const back = record({ quarantine: [{ revision: NEW, at: NOW, why: 'it crashed' }] });
    const set = setOf({ '0': OLD, '1': OLD, '9': NEW }, OLD);
    const rolled = rollBase(input({}, { maxGroups: 0 }), set, { record: back, spare: 4 }, {}, {});
    expect(Object.keys(rolled?.drains ?? {})).toEqual(['instance:9']);
  });
});

it('while instances alone are replaced the plan says how many replicas must serve, and not when all are of one revision', () => {
  const neededOf = (revisions: Record<string, string>): number | undefined => {
    const base = { status: 'read', value: setOf(revisions, NEW), at: NOW } as const;
    const observation = observationOf({ base, rollout: { status: 'read', value: LAST, at: NOW } });
    const workload = { ...workloadOf({ base: { mode: 'manage', minInstances: 2 } }), revision: NEW };
    return plan(inputOf({ workload, observation })).figures.needed;
  };
  expect(neededOf({ '0': OLD, '1': NEW })).toBe(8);
  expect(neededOf({ '0': NEW, '1': NEW })).toBeUndefined();
});
