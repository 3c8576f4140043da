// Stopped groups that are kept to start again while creates are scarce.

import { describe, expect, it } from 'vitest';
import type { Action, PlannerState, PlanOutput } from '../../../shared/controller/plan-types.ts';
import { plan } from '../../../shared/controller/plan.ts';
import { hangsOnQuota } from '../../../shared/placement/kept.ts';
import { TAGS } from '../../../shared/placement/tags.ts';
import type { Group, Usage } from '../../../shared/ports/container-groups.ts';
import type { Scaling } from '../../../shared/workload/workload.ts';
import { groupOf, inputOf, NOW, observationOf, showing, stateOf } from '../../support/observation-of.ts';
import { POOL, standbyPool } from '../../support/standby-pools.ts';
import { workloadOf } from '../../support/workload-of.ts';

const [scarce, plenty] = [220, 230];
const stopped = (ordinal: number, changes: Partial<Group> = {}): Group =>
  groupOf(ordinal, { location: 'westeurope', state: 'Stopped', ...changes });

interface Case {
  /** Groups wanted, and creates left of this hour and of these five minutes. */
  wanted: number;
  left?: number;
  leftNow?: number;
  groups?: Group[];
  burst?: Partial<Scaling['burst']>;
  usages?: Usage[];
  state?: Partial<PlannerState>;
  /** Groups that are ready in a standby pool of the place. */
  ready?: number;
}

const queue = { status: 'read' as const, value: { active: 3, deadLetter: 0, scheduled: 0 }, at: NOW };

/** Two groups that stopped a minute ago, unless said otherwise. */
function planned(one: Case) {
  const { wanted, left = scarce, leftNow, groups = [stopped(1), stopped(2)], burst, usages = [], state, ready } = one;
  const offerings = [{ location: 'westeurope', standbyPool }];
  const placement = ready === undefined ? undefined : { apart: [], replicasPerGroup: 1, sizes: [], offerings };
  const workload = workloadOf({ burst: { minGroups: wanted, locations: ['westeurope'], ...burst }, placement });
  const pool = { status: 'read' as const, value: { running: ready ?? 0 }, at: NOW };
  const seen = Object.fromEntries(
    groups.map(({ name }) => [name, { health: 'stopped' as const, since: NOW - 60_000, at: NOW - 60_000 }]),
  );
  const budgets = { 'create westeurope': { at: NOW, perHour: left, per5Minutes: leftNow } };
  return plan(
    inputOf({
      workload,
      observation: observationOf({ ...showing(groups), usages, queue, standbyPools: { [POOL]: pool } }),
      state: stateOf({ seen, budgets, wanted: [[NOW - 60_000, 0]], ...state }),
    }),
  );
}

const named = ({ actions }: PlanOutput, kind: Action['kind']): string[] =>
  actions.flatMap((action) => (action.kind === kind && 'name' in action ? [action.name] : []));
const codes = ({ reasons }: PlanOutput): string[] => reasons.map(({ code }) => code);

