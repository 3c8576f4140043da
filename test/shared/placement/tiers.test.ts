import { describe, expect, it } from 'vitest';
import type { Observed } from '../../../shared/controller/plan-types.ts';
import { fleet } from '../../../shared/health/fleet.ts';
import { assignNew } from '../../../shared/placement/create.ts';
import { learnStarts } from '../../../shared/placement/experience.ts';
import { secondsLeft } from '../../../shared/placement/start-time.ts';
import { TAGS } from '../../../shared/placement/tags.ts';
import { tiersOf } from '../../../shared/placement/tiers.ts';
import type { StandbyPool } from '../../../shared/ports/standby-pools.ts';
import { groupOf, inputOf, NOW, observationOf, requestOf, showing, stateOf } from '../../support/observation-of.ts';
import { POOL, standbyPool } from '../../support/standby-pools.ts';
import { workloadOf } from '../../support/workload-of.ts';

const PLACE = 'westeurope/pool-warm';
/** Where starts are kept that were ready. */
const READY = `${PLACE} (ready)`;
const rules = { apart: [], replicasPerGroup: 1, sizes: [] };
const pooledFirst = [{ location: 'westeurope', standbyPool }, { location: 'northeurope' }];
const read = (running: number, degraded?: string): Observed<StandbyPool> => ({
  status: 'read',
  value: { running, degraded },
  at: NOW,
});

/** A group that starts in the pool's place and was asked for so many seconds ago. */
const startingOf = (ordinal: number, seconds: number, ready: boolean) => {
  const group = groupOf(ordinal, { provisioningState: 'Creating', state: 'Pending', containers: [] });
  group.tags = { ...group.tags, [TAGS.offering]: PLACE, ...(ready && { [TAGS.ready]: 'true' }) };
  const request = requestOf('create', ordinal, { at: NOW - seconds * 1000, offering: PLACE });
  const seen = { health: 'starting' as const, at: NOW - 1000, since: request.at };
  return { group, request, seen };
};

interface Told {
  reading?: Observed<StandbyPool> | undefined;
  starting?: ReturnType<typeof startingOf>[];
  offerings?: (typeof pooledFirst)[number][];
  experience?: Record<string, { starts: number[]; failures: number }>;
  state?: Parameters<typeof stateOf>[0];
  maxGroups?: number;
  lifecycle?: 'create-delete' | 'start-stop';
}

function tiers({
  reading = read(10),
  starting = [],
  offerings = pooledFirst,
  experience,
  state,
  maxGroups = 40,
  lifecycle = 'create-delete',
}: Told) {
  const input = inputOf({
    workload: workloadOf({ burst: { maxGroups, lifecycle }, placement: { ...rules, offerings } }),
    observation: observationOf({
      ...showing(starting.map(({ group }) => group)),
      standbyPools: { [POOL]: reading },
    }),
    state: stateOf({
      inFlight: starting.map(({ request }) => request),
      seen: Object.fromEntries(starting.map(({ group, seen }) => [group.name, seen])),
      ...state,
    }),
  });
  const { groups, inFlight } = fleet(input.observation, input.state, NOW);
  return tiersOf(input, groups, inFlight, experience);
}
const readyOf = (told: Told): number => tiers(told).start.ready?.replicas ?? 0;

