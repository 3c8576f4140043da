import { describe, expect, it } from 'vitest';
import { plan } from '../../../shared/controller/plan.ts';
import type { Observation, PlannerState, Seen } from '../../../shared/controller/plan-types.ts';
import { fleet } from '../../../shared/health/fleet.ts';
import type { ProbeResult } from '../../../shared/ports/probes.ts';
import { TAGS } from '../../../shared/placement/tags.ts';
import { groupOf, inputOf, NOW, observationOf, requestOf, showing, stateOf } from '../../support/observation-of.ts';
import { workloadOf } from '../../support/workload-of.ts';

const seenServing = (at = NOW - 5_000) => ({ health: 'serving' as const, at, since: NOW - 100_000 });

describe('the fleet', () => {
  it('counts a group that was just asked for before any list shows it', () => {
    const { groups, inFlight } = fleet(observationOf(), stateOf({ inFlight: [requestOf('create', 1)] }), NOW);
    expect(groups).toMatchObject([{ name: 'g-1', health: 'starting', inFlight: 'create', ordinal: 1 }]);
    expect(inFlight).toHaveLength(1);
  });

  it('does not take a 404 shortly after a create for an answer, but one after long', () => {
    const look = { looks: { 'g-1': { value: null, at: NOW } } };
    const young = fleet(observationOf(look), stateOf({ inFlight: [requestOf('create', 1)] }), NOW);
    expect(young.groups).toHaveLength(1);
    const old = requestOf('create', 1, { at: NOW - 21_000, outcome: 'unknown' });
    const late = fleet(observationOf(look), stateOf({ inFlight: [old] }), NOW);
    expect(late).toMatchObject({ groups: [], inFlight: [] });
  });

  it('keeps a group that the list lacks, until a read by name says that it is gone', () => {
    const state = stateOf({ seen: { 'g-1': seenServing() } });
    expect(fleet(observationOf(), state, NOW).groups).toMatchObject([{ health: 'serving', fresh: false }]);
    const gone = observationOf({ looks: { 'g-1': { value: null, at: NOW } } });
    expect(fleet(gone, state, NOW).groups).toEqual([]);
  });

  it('takes an answer of before the request for no answer to it', () => {
    const stop = requestOf('stop', 1, { at: NOW + 1 });
    const { groups } = fleet(
      observationOf(showing([groupOf(1, { state: 'Stopped' })])),
      stateOf({ inFlight: [stop] }),
      NOW,
    );
    expect(groups).toMatchObject([{ health: 'stopped', inFlight: 'stop' }]);
  });

  it('knows who drains by memory while the list shows old tags, and by the tags when memory was lost: anew then', () => {
    const tagged = groupOf(1);
    tagged.tags[TAGS.drain] = String(NOW - 30_000);
    const observation = observationOf(showing([tagged, groupOf(2), groupOf(3)]));
    const drains = (state: PlannerState | undefined) =>
      fleet(observation, state, NOW).groups.map((group) => group.drainingSince);
    expect(drains(stateOf({ drains: { 'g-1': NOW - 20_000, 'g-2': NOW - 10_000 } }))).toEqual([
      NOW - 20_000,
      NOW - 10_000,
      undefined,
    ]);
    expect(drains(undefined)).toEqual([NOW, undefined, undefined]);
  });

  it('takes a tag that memory knows nothing of for what is left of a drain that was cancelled', () => {
    const tagged = groupOf(1);
    tagged.tags[TAGS.drain] = String(NOW - 130_000);
    const { groups } = fleet(observationOf(showing([tagged, groupOf(2)])), stateOf(), NOW);
    expect(groups.map(({ drainingSince, strayMark }) => [drainingSince, strayMark])).toEqual([
      [undefined, true],
      [undefined, false],
    ]);
  });

  it('remembers since when a group is as it is', () => {
    const state = stateOf({ seen: { 'g-1': seenServing() } });
    expect(fleet(observationOf(showing([groupOf(1)])), state, NOW).seen['g-1']).toMatchObject({ since: NOW - 100_000 });
    const failed = observationOf(showing([groupOf(1, { state: 'Failed' })]));
    expect(fleet(failed, state, NOW).seen['g-1']).toMatchObject({ health: 'failed', since: NOW });
  });
});

