// The other ways for a replica to go: it is called, it cannot be told, or it ends by itself.

import { describe, expect, it } from 'vitest';
import { plan } from '../../../shared/controller/plan.ts';
import type { Drain } from '../../../shared/workload/workload.ts';
import { TAGS } from '../../../shared/placement/tags.ts';
import { groupOf, inputOf, NOW, observationOf, showing, stateOf } from '../../support/observation-of.ts';
import { scenario } from '../../support/scenario.ts';
import { workloadOf } from '../../support/workload-of.ts';

const HOOK: Drain = { http: { path: '/drain', port: 8080 } };

describe('replicas with a hook', () => {
  async function drainedBy(answer: (call: number) => 'idle' | 'busy' | 'unheard') {
    const story = scenario({ polls: false, scaling: { burst: { minGroups: 1 }, drain: HOOK } });
    await story.run(150);
    const calls: { ip: string; port: number; path: string }[] = [];
    story.context.ports.hooks = {
      drain: async ({ ip, port, path }) => {
        calls.push({ ip, port, path });
        return answer(calls.length);
      },
    };
    const [name = ''] = story.names();
    const group = await story.ports.containerGroups.get(name);
    const [workload] = story.context.workloads;
    if (workload) workload.scaling.burst.minGroups = 0;
    await story.run(200);
    const times = (kind: string) =>
      story.decisions.filter(({ results }) => results.some(({ action }) => action.kind === kind)).map(({ at }) => at);
    const seconds = ((times('stop-group')[0] ?? 0) - (times('drain-group')[0] ?? 0)) / 1000;
    return { calls, seconds, ip: group?.ip };
  }

  it('are called at their address until they are idle, and then stopped', async () => {
    const { calls, seconds, ip } = await drainedBy((call) => (call < 4 ? 'busy' : 'idle'));
    expect(ip).toBeDefined();
    expect(calls).toHaveLength(4);
    expect(calls[0]).toEqual({ ip, port: 8080, path: '/drain' });
    expect(seconds).toBe(20);
  });

  it('are called again when a call was not heard, and get the whole of their time', async () => {
    const { calls, seconds } = await drainedBy(() => 'unheard');
    expect(calls.length).toBeGreaterThan(10);
    expect(seconds).toBe(60);
  });
});

describe('replicas that cannot be told', () => {
  it('are stopped at the next evaluation, the newest first', async () => {
    const story = scenario({ scaling: { burst: { minGroups: 1 }, drain: 'none' } });
    await story.run(150);
    const [workload] = story.context.workloads;
    if (workload) workload.scaling.burst.minGroups = 2;
    await story.run(150);
    const oldest = story.names().find((name) => name.endsWith('-1'));
    const at = story.clock.now();
    if (workload) workload.scaling.burst.minGroups = 1;
    await story.run(120);
    expect(story.names()).toEqual([oldest]);
    expect(story.reasons('draining', at)).toEqual([]);
    expect(story.reasons('retire', at)[0]).toContain('its work may be redelivered');
  });
});

describe('one-shot replicas', () => {
  const once = { ...workloadOf(), spec: { ...workloadOf().spec, restartPolicy: 'Never' as const } };
  const wanted: [number, number][] = Array.from({ length: 30 }, (_, index) => [NOW - 150_000 + index * 5_000, 0]);
  /** The queue has been empty for a minute, and that is believed. */
  const empty = { samples: [[NOW - 5_000, 0, 2] as [number, number, number]], zeroSince: NOW - 60_000 };
  const ran = (ordinal: number, state: string, exitCode: number) =>
    groupOf(ordinal, { state, containers: [{ name: 'main', state: 'Terminated', exitCode, restartCount: 0 }] });
  const planned = (groups: ReturnType<typeof groupOf>[], minGroups = 0) => {
    const serving = Object.fromEntries(
      groups.map(({ name }) => [name, { health: 'serving' as const, at: NOW, since: NOW - 600_000 }]),
    );
    const workload = { ...once, scaling: workloadOf({ burst: { minGroups } }).scaling };
    return plan(
      inputOf({
        workload,
        observation: observationOf(showing(groups)),
        state: stateOf({ ...empty, wanted, seen: serving }),
      }),
    );
  };

  it('are never drained: scaling in means that the next one is not started', () => {
    const { actions, reasons } = planned([groupOf(1), groupOf(2)]);
    expect(actions).toEqual([]);
    expect(reasons).toContainEqual(expect.objectContaining({ code: 'one-shot', values: { count: 2 } }));
  });

  it('are stopped by no limit on money either', () => {
    const workload = { ...once, scaling: workloadOf({ limits: { spendUsdPerHour: 0 } }).scaling };
    const observation = observationOf(showing([groupOf(1)]));
    expect(plan(inputOf({ workload, observation, state: stateOf({ wanted }) })).actions).toEqual([]);
  });

  it('that ended are deleted, and followed by the next while more are wanted', () => {
    const ended = ran(1, 'Succeeded', 0);
    const seen = { 'g-1': { health: 'ended' as const, at: NOW, since: NOW - 30_000 } };
    const workload = { ...once, scaling: workloadOf({ burst: { minGroups: 1 } }).scaling };
    const observation = observationOf(showing([ended]));
    const { actions } = plan(inputOf({ workload, observation, state: stateOf({ ...empty, wanted, seen }) }));
    expect(actions.map(({ kind }) => kind)).toEqual(['create-group', 'delete-group']);
  });

  it('that serve on are the ones a spike is counted with', () => {
    expect(planned([groupOf(1), groupOf(2)], 2).actions).toEqual([]);
    expect(TAGS.drain in (planned([groupOf(1)]).actions[0] ?? {})).toBe(false);
  });
});
