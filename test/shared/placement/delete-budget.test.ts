import { expect, it } from 'vitest';
import type { Action } from '../../../shared/controller/plan-types.ts';
import type { BurstGroup } from '../../../shared/health/fleet.ts';
import { withinDeleteBudget } from '../../../shared/placement/delete-budget.ts';
import { inputOf, NOW, stateOf } from '../../support/observation-of.ts';
import { workloadOf } from '../../support/workload-of.ts';

const revision = workloadOf().revision;
const group = (name: string, health: BurstGroup['health'], own = true) =>
  ({ name, health, revision: own ? revision : 'ffffffff', location: 'west' }) as BurstGroup;
const remove = (name: string): Action => ({ kind: 'delete-group', name, ordinal: 1, location: 'west' });
const stop: Action = { kind: 'stop-group', name: 's', ordinal: 2, location: 'west' };

const groups = [group('stopped', 'stopped'), group('old', 'stopped', false), group('failed', 'failed')];
const actions = [...groups.map(({ name }) => remove(name)), stop];
const deleted = (list: Action[]) => list.flatMap((each) => (each.kind === 'delete-group' ? [each.name] : []));

it('what may bill is deleted first, then orphans, then stopped groups, as far as the budget goes', () => {
  for (const [left, expected] of [
    [1, ['failed']],
    [2, ['failed', 'old']],
    [3, ['failed', 'old', 'stopped']],
  ] as const) {
    const state = stateOf({ budgets: { 'delete west': { per5Minutes: left, at: NOW } } });
    const within = withinDeleteBudget(actions, groups, inputOf({ state }));
    expect(deleted(within.actions)).toEqual(expected);
    expect(within.actions).toContain(stop);
    expect(within.reasons.map(({ values }) => values['waiting'])).toEqual(left === 3 ? [] : [3 - left]);
  }
});

it('without any report of the budget all are tried', () => {
  expect(deleted(withinDeleteBudget(actions, groups, inputOf()).actions)).toHaveLength(3);
});