describe('a replica with a probe of its own', () => {
  const ofRevision = (wanted: string) => ({
    probeOf: (revision: string, remembered: boolean) =>
      remembered || revision === wanted ? { path: '/healthz', port: 8080 } : undefined,
    revisionOf: () => '',
    owns: () => true,
  });
  const own = ofRevision(workloadOf().revision);
  const at = (ip: string) => groupOf(1, { ip });

  function tell(...answers: (ProbeResult | undefined)[]) {
    let state = stateOf();
    return answers.map((answer, index) => {
      const now = NOW + index * 10_000;
      const probes = answer && { 'g-1': answer };
      const { groups, seen } = fleet(observationOf({ ...showing([at('10.0.0.4')]), probes }), state, now, own);
      state = stateOf({ seen });
      return groups[0]?.state;
    });
  }

  it('serves only after its probe was answered well once', () => {
    expect(tell(undefined, 'unhealthy', 'healthy')).toEqual(['warming', 'warming', 'ready']);
  });

  it('is not ready after two bad answers in a row, and unreachable after two without any', () => {
    expect(tell(undefined, 'healthy', 'unhealthy', 'unhealthy')).toEqual(['warming', 'ready', 'ready', 'not-ready']);
    expect(tell(undefined, 'healthy', 'unreachable', 'unreachable').at(-1)).toBe('unreachable');
    expect(tell(undefined, 'healthy', 'unreachable', 'healthy', 'unreachable').at(-1)).toBe('ready');
  });

  it('is taken at its word where others answer, and when it is alone; when none of several answers, it may be us', () => {
    const probe = { ip: '10.0.0.4', ready: true, fails: 1, last: 'unreachable' as const };
    const names = ['g-1', 'g-2'];
    const state = stateOf({ seen: Object.fromEntries(names.map((name) => [name, { ...seenServing(), probe }])) });
    const told = (probes: Record<string, ProbeResult>) => {
      const observation = observationOf({ ...showing([1, 2].map((n) => groupOf(n, { ip: '10.0.0.4' }))), probes });
      return fleet(observation, state, NOW, own).groups.map((group) => group.state);
    };
    expect(told({ 'g-1': 'unreachable', 'g-2': 'unhealthy' })).toEqual(['unreachable', 'not-ready']);
    expect(told({ 'g-1': 'unreachable' })).toEqual(['unreachable', 'ready']);
    expect(told({ 'g-1': 'unreachable', 'g-2': 'unreachable' })).toEqual(['ready', 'ready']);
  });

  it('is taken at its word where the others that do not answer never did, or drain', () => {
    const probe = { ip: '10.0.0.4', ready: true, fails: 1, last: 'unreachable' as const };
    const others = { 'never answered': { probe: { ...probe, ready: false } }, drains: { probe } };
    const told = Object.entries(others).map(([why, other]) => {
      const names = ['g-1', 'g-2'];
      const seen = { 'g-1': { ...seenServing(), probe }, 'g-2': { ...seenServing(), ...other } };
      const drains = why === 'drains' ? { 'g-2': NOW - 20_000 } : {};
      const probes = Object.fromEntries(names.map((name) => [name, 'unreachable' as const]));
      const observation = observationOf({ ...showing([1, 2].map((n) => groupOf(n, { ip: '10.0.0.4' }))), probes });
      return fleet(observation, stateOf({ seen, drains }), NOW, own).groups.map((group) => group.state);
    });
    expect(told).toEqual([
      ['unreachable', 'warming'],
      ['unreachable', 'ready'],
    ]);
  });

  it('that moved to another address begins anew', () => {
    const probe = { ip: '10.0.0.4', ready: true, fails: 1, last: 'unreachable' as const };
    const state = stateOf({ seen: { 'g-1': { ...seenServing(), probe } } });
    const observation = observationOf({ ...showing([at('10.0.0.9')]), probes: { 'g-1': 'unreachable' } });
    const { groups, seen } = fleet(observation, state, NOW, own);
    expect(groups[0]?.state).toBe('warming');
    expect(seen['g-1']?.probe).toEqual({ ip: '10.0.0.9', ready: false, fails: 0 });
  });

  it('of an earlier revision, whose port is not open, is not probed', () => {
    const { groups } = fleet(observationOf(showing([at('10.0.0.4')])), stateOf(), NOW, ofRevision('ffffffff'));
    expect(groups[0]?.state).toBe('ready');
  });
});

