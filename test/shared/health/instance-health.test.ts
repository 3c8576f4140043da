import { describe, expect, it } from 'vitest';
import { instanceServes, instanceState, notServing } from '../../../shared/health/instance-health.ts';
import { plan } from '../../../shared/controller/plan.ts';
import type { Instance } from '../../../shared/ports/scale-sets.ts';
import { sentence } from '../../../shared/telemetry/reasons.ts';
import { inputOf, NOW, observationOf, scaleSetOf } from '../../support/observation-of.ts';
import { workloadOf } from '../../support/workload-of.ts';

const instance = (changes: Partial<Instance>): Instance => ({
  id: '0',
  provisioning: 'succeeded',
  power: 'running',
  health: 'none',
  ...changes,
});

describe('an instance of the scale set', () => {
  it.each<[string, Partial<Instance>]>([
    ['serving', {}],
    ['serving', { health: 'healthy' }],
    ['starting', { provisioning: 'creating', power: 'unknown' }],
    ['starting', { power: 'starting' }],
    ['starting', { health: 'initializing' }],
    ['unhealthy', { health: 'unhealthy' }],
    ['unhealthy', { health: 'unknown' }],
    ['evicted', { power: 'deallocated' }],
    ['stopped', { power: 'stopped' }],
    ['failed', { provisioning: 'failed' }],
    ['updating', { provisioning: 'updating' }],
    ['deleting', { provisioning: 'deleting' }],
    ['unknown', { power: 'unknown' }],
    ['unknown', { health: 'dreaming' }],
    ['unknown', { provisioning: 'migrating' }],
    ['maintenance', { maintenance: { from: NOW + 5 * 60_000, to: NOW + 20 * 60_000 } }],
    ['maintenance', { maintenance: { from: NOW - 60_000 } }],
    ['serving', { maintenance: { from: NOW + 6 * 60_000, to: NOW + 20 * 60_000 } }],
    ['serving', { maintenance: { from: NOW - 60 * 60_000, to: NOW } }],
    ['evicted', { power: 'deallocated', maintenance: { from: NOW } }],
  ])('is %s: %o', (state, changes) => {
    expect(instanceState(instance(changes), NOW)).toBe(state);
    expect(instanceServes(instance(changes), NOW)).toBe(state === 'serving');
  });

  it('that does not serve is named by what it does', () => {
    const set = {
      ...scaleSetOf('0'),
      instances: [{}, { power: 'deallocated' }, { power: 'deallocated' }].map(instance),
    };
    expect(notServing(set, NOW)).toBe('2 evicted');
    expect(notServing(scaleSetOf('0', '1'), NOW)).toBeUndefined();
  });
});

describe('machines that are lost', () => {
  it.each([
    ['evicted', { power: 'deallocated' }],
    ['failed', { provisioning: 'failed' }],
    ['unhealthy', { health: 'unhealthy' }],
    ['updating', { provisioning: 'updating' }],
    ['maintenance', { maintenance: { from: NOW + 60_000 } }],
  ])('because they are %s are covered by burst in the evaluation that sees it', (word, changes) => {
    const set = scaleSetOf('0', '1');
    set.instances[1] = { ...set.instances[1], ...instance({ id: '1', ...changes }) };
    const workload = workloadOf({ queue: undefined, logQuery: { workspaceId: 'w', query: 'q' } });
    const logDemand = { status: 'read' as const, value: 10, at: NOW };
    const actions = (value: typeof set) =>
      plan(
        inputOf({
          workload,
          observation: observationOf({ queue: undefined, logDemand, base: { status: 'read', value, at: NOW } }),
        }),
      );
    const creates = (output: ReturnType<typeof plan>): number =>
      output.actions.filter(({ kind }) => kind === 'create-group').length;
    const [whole, lost] = [actions(scaleSetOf('0', '1')), actions(set)];
    expect(creates(lost)).toBe(creates(whole) + 4);
    expect(lost.reasons.map(sentence).join(' ')).toContain(`1 ${word}`);
  });
});
