import { describe, expect, it } from 'vitest';
import { plan } from '../../../shared/controller/plan.ts';
import { drainDone, replicasPoll } from '../../../shared/failover/drain-done.ts';
import { withoutGap } from '../../../shared/failover/drain-gap.ts';
import type { Beat } from '../../../shared/ports/stores.ts';
import type { Drain } from '../../../shared/workload/workload.ts';
import { groupOf, inputOf, NOW, observationOf, showing, stateOf } from '../../support/observation-of.ts';
import { workloadOf } from '../../support/workload-of.ts';

const SINCE = NOW - 10_000;
const HOOK: Drain = { http: { path: '/drain', port: 8080 } };

const beat = (busy: boolean, told?: number) => ({ replica: 'g-1', busy, at: NOW, ...(told !== undefined && { told }) });
const done = (drain: Drain | undefined, last: ReturnType<typeof beat> | undefined, takesPart = true, since = SINCE) =>
  drainDone({ drain, drainTimeoutSeconds: 60 }, last, since, takesPart, NOW);

describe('a drain', () => {
  it.each<[string, boolean, boolean]>([
    ['is done when the replica said that it is idle, told of this drain', done(undefined, beat(false, SINCE)), true],
    ['is not done while the replica is busy', done('poll', beat(true, SINCE)), false],
    ['is not done by an idle replica that was not told: it takes work', done('poll', beat(false)), false],
    ['is not done by one that was told of an earlier drain', done('poll', beat(false, SINCE - 1)), false],
    ['waits for a replica that has not polled yet, where others do', done('poll', undefined), false],
    ['is done where no replica ever polled', done('poll', undefined, false), true],
    ['with a hook is done when the replica answered that it is idle', done(HOOK, beat(false, SINCE)), true],
    ['with a hook waits for a replica that does not answer', done(HOOK, undefined, false), false],
    ['of what cannot be told is done at once', done('none', beat(true, SINCE)), true],
    ['ends with its time, busy or not', done('poll', beat(true, SINCE), true, NOW - 60_000), true],
    ['does not end before its time', done('poll', beat(true, SINCE), true, NOW - 59_999), false],
  ])('%s', (_, found, wanted) => {
    expect(found).toBe(wanted);
  });
});

it('a replica that restarted since it said that it is idle is waited for until it says so again', () => {
  const seen = { 'g-1': { health: 'serving' as const, at: NOW - 10_000, since: NOW - 3_600_000 } };
  const drains = { 'g-1': NOW - 20_000 };
  const state = stateOf({ seen, drains, wanted: [[NOW - 100_000, 0]], listed: true, heard: true });
  const workload = workloadOf({ drainTimeoutSeconds: 3600 });
  const queue = { status: 'read', value: { active: 1, deadLetter: 0, scheduled: 0 }, at: NOW } as const;
  const group = groupOf(1, { containers: [{ name: 'main', state: 'Running', restartCount: 1, since: NOW - 5_000 }] });
  const planned = (at: number) => {
    const beats: Beat[] = [{ replica: 'g-1', busy: false, at, told: NOW - 20_000 }];
    return plan(inputOf({ workload, observation: observationOf({ queue, ...showing([group]), beats }), state }));
  };
  expect(planned(NOW - 8_000).actions).toEqual([]);
  expect(planned(NOW - 1_000).actions).toMatchObject([{ kind: 'stop-group' }]);
});

describe('replicas that nothing is stored of', () => {
  const silent = { observation: observationOf({ beats: [] }), now: NOW };

  it('may poll when what was stored is lost, until they had the time to be heard again', () => {
    expect(replicasPoll({ ...silent, state: undefined })).toBe(true);
    expect(replicasPoll({ ...silent, state: stateOf({ bornAt: NOW - 59_000 }) })).toBe(true);
  });

  it('are waited for when they were ever heard, though all that they said is lost', () => {
    const group = groupOf(1);
    const told: Beat[] = [{ replica: 'g-1', busy: true, at: NOW, told: NOW - 20_000 }];
    const seen = { 'g-1': { health: 'serving' as const, at: NOW - 10_000, since: NOW - 3_600_000 } };
    const before = stateOf({ seen, drains: { 'g-1': NOW - 20_000 }, wanted: [[NOW - 100_000, 0]], listed: true });
    const workload = workloadOf({ drainTimeoutSeconds: 3600 });
    const queue = { status: 'read', value: { active: 1, deadLetter: 0, scheduled: 0 }, at: NOW } as const;
    const planned = (beats: Beat[], state: typeof before) =>
      plan(inputOf({ workload, observation: observationOf({ queue, ...showing([group]), beats }), state }));
    expect(planned([], before).actions).toMatchObject([{ kind: 'stop-group' }]);
    const { state: heard } = planned(told, before);
    expect(planned([], { ...heard, observedAt: NOW - 5_000 }).actions).toEqual([]);
  });

  it('take no part after that', () => {
    expect(replicasPoll(inputOf({ ...silent, state: stateOf({ bornAt: NOW - 60_000 }) }))).toBe(false);
  });
});