describe('a group that was drained and stopped', () => {
  it('is deleted while creates are plentiful', () => {
    expect(named(planned({ wanted: 0, left: plenty }), 'delete-group')).toEqual(['g-1', 'g-2']);
  });

  it('is kept without its mark while less than three quarters of the creates of an hour are left', () => {
    const marked = stopped(1, { tags: { ...stopped(1).tags, [TAGS.drain]: String(NOW - 90_000) } });
    const output = planned({ wanted: 0, groups: [marked, stopped(2)], state: { drains: { 'g-1': NOW - 90_000 } } });
    expect(named(output, 'delete-group')).toEqual([]);
    expect(output.actions).toEqual([{ kind: 'undrain-group', name: 'g-1', tags: stopped(1).tags }]);
    expect(output.state.drains).toEqual({});
    expect(codes(output)).toContain('kept-stopped');
  });

  it('is kept for the next minutes after more than half of the creates of five minutes, which a second jump may need', () => {
    expect(named(planned({ wanted: 0, left: plenty, leftNow: 49 }), 'delete-group')).toEqual([]);
    expect(named(planned({ wanted: 0, left: plenty, leftNow: 51 }), 'delete-group')).toEqual(['g-1', 'g-2']);
  });

  it('starts again where a group is wanted, and only what is missing beyond that is created', () => {
    const output = planned({ wanted: 3 });
    expect(named(output, 'start-group')).toEqual(['g-1', 'g-2']);
    expect(named(output, 'create-group')).toHaveLength(1);
    expect(named(planned({ wanted: 1 }), 'start-group')).toHaveLength(1);
  });

  it('starts although the last create of the hour is used up', () => {
    const output = planned({ wanted: 3, left: 0 });
    expect(named(output, 'start-group')).toEqual(['g-1', 'g-2']);
    expect(named(output, 'create-group')).toEqual([]);
    expect(codes(output)).toContain('quota');
  });

  it('waits for ten seconds, because Azure refuses the next operation on it until then', () => {
    const seen = { 'g-1': { health: 'stopped' as const, since: NOW - 5_000, at: NOW - 5_000 } };
    const output = planned({ wanted: 1, groups: [stopped(1)], state: { seen } });
    expect(named(output, 'start-group')).toEqual([]);
    expect(named(output, 'create-group')).toHaveLength(1);
  });

  it('is left alone in a region that refused groups a moment ago', () => {
    const until = NOW + 60_000;
    const closed = { westeurope: { until, failures: 2, code: 'ServiceUnavailable', cause: 'refused' as const } };
    expect(named(planned({ wanted: 1, state: { closed } }), 'start-group')).toEqual([]);
  });

  it('is deleted all the same when it is of an earlier revision, stands where none may be, or the quota is nearly used up', () => {
    const old = stopped(1, { tags: { ...stopped(1).tags, [TAGS.revision]: 'old' } });
    expect(named(planned({ wanted: 0, groups: [old] }), 'delete-group')).toEqual(['g-1']);
    const elsewhere = stopped(1, { location: 'northeurope' });
    expect(named(planned({ wanted: 0, groups: [elsewhere] }), 'delete-group')).toEqual(['g-1']);
    const usages = [{ location: 'westeurope', groups: { used: 80, limit: 100 }, cores: { used: 1, limit: 100 } }];
    expect(named(planned({ wanted: 0, usages }), 'delete-group')).toEqual(['g-1', 'g-2']);
  });

  it('goes, those that stopped first, until a quarter of the quota is free, however many deletes that takes', () => {
    const usages = [{ location: 'westeurope', groups: { used: 76, limit: 100 }, cores: { used: 1, limit: 100 } }];
    expect(named(planned({ wanted: 0, usages }), 'delete-group')).toEqual(['g-1']);
    const what = { kind: 'delete' as const, outcome: 'accepted' as const, at: NOW - 5_000, location: 'westeurope' };
    const state = { inFlight: [{ ...what, name: 'g-1', ordinal: 1 }] };
    expect(named(planned({ wanted: 0, usages, state }), 'delete-group')).toEqual([]);
  });

  it('makes the quota be read anew where it tells how many may stay, and only there', () => {
    const withUsed = (used: number, health: 'stopped' | 'serving') =>
      hangsOnQuota(
        stateOf({
          usages: [{ location: 'westeurope', groups: { used, limit: 100 }, cores: { used: 1, limit: 100 } }],
          seen: { 'g-1': { health, at: NOW, since: NOW } },
        }),
      );
    expect([withUsed(76, 'stopped'), withUsed(75, 'stopped'), withUsed(76, 'serving')]).toEqual([true, false, false]);
    expect(hangsOnQuota(undefined)).toBe(false);
  });

  it('is kept where a standby pool has none left, and what is ready there comes before it', () => {
    const pooled = { ...stopped(1).tags, [TAGS.offering]: 'westeurope/pool-warm' };
    const groups = [stopped(1, { tags: pooled }), stopped(2, { tags: pooled })];
    expect(named(planned({ wanted: 0, ready: 0, groups }), 'delete-group')).toEqual([]);
    const output = planned({ wanted: 2, ready: 1, groups });
    expect(named(output, 'create-group')).toHaveLength(1);
    expect(named(output, 'start-group')).toEqual(['g-2']);
    expect(named(planned({ wanted: 2, ready: 1, groups, left: 0 }), 'start-group')).toHaveLength(2);
  });

  it('that was ready in a standby pool once loses the tag that says so, because it will start as others do', () => {
    const tags = { ...stopped(1).tags, [TAGS.offering]: 'westeurope/pool-warm' };
    const group = stopped(1, { tags: { ...tags, [TAGS.ready]: 'true' } });
    expect(planned({ wanted: 0, ready: 0, groups: [group] }).actions).toEqual([
      { kind: 'undrain-group', name: 'g-1', tags },
    ]);
    expect(named(planned({ wanted: 1, ready: 0, groups: [group] }), 'start-group')).toEqual([]);
  });
});