describe('a replica with a probe that began to run again since it was probed', () => {
  const own = { probeOf: () => ({ path: '/healthz', port: 8080 }), revisionOf: () => '', owns: () => true };
  const probe = { ip: '10.0.0.4', ready: true, fails: 3, last: 'unreachable' as const };
  const state = stateOf({ seen: { 'g-1': { ...seenServing(), health: 'unready', state: 'unreachable', probe } } });
  const began = (ago: number) =>
    groupOf(1, {
      ip: '10.0.0.4',
      containers: [{ name: 'main', state: 'Running', restartCount: 1, since: NOW - ago }],
    });
  const stateNow = (ago: number) =>
    fleet(observationOf({ ...showing([began(ago)]), probedAt: NOW - 8_000 }), state, NOW, own).groups[0]?.state;

  it('begins anew: the bad answers are of the life before', () => {
    expect(stateNow(5_000)).toBe('warming');
    expect(stateNow(9_000)).toBe('unreachable');
  });
});

describe('a replica that answered well and restarts in its place', () => {
  const own = { probeOf: () => ({ path: '/healthz', port: 8080 }), revisionOf: () => '', owns: () => true };
  /** States at probes 10 s apart, the first of them good. The container began to run 15 s after that, or long before. */
  function states(restarts: boolean, ...answers: ProbeResult[]) {
    const probe = { ip: '10.0.0.4', ready: true, fails: 0 };
    let state = stateOf({ seen: { 'g-1': { ...seenServing(), probe } }, probedAt: NOW });
    return answers.map((answer, index) => {
      const now = NOW + (index + 1) * 10_000;
      const since = restarts && index > 0 ? NOW + 15_000 : NOW - 600_000;
      const group = groupOf(1, {
        ip: '10.0.0.4',
        containers: [{ name: 'main', state: 'Running', restartCount: 1, since }],
      });
      const observation = observationOf({ ...showing([group]), probes: { 'g-1': answer }, probedAt: now });
      const { groups, seen } = fleet(observation, state, now, own);
      state = stateOf({ seen, probedAt: now });
      return groups[0]?.state;
    });
  }

  it('is warming while it does not answer, as after any start', () => {
    const silent = ['healthy', 'unreachable', 'unreachable', 'unreachable'] as const;
    expect(states(true, ...silent)).toEqual(['ready', 'warming', 'warming', 'warming']);
    expect(states(false, ...silent)).toEqual(['ready', 'ready', 'unreachable', 'unreachable']);
    expect(states(true, 'unreachable', 'unreachable', 'healthy')).toEqual(['ready', 'warming', 'ready']);
    expect(states(true, 'healthy', 'healthy')).toEqual(['ready', 'ready']);
  });

  it('is warming also where nobody was heard just after the restart', () => {
    const names = ['g-1', 'g-2'];
    const probe = { ip: '10.0.0.4', ready: true, fails: 0 };
    let state = stateOf({
      seen: Object.fromEntries(names.map((name) => [name, { ...seenServing(), probe }])),
      probedAt: NOW - 10_000,
    });
    const containers = [{ name: 'main', state: 'Running', restartCount: 1, since: NOW - 1000 }];
    const workload = { ...workloadOf(), spec: { ...workloadOf().spec, probe: { path: '/', port: 80 } } };
    const rounds = (['unreachable', 'healthy', 'healthy'] as const).map((first, index) => {
      const now = NOW + index * 10_000;
      const shown = showing([1, 2].map((n) => groupOf(n, { ip: '10.0.0.4', containers })));
      const probes = { 'g-1': first, 'g-2': 'unreachable' as const };
      const observation = observationOf({ ...shown, startedAt: now, probes, probedAt: now });
      const decided = plan(inputOf({ workload, observation, state, now }));
      state = decided.state;
      return decided.figures.burstStarting;
    });
    expect(rounds).toEqual([0, 1, 1]);
  });
});

