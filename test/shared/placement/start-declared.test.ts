// Groups that were declared beforehand and are only started and stopped.

import { describe, expect, it } from 'vitest';
import { plan } from '../../../shared/controller/plan.ts';
import type { PlanOutput } from '../../../shared/controller/plan-types.ts';
import type { Closed } from '../../../shared/failover/trouble.ts';
import { TAGS } from '../../../shared/placement/tags.ts';
import type { Group, Usage } from '../../../shared/ports/container-groups.ts';
import { groupOf, inputOf, NOW, observationOf, showing, stateOf } from '../../support/observation-of.ts';
import { workloadOf } from '../../support/workload-of.ts';

const stopped = (ordinal: number, location: string): Group => groupOf(ordinal, { location, state: 'Stopped' });
const refused = (changes: Partial<Closed>): Closed => ({
  until: NOW + 60_000,
  failures: 2,
  code: 'ContainerGroupQuotaReached',
  cause: 'refused',
  ...changes,
});
const usage = (cores: number): Usage => ({
  location: 'westeurope',
  groups: { used: 3, limit: 10 },
  cores: { used: cores, limit: 10 },
});

/** A plan that wants three groups, with two declared in each region. */
function planned(closed: Record<string, Closed>, usages: Usage[] = []): PlanOutput {
  const groups = [1, 2].flatMap((each) => [stopped(2 * each - 1, 'westeurope'), stopped(2 * each, 'northeurope')]);
  const workload = workloadOf({ burst: { lifecycle: 'start-stop', minGroups: 3 } });
  return plan(
    inputOf({ workload, observation: observationOf({ ...showing(groups), usages }), state: stateOf({ closed }) }),
  );
}

const started = ({ actions }: PlanOutput): string[] =>
  actions.flatMap((action) => (action.kind === 'start-group' ? [action.name] : []));
const codes = ({ reasons }: PlanOutput): string[] => reasons.map(({ code }) => code);

describe('declared groups', () => {
  it('start in the order of their ordinals', () => {
    expect(started(planned({}))).toEqual(['g-1', 'g-2', 'g-3']);
  });

  it('are left alone in a region that refused a moment ago, and others start in their place', () => {
    const output = planned({ westeurope: refused({}) });
    expect(started(output)).toEqual(['g-2', 'g-4']);
    expect(codes(output)).toEqual(expect.arrayContaining(['location-closed', 'none-to-start']));
  });

  it('are tried one at a time when such a region is on trial', () => {
    const output = planned({ westeurope: refused({ until: NOW - 1, code: 'ServiceUnavailable', allowed: 1 }) });
    expect(started(output)).toEqual(['g-1', 'g-2', 'g-4']);
    expect(codes(output)).toContain('location-trial');
  });

  it('are not tried where quota was refused while it is used up, however long ago that was', () => {
    const long = refused({ until: NOW - 7_200_000 });
    const full = planned({ westeurope: long }, [usage(10)]);
    expect(started(full)).toEqual(['g-2', 'g-4']);
    expect(codes(full)).toContain('quota');
    expect(full.state.closed).toHaveProperty('westeurope');
    expect(started(planned({ westeurope: long }, [usage(9)]))).toContain('g-1');
  });

  it('are not held back by a quota for want of which nothing was refused', () => {
    expect(started(planned({}, [usage(10)]))).toEqual(['g-1', 'g-2', 'g-3']);
  });

  it('do not start a revision that Azure refused for good', () => {
    const failure = { class: 'permanent', code: 'InaccessibleImage', message: 'no such image' } as const;
    const workload = workloadOf({ burst: { lifecycle: 'start-stop', minGroups: 1 } });
    const output = plan(
      inputOf({
        workload,
        observation: observationOf(showing([stopped(1, 'westeurope')])),
        state: stateOf({ refusedRevision: { revision: workload.revision, failure } }),
      }),
    );
    expect(started(output)).toEqual([]);
    expect(codes(output)).toContain('revision-refused');
  });
});

describe('a group that serves and still carries the mark of a drain', () => {
  const marked = groupOf(1, {});
  marked.tags[TAGS.drain] = String(NOW - 300_000);
  const output = plan(
    inputOf({ workload: workloadOf({ burst: { minGroups: 1 } }), observation: observationOf(showing([marked])) }),
  );

  it('is not stopped for a drain of which it was told no more; the mark is taken off', () => {
    const { [TAGS.drain]: _, ...tags } = marked.tags;
    expect(output.actions).toEqual([{ kind: 'undrain-group', name: 'g-1', tags }]);
    expect(codes(output)).toContain('stray-mark');
  });
});