describe('ready replicas', () => {
  it('are those that run in a pool to which the next groups go', () => {
    expect(tiers({}).start).toEqual({ usual: 25, slow: 40, ready: { replicas: 10, start: { usual: 5, slow: 10 } } });
  });

  it('are none where new groups go elsewhere: by preference, for want of quota, or because the place is closed', () => {
    expect(readyOf({ offerings: pooledFirst.toReversed() })).toBe(0);
    const closed = { [PLACE]: { until: NOW + 30_000, failures: 1, code: 'Full' } };
    expect(readyOf({ state: { closed } })).toBe(0);
    const trial = { [PLACE]: { until: NOW - 1000, failures: 1, code: 'Full', allowed: 4 } };
    expect(readyOf({ state: { closed: trial } })).toBe(4);
  });

  it('are no more than the maximum lets start', () => {
    expect(readyOf({ maxGroups: 3 })).toBe(3);
  });

  it('are none of a pool that could not be read or is degraded, which is said', () => {
    const failure = { class: 'permanent', code: 'AuthorizationFailed', message: '' } as const;
    const unread = tiers({ reading: { status: 'failed', failure } });
    expect(unread.start.ready).toBeUndefined();
    expect(unread.reasons).toMatchObject([
      { code: 'pool-unread', values: { pool: 'warm', problem: 'could not be read (AuthorizationFailed)' } },
    ]);
    const degraded = tiers({ reading: read(10, 'no capacity') });
    expect(degraded.start.ready).toBeUndefined();
    expect(degraded.reasons).toMatchObject([{ code: 'pool-unread', values: { problem: 'is degraded (no capacity)' } }]);
  });

  it('are fewer by those asked for a moment ago, which the view of the pool may not show', () => {
    const starting = [startingOf(1, 6, true), startingOf(2, 6, true), startingOf(3, 6, false), startingOf(4, 40, true)];
    const { start, reasons } = tiers({ starting });
    expect(start.ready?.replicas).toBe(8);
    // One that serves already, too.
    const served = startingOf(5, 6, true);
    served.group = { ...groupOf(5), tags: served.group.tags };
    expect(readyOf({ starting: [served] })).toBe(9);
    expect(reasons).toMatchObject([
      { code: 'starts-left' },
      { code: 'pool-ready', values: { running: 10, taken: 2, ready: 8 } },
    ]);
  });

  it('are none where declared groups are only started', () => {
    expect(tiers({ lifecycle: 'start-stop' }).start).toEqual({ usual: 25, slow: 40 });
  });

  it('are none for a workload without a pool, and nothing is said', () => {
    expect(tiers({ offerings: [{ location: 'westeurope' }] })).toEqual({
      start: { usual: 25, slow: 40 },
      starting: [],
      reasons: [],
    });
  });
});

describe('a place whose pool is empty', () => {
  it('is as slow as it was when its pool was empty, between places of the same preference', () => {
    const experience = {
      [READY]: { starts: [5], failures: 0 },
      [PLACE]: { starts: [60], failures: 0 },
      northeurope: { starts: [30], failures: 0 },
    };
    const offerings = pooledFirst.map((each) => Object.assign({ preference: 0 }, each));
    const first = (running: number): string | undefined => {
      const workload = workloadOf({ placement: { ...rules, offerings } });
      const observation = observationOf({ standbyPools: { [POOL]: read(running) } });
      const input = inputOf({ workload, observation, state: stateOf({ experience }) });
      return assignNew(input, [], [], 1).places[0]?.place;
    };
    expect([first(1), first(0)]).toEqual([PLACE, 'northeurope']);
  });
});

describe('start times', () => {
  const [POOL_TIMES, TIMES] = [
    { usual: 5, slow: 10 },
    { usual: 25, slow: 40 },
  ];
  const quick = { starts: [4, 6, 8], failures: 0 };
  const others = { starts: [50, 60, 70], failures: 0 };

  it('of a pool and of all others are learned apart', () => {
    expect(tiers({ experience: { [READY]: quick, northeurope: others } }).start).toEqual({
      usual: 60,
      slow: 70,
      ready: { replicas: 10, start: { usual: 6, slow: 8 } },
    });
  });

  it('of a pool that is no faster make nothing wait for it', () => {
    expect(readyOf({ experience: { [READY]: others, northeurope: others } })).toBe(0);
  });

  it('tell how far a start is: one that was ready is as far as those of the pool, unless it takes too long', () => {
    const starting = [startingOf(1, 4, true), startingOf(2, 4, false), startingOf(3, 12, true)];
    const [ready, other, late] = [secondsLeft(4, POOL_TIMES), secondsLeft(4, TIMES), secondsLeft(12, TIMES)];
    const told = tiers({ starting });
    expect(told.starting).toEqual([ready, other, late]);
    expect(told.reasons[0]).toMatchObject({ code: 'starts-left', values: { starting: 3, usual: 25, slow: 40 } });
    expect(ready).toBeLessThan(3);
    expect(late).toBeGreaterThan(12);
  });

  it('of groups that a pool had none ready for are not the pool’s', () => {
    const ended = [startingOf(1, 40, false), startingOf(2, 9, true)].map(({ group, seen }) => ({ group, seen }));
    const groups = ended.map(({ group }) => ({ ...group, health: 'serving' as const }));
    const seen = Object.fromEntries(ended.map(({ group, seen: last }) => [group.name, last]));
    // The third served before it was ever seen starting.
    const third = startingOf(3, 5, true);
    const all = [...groups, { ...third.group, health: 'serving' as const }] as unknown as Parameters<
      typeof learnStarts
    >[1];
    const learnt = learnStarts({ seen, inFlight: [third.request] }, all, NOW);
    expect(learnt).toEqual({
      [PLACE]: { starts: [40], every: [40], failures: 0 },
      [READY]: { starts: [9, 5], failures: 0 },
    });
  });
});