describe('a replica that used to poll', () => {
  const three = [groupOf(1), groupOf(2), groupOf(3)];
  const seen = Object.fromEntries(three.map(({ name }) => [name, { ...seenServing(), since: NOW - 600_000 }]));
  const beats = (...ages: number[]) =>
    ages.map((age, index) => ({ replica: `g-${index + 1}`, busy: true, at: NOW - age * 1000 }));
  const states = (...ages: number[]) =>
    fleet(observationOf({ ...showing(three), beats: beats(...ages) }), stateOf({ seen }), NOW).groups.map(
      ({ state }) => state,
    );

  it('and has been silent for more than a minute is no capacity, while others are heard', () => {
    expect(states(61, 10, 10)).toEqual(['silent', 'ready', 'ready']);
    expect(states(59, 10, 10)).toEqual(['ready', 'ready', 'ready']);
  });

  it('is not blamed when hardly anybody is heard: then it is us', () => {
    expect(states(61, 61, 10)).toEqual(['ready', 'ready', 'ready']);
  });

  it('is not blamed while it drains', () => {
    const state = stateOf({ seen, drains: { 'g-1': NOW - 30_000 } });
    const { groups } = fleet(observationOf({ ...showing(three), beats: beats(61, 10, 10) }), state, NOW);
    expect(groups[0]?.state).toBe('ready');
  });

  it('is given up when the silence lasts', () => {
    const silent = { ...seenServing(), health: 'unready' as const, state: 'silent' as const, since: NOW - 120_000 };
    const state = stateOf({ seen: { ...seen, 'g-1': silent } });
    const { groups } = fleet(observationOf({ ...showing(three), beats: beats(200, 10, 10) }), state, NOW);
    expect(groups[0]).toMatchObject({ health: 'unready', givenUp: 'silent for 2 minutes' });
  });
});

describe('a group that was not read by name yet', () => {
  it('is not given up for that, however long it takes, as after planner state was lost', () => {
    const list = { status: 'read' as const, value: [groupOf(1)], at: NOW };
    const lost = fleet(observationOf({ groups: list }), undefined, NOW - 3_600_000);
    const { groups } = fleet(observationOf({ groups: list }), stateOf({ seen: lost.seen }), NOW);
    expect(groups).toMatchObject([{ health: 'unknown', state: 'unseen', givenUp: undefined }]);
  });

  it('has its own time once it was, in whatever state that shows it', () => {
    const seen = { 'g-1': { health: 'unknown' as const, at: 0, since: NOW - 3_600_000 } };
    const repairing = observationOf(showing([groupOf(1, { provisioningState: 'Repairing' })]));
    const { groups } = fleet(repairing, stateOf({ seen }), NOW);
    expect(groups).toMatchObject([{ state: 'repairing', givenUp: undefined }]);
  });
});

describe('a group that was warming when we last looked, long ago,', () => {
  const probe = { ip: '10.0.0.1', ready: false, fails: 1, last: 'unhealthy' } as const;
  const warming: Seen = { health: 'starting', state: 'warming', at: NOW - 780_000, since: NOW - 780_000, probe };
  const own = { probeOf: () => ({ path: '/healthz', port: 8080 }), revisionOf: () => '', owns: () => true };
  const asked = (probes: Observation['probes']) => {
    const observation = observationOf({ ...showing([groupOf(1, { ip: '10.0.0.1' })]), probes });
    return fleet(observation, stateOf({ seen: { 'g-1': warming } }), NOW, own).groups[0];
  };

  it('is given up when its probe says so now, and not because nobody asked', () => {
    expect(asked({ 'g-1': 'unhealthy' })?.givenUp).toBe('not ready yet for 13 minutes');
    expect(asked(undefined)).toMatchObject({ state: 'warming', givenUp: undefined });
    expect(asked({ 'g-1': 'healthy' })).toMatchObject({ state: 'ready', givenUp: undefined });
  });
});

describe('time in a state', () => {
  it('is counted per state, not per health: a pull that follows a long wait has its own time', () => {
    const pending = { health: 'starting' as const, at: NOW - 5_000, since: NOW - 9 * 60_000 };
    const events = [{ name: 'Pulling', message: 'pulling image', at: NOW }];
    const pulling = groupOf(1, {
      state: 'Pending',
      containers: [{ name: 'main', state: 'Waiting', restartCount: 0, events }],
    });
    const { seen } = fleet(observationOf(showing([pulling])), stateOf({ seen: { 'g-1': pending } }), NOW);
    expect(seen['g-1']).toEqual({ ...pending, at: NOW, state: 'pulling', stateSince: NOW });
  });

  it('takes no room for a group that just serves', () => {
    const { seen } = fleet(observationOf(showing([groupOf(1)])), stateOf({ seen: { 'g-1': seenServing() } }), NOW);
    expect(Object.keys(seen['g-1'] ?? {})).toEqual(['health', 'since', 'at']);
  });
});