describe('a drain over a gap between evaluations', () => {
  const GAP = 100_000;
  const marked = NOW - GAP;
  const begun = (key: string, told?: number, gap = GAP, drainTimeoutSeconds = 60): number | undefined => {
    const beats: Beat[] = [{ replica: '1', busy: true, at: NOW - gap, ...(told !== undefined && { told }) }];
    const state = stateOf({ observedAt: NOW - gap, drains: { [key]: NOW - gap } });
    const workload = workloadOf({ drainTimeoutSeconds });
    return withoutGap(inputOf({ workload, observation: observationOf({ beats }), state })).state?.drains[key];
  };

  it.each<[string, number | undefined, number]>([
    ['counts a quarter of its time-out where the replica was not told', begun('1'), NOW - 15_000],
    ['so does that of a machine', begun('instance:1'), NOW - 15_000],
    ['and that of one who was told of an earlier drain', begun('1', marked - 1), NOW - 15_000],
    ['counts whole for a replica that was told', begun('1', marked), marked],
    ['and for a machine that was', begun('instance:1', marked), marked],
    ['counts whole when it is as short as between any two', begun('1', undefined, 10_000, 20), NOW - 10_000],
    ['is no gap before the mark', begun('1', undefined, 10_001, 20), NOW - 10_000],
  ])('%s', (_, found, wanted) => {
    expect(found).toBe(wanted);
  });

  it.each<Drain>(['poll', HOOK])('does not end while its replica could not be told (%o)', (drain) => {
    const group = groupOf(1);
    const seen = { 'g-1': { health: 'serving' as const, at: marked, since: NOW - 3_600_000 } };
    const beats: Beat[] = [{ replica: 'g-1', busy: true, at: marked - 5_000 }];
    const state = stateOf({ seen, observedAt: marked, drains: { 'g-1': marked }, wanted: [[marked, 0]], listed: true });
    const observation = observationOf({ ...showing([group]), beats });
    const { actions, state: next } = plan(inputOf({ workload: workloadOf({ drain }), observation, state }));
    expect(actions).toEqual([]);
    expect(next.drains).toEqual({ 'g-1': NOW - 15_000 });
  });

  it('leaves one that called shortly before the time to call once more', () => {
    const heard = (at: number): number | undefined => {
      const state = stateOf({ observedAt: marked + 15_000, drains: { 'g-1': marked } });
      const workload = workloadOf({ drainTimeoutSeconds: 30 });
      const observation = observationOf({ beats: [{ replica: 'g-1', busy: true, at }] });
      return withoutGap(inputOf({ workload, observation, state })).state?.drains['g-1'];
    };
    expect(heard(marked - 5_000)).toBe(NOW - 10_000);
    expect(heard(marked - 60_000)).toBe(NOW - 25_000);
  });

  it('ends at last for a replica that never calls, when no evaluation comes but once a minute or an hour', () => {
    for (const gap of [75_000, 3_600_000]) {
      let state = stateOf({ observedAt: NOW, drains: { 'g-1': NOW } });
      let now = NOW;
      const elapsed = (): number => now - (state.drains['g-1'] ?? now);
      for (let evaluation = 0; evaluation < 4; evaluation++) {
        now += gap;
        const { drains } = withoutGap(inputOf({ state, now })).state ?? state;
        state = stateOf({ observedAt: now, drains });
      }
      expect(elapsed()).toBe(60_000);
    }
  });
});
