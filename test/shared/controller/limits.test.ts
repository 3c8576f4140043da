// What the user allowed, and what an operator holds.

import { describe, expect, it } from 'vitest';
import { plan } from '../../../shared/controller/plan.ts';
import { AzureFailure } from '../../../shared/ports/errors.ts';
import type { Pause } from '../../../shared/ports/stores.ts';
import { TAGS } from '../../../shared/placement/tags.ts';
import type { Intercept } from '../../../tools/simulation/memory-ports.ts';
import { groupOf, inputOf, NOW, observationOf, showing, stateOf } from '../../support/observation-of.ts';
import { scenario } from '../../support/scenario.ts';
import { OWNER, SCALE_SET, workloadOf } from '../../support/workload-of.ts';

describe('limits and holds', () => {
  it('dry-run changes nothing and says what it would do', async () => {
    const story = scenario({ load: 30, scaling: { mode: 'dry-run', base: { mode: 'manage' } } });
    await story.run(180);
    expect(story.names()).toEqual([]);
    expect(story.scaleSet.capacity).toBe(2);
    expect(story.reasons('dry-run').at(-1)).toMatch(/\d+ x create-group/);
  });

  it('off changes nothing, not even what runs', async () => {
    const story = scenario({ load: 20 });
    await story.run(120);
    const before = story.groups().length;
    story.context.workloads = [workloadOf({ mode: 'off' })];
    story.setLoad(0);
    await story.run(300);
    expect(story.names()).toHaveLength(before);
  });

  it('a pause of scaling in holds it until the pause ends by itself', async () => {
    const story = scenario({ load: 20 });
    await story.run(150);
    const [before, at] = [story.groups().length, story.clock.now()];
    await story.ports.controls.setPause({ scope: 'in', author: 'kim', since: at, until: at + 600_000 });
    story.setLoad(0);
    await story.run(540);
    expect(story.groups().length).toBeGreaterThanOrEqual(before);
    expect(story.reasons('paused', at)[0]).toContain('by kim');
    await story.run(300);
    expect(story.names()).toEqual([]);
  });

  it.each(['in', 'all'] as const)(
    'a pause of "%s" takes nothing away, broken or drained, and says what waits',
    (scope) => {
      const showed = showing([groupOf(1, { state: 'Failed', provisioningState: 'Failed' }), groupOf(2)]);
      const since = NOW - 600_000;
      const seen = {
        'g-1': { health: 'failed', at: since, since },
        'g-2': { health: 'serving', at: since, since },
      } as const;
      const state = stateOf({
        seen,
        drains: { 'g-2': since },
        wanted: [[NOW - 100_000, 0]],
        listed: true,
      });
      const queue = { status: 'read', value: { active: 1, deadLetter: 0, scheduled: 0 }, at: NOW } as const;
      const planned = (pause: Pause | undefined) =>
        plan(inputOf({ observation: observationOf({ queue, ...showed, pause }), state }));
      const removed = planned(undefined).actions.flatMap((action) => ('name' in action ? [action.name] : []));
      expect(removed.toSorted()).toEqual(['g-1', 'g-2']);
      const { actions, reasons } = planned({ scope, author: 'kim', since, until: NOW + 600_000 });
      expect(actions).toEqual([]);
      expect(reasons).toContainEqual({ code: 'removal-held', values: { count: 2, names: 'g-2, g-1' } });
    },
  );

  it('a pause of scaling out lets the burst end but not begin', async () => {
    const story = scenario({ load: 20 });
    const until = story.clock.now() + 3_600_000;
    await story.ports.controls.setPause({ scope: 'out', author: 'kim', since: story.clock.now(), until });
    await story.run(120);
    expect(story.names()).toEqual([]);
    expect(story.reasons('held-out').at(-1)).toBe('Nothing is started: paused.');
    await story.ports.controls.setPause(undefined);
    await story.run(60);
    expect(story.groups().length).toBeGreaterThan(0);
    await story.ports.controls.setPause({ scope: 'out', author: 'kim', since: story.clock.now(), until });
    story.setLoad(0);
    await story.run(300);
    expect(story.names()).toEqual([]);
  });

  it('a pause that drains ends the burst at full load and with unread signals, each group by its drain, until it ends', async () => {
    const unread = new AzureFailure('Reading', { class: 'unknown', code: 'Timeout', message: 'late' }, undefined);
    let fails = false;
    const intercept: Intercept = (port, _, run) => (fails && port === 'queueDepths' ? Promise.reject(unread) : run());
    const story = scenario({ load: 20, scaling: { burst: { minGroups: 2 } }, intercept });
    await story.run(120);
    const [burst, at] = [story.groups().length, story.clock.now()];
    expect(burst).toBeGreaterThan(2);
    await story.ports.controls.setPause({ scope: 'drain', author: 'kim', since: at, until: at + 900_000 });
    fails = true;
    await story.run(600);
    expect(story.names()).toEqual([]);
    expect(story.reasons('paused', at)[0]).toContain('by kim for 15 more minutes: no container group starts');
    expect(story.reasons('drain-out', at)).not.toEqual([]);
    fails = false;
    await story.run(600);
    expect(story.groups().length).toBeGreaterThan(2);
  });

  it('no more groups are said to be started or to drain than the changes of an evaluation let', async () => {
    const story = scenario({ load: 40, scaling: { limits: { changesPerEvaluation: 3 } } });
    await story.run(120);
    story.setLoad(0);
    await story.run(400);
    for (const [kind, reason] of [
      ['create-group', 'start-out'],
      ['drain-group', 'drain-out'],
    ]) {
      const done = story.decisions.map(({ results }) => results.filter(({ action }) => action.kind === kind).length);
      const told = story.decisions.map(({ reasons }) =>
        reasons.reduce((sum, { code, values }) => sum + (code === reason ? Number(values['count']) : 0), 0),
      );
      expect(Math.max(...done)).toBe(3);
      expect(told).toEqual(done);
    }
  });

  it('a limit that holds for many evaluations is an event when it begins, and no more', async () => {
    const story = scenario({ scaling: { burst: { minGroups: 20 }, limits: { changesPerEvaluation: 3 } } });
    await story.run(600);
    for (const code of ['at-change-limit', 'at-minimum'] as const) {
      expect(story.reasons(code).length).toBeGreaterThan(3);
      expect(story.logged.filter(({ event }) => event === code)).toHaveLength(1);
    }
  });

  it('the spend limit per hour caps the groups', async () => {
    // 0.30 USD an hour buy five groups of one core and two gigabytes at the dearer price of a region without an entry.
    const story = scenario({ load: 30, scaling: { limits: { spendUsdPerHour: 0.3 } } });
    await story.run(240);
    expect(story.model.groups.counters.maximumLive).toBe(5);
    expect(story.reasons('spend-limit').at(-1)).toMatch(
      /limit of 0.3 USD per hour \([\d.]+ an hour running; a group costs 5.68 cents an hour\): no more than 5 may run, and \d run now/,
    );
  });

  it.each([
    ['used up', {}],
    ['used up without any delay', { burst: { scaleInDelaySeconds: 0 }, drainTimeoutSeconds: 0 }],
  ])('the spend limit per day ends the burst when it is %s, and is never exceeded', async (_, delays) => {
    const story = scenario({ load: 20, scaling: { limits: { spendUsdPerDay: 0.2 }, ...delays } });
    await story.run(3600);
    expect(story.names()).toEqual([]);
    const hours =
      story.model.groups.billing.reduce((sum, { from, to = story.clock.now() }) => sum + (to - from), 0) / 3_600_000;
    expect(hours * 0.05682).toBeGreaterThan(0.1);
    expect(hours * 0.05682).toBeLessThanOrEqual(0.2);
    const said = story.reasons('spend-limit');
    expect(said.length).toBeGreaterThan(0);
    for (const text of said) {
      const [, spent, seconds, allowed] =
        /\(([\d.]+) spent; .* for (\d+) s\): no more than (\d+)/.exec(text)?.map(Number) ?? [];
      const [left, each] = [0.2 - Number(spent), (0.05682 * Number(seconds)) / 3600];
      expect(Number(allowed) * each).toBeLessThanOrEqual(left + 0.0002);
      expect((Number(allowed) + 1) * each).toBeGreaterThan(left - 0.0002);
    }
  });

  it('the spend limit per month outlives the day, and its beginning is an event of its own, once', async () => {
    const story = scenario({ load: 20, scaling: { limits: { spendUsdPerDay: 5, spendUsdPerMonth: 10 } } });
    // Of the day before: of the month 0.20 USD are left, of the new day all.
    const at = story.clock.now() - 86_400_000;
    const before = { at, day: Math.floor(at / 86_400_000), dayUsd: 4, monthUsd: 9.8, usdPerHour: 0 };
    await story.ports.ledger.append('orders', before);
    await story.run(3600);
    expect(story.names()).toEqual([]);
    expect(story.reasons('spend-limit').at(-1)).toMatch(
      /limit of 10 USD per month \([\d.]+ spent; a group costs 5.68 cents an hour and counts for \d+ s\)/,
    );
    const hours =
      story.model.groups.billing.reduce((sum, { from, to = story.clock.now() }) => sum + (to - from), 0) / 3_600_000;
    expect(hours * 0.05682).toBeLessThanOrEqual(0.2);
    const events = story.logged.filter(({ event }) => event === 'spend-limit');
    expect(events.at(-1)?.fields).toMatchObject({ workload: 'orders', period: 'month', limit: 10 });
    expect(events.length).toBeLessThan(5);
  });

  it('start-stop only starts and stops declared groups', async () => {
    const calls = new Set<string>();
    const story = scenario({
      load: 3,
      scaling: { burst: { lifecycle: 'start-stop', locations: ['westeurope'] } },
      intercept: async (port, method, run) => {
        if (port === 'containerGroups') calls.add(method);
        return run();
      },
    });
    const { spec, name, revision } = workloadOf();
    for (const ordinal of ['1', '2', '3']) {
      const tags = { [TAGS.owner]: OWNER, [TAGS.workload]: name, [TAGS.revision]: revision, [TAGS.ordinal]: ordinal };
      const request = { name: `declared-${ordinal}`, location: 'westeurope', tags, spec, secrets: {} };
      await story.ports.containerGroups.create(request);
    }
    calls.clear();
    await story.run(300);
    const states = (): string[] => story.groups().map((group) => group.state);
    expect(states()).toEqual(['Stopped', 'Stopped', 'Stopped']);
    story.setLoad(20);
    await story.run(150);
    expect(states()).toEqual(['Running', 'Running', 'Running']);
    expect(story.reasons('none-to-start')).not.toEqual([]);
    story.setLoad(3);
    await story.run(400);
    expect(states()).toEqual(['Stopped', 'Stopped', 'Stopped']);
    expect(story.model.groups.counters.groupsCreated).toBe(3);
    expect(story.reasons('drain-out')).not.toEqual([]);
    // The role of such a deployment holds no right to write, not even tags.
    expect([...calls].toSorted()).toEqual(['get', 'list', 'start', 'stop']);
    // What drained is stopped: nothing moves, so only the heartbeat looks, and the probe when the queue has moved.
    const decided = story.decisions.length;
    await story.run(600);
    expect(story.decisions.length - decided).toBeLessThan(40);
  });

  it('an autoscale setting on the scale set refuses to manage it', async () => {
    const properties = { enabled: true, targetResourceUri: SCALE_SET, profiles: [] };
    const story = scenario({
      load: 20,
      scaling: { base: { mode: 'manage' } },
      autoscaleSettings: [{ name: 'cpu-rules', properties }],
    });
    await story.run(400);
    expect(story.scaleSet.capacity).toBe(2);
    expect(story.reasons('base-autoscale').at(-1)).toContain('cpu-rules');
    expect(story.groups().length).toBeGreaterThan(5);
  });

  it('a scale set that autoscale sizes carries what it can, and burst only the rest', async () => {
    const properties = { enabled: true, targetResourceUri: SCALE_SET, profiles: [] };
    const story = scenario({
      // The two instances do all of it; one of them would be cheaper by the hour as container groups.
      load: 1,
      scaling: { base: { mode: 'manage', minInstances: 1 } },
      autoscaleSettings: [{ name: 'cpu-rules', properties }],
    });
    await story.run(1800);
    expect(story.scaleSet.capacity).toBe(2);
    expect(story.reasons('base-split')).toEqual([]);
    expect(story.groups()).toEqual([]);
  });
});
