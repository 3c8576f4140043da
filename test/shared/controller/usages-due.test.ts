import { expect, it } from 'vitest';
import type { PlannerState } from '../../../shared/controller/plan-types.ts';
import { usagesDue } from '../../../shared/controller/usages-due.ts';
import { NOW, stateOf } from '../../support/observation-of.ts';

const due = (changes: Partial<PlannerState>): boolean => usagesDue(stateOf({ usagesAt: NOW - 5_000, ...changes }), NOW);
const quota = (used: number) => [{ location: 'west', groups: { used, limit: 100 }, cores: { used: 1, limit: 100 } }];
const request = { name: 'g-1', ordinal: 1, location: 'west', at: NOW - 5_000, outcome: 'accepted' } as const;

it('quota is read when it was never read, each minute, and while something was created since', () => {
  expect([usagesDue(undefined, NOW), due({ usagesAt: NOW - 55_000 }), due({})]).toEqual([true, true, false]);
  expect(due({ inFlight: [{ ...request, kind: 'create' }] })).toBe(true);
  expect(due({ inFlight: [{ ...request, kind: 'start' }] })).toBe(false);
});

it('quota is read at each look while it tells how many stopped groups may stay', () => {
  const seen = { 'g-1': { health: 'stopped' as const, at: NOW, since: NOW } };
  expect([due({ seen, usages: quota(76) }), due({ seen, usages: quota(75) }), due({ usages: quota(76) })]).toEqual([
    true,
    false,
    false,
  ]);
});
