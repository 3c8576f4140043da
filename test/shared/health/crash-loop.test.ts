import { describe, expect, it } from 'vitest';
import { crashRoom, imageRefusal, watchCrashes } from '../../../shared/health/crash-loop.ts';
import type { BurstGroup } from '../../../shared/health/fleet.ts';
import type { Crashes } from '../../../shared/controller/plan-types.ts';
import { NOW, stateOf } from '../../support/observation-of.ts';
import { scenario, type Scenario } from '../../support/scenario.ts';
import { workloadOf } from '../../support/workload-of.ts';

const { revision } = workloadOf();

const group = (changes: Partial<BurstGroup> = {}): BurstGroup => ({
  name: 'g-1',
  ordinal: 1,
  location: 'westeurope',
  revision,
  health: 'serving',
  state: 'ready',
  since: NOW - 600_000,
  fresh: true,
  looked: true,
  tags: {},
  detail: '',
  ...changes,
});

const crashed = (name = 'g-1', exitCode = 1): BurstGroup =>
  group({ name, health: 'failed', state: 'failed', since: NOW, fault: { by: 'app', exitCode } });

const starting = { 'g-1': { health: 'starting' as const, at: NOW - 5_000, since: NOW - 30_000 } };

describe('replicas that end young', () => {
  const times = (count: number): Crashes | undefined => {
    let crashes: Record<string, Crashes> | undefined;
    for (let index = 0; index < count; index++) {
      const last = crashes?.[revision];
      const now = Math.max(NOW, last?.until ?? 0);
      crashes = watchCrashes([{ ...crashed(), since: now }], stateOf({ seen: starting, crashes }), now);
    }
    return crashes?.[revision];
  };

  it('hold back the next ones, for twice as long each time, and for a quarter of an hour at most', () => {
    const held = [1, 2, 3, 4, 10].map((count) => {
      const { until = 0, at = 0 } = times(count) ?? {};
      return (until - at) / 1000;
    });
    expect(held).toEqual([0, 30, 60, 120, 900]);
  });

  it('together are one sign', () => {
    const seen = { ...starting, 'g-2': starting['g-1'] };
    expect(watchCrashes([crashed(), crashed('g-2')], stateOf({ seen }), NOW)?.[revision]).toMatchObject({ count: 1 });
  });

  it('by the platform are none, and neither are those that served for more than a minute', () => {
    const moved = { ...crashed(), fault: { by: 'platform' as const, exitCode: 7148 } };
    expect(watchCrashes([moved], stateOf({ seen: starting }), NOW)).toBeUndefined();
    const old = { 'g-1': { health: 'serving' as const, at: NOW, since: NOW - 61_000 } };
    expect(watchCrashes([crashed()], stateOf({ seen: old }), NOW)).toBeUndefined();
  });

  it('are forgotten when half of the fleet serves for a minute', () => {
    const crashes = { [revision]: { count: 3, until: NOW, at: NOW - 90_000 } };
    const well = [group(), group({ name: 'g-2', health: 'starting' })];
    expect(watchCrashes(well, stateOf({ crashes }), NOW)).toBeUndefined();
  });

  it('are remembered of four revisions at most', () => {
    const entry = (at: number): Crashes => ({ count: 1, until: at, at });
    const crashes = Object.fromEntries([1, 2, 3, 4, 5].map((index) => [`r${index}`, entry(NOW - index)]));
    const kept = watchCrashes([crashed()], stateOf({ seen: starting, crashes }), NOW);
    expect(Object.keys(kept ?? {})).toEqual([revision, 'r1', 'r2', 'r3']);
  });

  it('let as many start at once as serve, at least one, after the time is up', () => {
    const state = stateOf({ crashes: { [revision]: { count: 2, until: NOW, exitCode: 137, at: NOW - 30_000 } } });
    const room = (...groups: BurstGroup[]) => crashRoom(10, groups, workloadOf(), state, NOW);
    expect(room().room).toBe(1);
    expect(room(group({ health: 'starting' })).room).toBe(0);
    expect(room(group(), group({ name: 'g-2' }), group({ name: 'g-3' })).room).toBe(3);
    expect(room().reasons).toMatchObject([{ code: 'crash-loop', values: { exit: 137, waiting: 9 } }]);
    expect(crashRoom(10, [], { revision: 'ffffffff' }, state, NOW).room).toBe(10);
  });
});

describe('an image that Azure cannot have', () => {
  const refused = group({ health: 'unready', state: 'image-refused', fault: { by: 'image', message: 'denied' } });

  it('stops its revision, unless a replica shows that the image is there', () => {
    expect(imageRefusal([refused], workloadOf())).toMatchObject({ revision, failure: { class: 'permanent' } });
    expect(imageRefusal([refused, group()], workloadOf())).toBeUndefined();
    expect(imageRefusal([{ ...refused, revision: 'ffffffff' }], workloadOf())).toBeUndefined();
  });
});

describe('on the simulated world', () => {
  const eachStart = (story: Scenario, run: (name: string) => void): void =>
    void story.model.onReplicaChange(({ kind, name, running }) => {
      if (kind === 'group' && running) run(name);
    });

  it('a worker that ends after five seconds costs few creates in two hours, and why is said', async () => {
    const story = scenario({ load: 20 });
    eachStart(story, (name) =>
      story.clock.at(story.clock.now() + 5_000, () => story.model.groups.named(name)[0]?.fail()),
    );
    await story.run(7_200);
    // Two waves of at most 20, then one at a time, at most every quarter of an hour in the end.
    expect(story.model.groups.counters.groupsCreated).toBeLessThanOrEqual(60);
    expect(story.reasons('crash-loop').at(-1)).toContain('last exit code 1');
  });

  it('a worker that crashes in place again and again is no capacity, and is not replaced without end', async () => {
    const story = scenario({ load: 20 });
    const again = (name: string): void =>
      void story.clock.at(story.clock.now() + 10_000, () => story.model.groups.named(name)[0]?.exit(137, 2_000));
    eachStart(story, again);
    await story.run(7_200);
    // One that was started anew may look well for its first minute.
    expect(story.last().figures.burstServing).toBeLessThanOrEqual(1);
    // The budget would allow 600.
    expect(story.model.groups.counters.groupsCreated).toBeLessThanOrEqual(120);
    expect(story.reasons('crash-loop').at(-1)).toContain('last exit code 137');
  });

  it('an image that the registry does not know stops the revision at the first try, and nothing bills', async () => {
    const story = scenario({ load: 20 });
    await story.run(12);
    const asked = story.model.groups.counters.groupsCreated;
    expect(asked).toBeGreaterThan(0);
    for (const each of story.groups()) each.refuseImage('manifest unknown');
    await story.run(600);
    expect(story.names()).toEqual([]);
    expect(story.model.groups.counters.groupsCreated).toBe(asked);
    expect(story.reasons('revision-refused').at(-1)).toContain('manifest unknown');
  });
});
