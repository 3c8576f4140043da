import { describe, expect, it } from 'vitest';
import type { PlanInput, PlannerState } from '../../../shared/controller/plan-types.ts';
import { planBase, viewBase } from '../../../shared/placement/base.ts';
import { inputOf, NOW, observationOf, scaleSetOf, stateOf } from '../../support/observation-of.ts';
import { SCALE_SET, workloadOf } from '../../support/workload-of.ts';

const managed = workloadOf({ base: { mode: 'manage' } });

const withSet = (changes: object, ...ids: string[]): PlanInput =>
  inputOf({
    workload: managed,
    observation: observationOf({ base: { status: 'read', value: { ...scaleSetOf(...ids), ...changes }, at: NOW } }),
  });

const planned = (input: PlanInput, instances: number, drains: PlannerState['drains'] = {}, covered = true) =>
  planBase(input, viewBase(input, drains), { instances, canaries: [], covered }, drains, {});

describe('the scale set', () => {
  it('grows to what the split says, guarded by its version', () => {
    expect(planned(withSet({}, '0', '1'), 4).actions).toEqual([
      { kind: 'grow-base', scaleSet: SCALE_SET, capacity: 4, etag: '"1"' },
    ]);
  });

  it('is left alone while it changes, and says so', () => {
    const { actions, reasons } = planned(withSet({ provisioningState: 'Updating' }, '0', '1'), 4);
    expect(actions).toEqual([]);
    expect(reasons).toMatchObject([{ code: 'base-busy' }]);
  });

  it('is never changed when it is only observed', () => {
    const input = { ...withSet({}, '0', '1'), workload: workloadOf() };
    expect(planned(input, 4)).toMatchObject({ actions: [], reasons: [{ code: 'base-observed' }] });
  });

  it('drains no machine any more once it is not ours to change; unread or busy it waits', () => {
    const drains = { 'instance:1': NOW - 30_000 };
    const input = withSet({}, '0', '1');
    const kept = (changes: Partial<PlanInput>, observed: Partial<PlanInput['observation']> = {}) => {
      const observation = { ...input.observation, ...changes.observation, ...observed };
      return planned({ ...input, ...changes, observation }, 2, drains).drains;
    };
    expect(kept({ workload: workloadOf({ base: { mode: 'observe' } }) })).toEqual({});
    expect(kept({ workload: workloadOf({ base: { mode: 'none' } }) }, { base: undefined })).toEqual({});
    expect(kept({}, { autoscale: { names: ['theirs'], at: NOW } })).toEqual({});
    expect(kept({}, { base: { status: 'failed', failure: { class: 'wait', code: 'Busy', message: '' } } })).toBe(
      drains,
    );
    expect(kept(withSet({ provisioningState: 'Updating' }, '0', '1'))).toBe(drains);
  });

  it('drains the newest machines first and deletes them at a later evaluation', () => {
    const input = withSet({}, '0', '1', '2', '3');
    const machines = input.observation.base?.status === 'read' ? input.observation.base.value.instances : [];
    for (const [index, machine] of machines.entries()) machine.createdAt = NOW - 1_000_000 + index;
    const first = planned(input, 2);
    expect(first.actions).toEqual([]);
    expect(first.drains).toEqual({ 'instance:3': NOW, 'instance:2': NOW });
    const later = planned({ ...input, now: NOW + 1 }, 2, first.drains);
    expect(later.actions).toEqual([{ kind: 'shrink-base', scaleSet: SCALE_SET, instances: ['2', '3'] }]);
  });

  it('does not shrink before others serve what it does, and says so', () => {
    const { drains, reasons } = planned(withSet({}, '0', '1', '2'), 1, {}, false);
    expect([drains, reasons[0]?.code]).toEqual([{}, 'base-kept']);
  });

  it('is not shrunk while nothing may be taken away, and takes drains back', () => {
    const input = withSet({}, '0', '1', '2');
    const drained = { 'instance:2': NOW - 3_600_000 };
    const shrink = (hold: { in?: string }) =>
      planBase(input, viewBase(input, drained), { instances: 2, canaries: [], covered: true }, drained, hold);
    expect(shrink({}).actions).toMatchObject([{ kind: 'shrink-base', instances: ['2'] }]);
    expect(shrink({ in: 'paused' })).toEqual({ actions: [], drains: {}, reasons: [] });
  });

  it('takes a drain back when the load came back', () => {
    const { actions, drains } = planned(withSet({}, '0', '1', '2'), 3, { 'instance:2': NOW - 30_000 });
    expect([actions, drains]).toEqual([[], {}]);
  });
});

describe('what the scale set serves', () => {
  const unread = observationOf({
    base: { status: 'failed', failure: { class: 'wait', code: 'TooManyRequests', message: '' } },
  });
  const knownSince = (at: number) => stateOf({ base: { serving: 8, instances: 2, at } });

  it('leaves out machines that drain or do not run', () => {
    const input = withSet({}, '0', '1', '2');
    const machines = input.observation.base?.status === 'read' ? input.observation.base.value.instances : [];
    if (machines[0]) machines[0].power = 'deallocated';
    expect(viewBase(input, { 'instance:1': NOW }).serving).toBe(4);
  });

  it('is what was last read when a reading fails', () => {
    expect(viewBase(inputOf({ observation: unread, state: knownSince(NOW - 30_000) }), {}).serving).toBe(8);
  });

  it('is nothing when it could not be read for long', () => {
    expect(viewBase(inputOf({ observation: unread, state: knownSince(NOW - 61_000) }), {}).serving).toBe(0);
  });
});
