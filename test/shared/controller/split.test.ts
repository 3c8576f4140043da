import { expect, it } from 'vitest';
import type { PlannerState } from '../../../shared/controller/plan-types.ts';
import { plan } from '../../../shared/controller/plan.ts';
import { groupOf, inputOf, NOW, observationOf, scaleSetOf, stateOf } from '../../support/observation-of.ts';
import { workloadOf } from '../../support/workload-of.ts';

const STEP_MS = 10_000;

it('no machine is bought for replicas that stay only because they are there', () => {
  // A machine of two replicas is cheaper than two groups and dearer than one. Two of the four are busy all the time: three
  // would do, and with a machine in place of both groups only three would stay.
  const workload = workloadOf({
    target: { messagesPerSecondPerReplica: 0.7 },
    base: { mode: 'manage', replicasPerInstance: 2, usdPerInstanceHour: 0.096 },
  });
  const groups = [0, 1].map((ordinal) => groupOf(ordinal));
  let state: PlannerState = stateOf();
  const wanted: number[] = [];
  const regrets: (number | undefined)[] = [];
  for (let step = 1; step <= 180; step++) {
    const now = NOW + step * STEP_MS;
    const observation = observationOf({
      startedAt: now,
      queue: { status: 'read', value: { active: 2, deadLetter: 0, scheduled: 0 }, at: now },
      groups: { status: 'read', value: groups, at: now },
      base: { status: 'read', value: scaleSetOf('0'), at: now },
      ledger: { status: 'read', value: null, at: now },
      minutesAt: now,
      usagesAt: now,
    });
    const decision = plan(inputOf({ workload, observation, state, now }));
    ({ state } = decision);
    wanted.push(decision.figures.wanted);
    regrets.push(state.split?.regrets[1]);
  }
  expect(new Set(wanted)).toEqual(new Set([4]));
  expect(Math.max(...regrets.slice(90).map((regret) => regret ?? NaN))).toBe(0);
});
