import { describe, expect, it } from 'vitest';
import { admits } from '../../../shared/failover/breaker.ts';
import { isHarmed, watchPlaces } from '../../../shared/failover/places.ts';
import type { PlannerState } from '../../../shared/controller/plan-types.ts';
import type { BurstGroup } from '../../../shared/health/fleet.ts';
import { inputOf, NOW, observationOf, stateOf } from '../../support/observation-of.ts';

const group = (ordinal: number, changes: Partial<BurstGroup> = {}): BurstGroup => ({
  name: `g-${ordinal}`,
  ordinal,
  location: 'westeurope',
  revision: '0a1b2c3d',
  health: 'serving',
  since: NOW - 600_000,
  fresh: true,
  looked: true,
  tags: {},
  detail: 'Succeeded',
  ...changes,
});
const failed = (ordinal: number, location = 'westeurope') => group(ordinal, { location, health: 'failed', since: NOW });

const watch = (groups: BurstGroup[], state: Partial<PlannerState> = {}, unread: string[] = []) =>
  watchPlaces(inputOf({ observation: observationOf({ unread }), state: stateOf(state) }), groups);

describe('a place on trial', () => {
  const trial = (cause: 'refused' | 'lost', outcome: 'claimed' | 'accepted' | 'unknown') => {
    const entry = { until: NOW - 1000, failures: 1, code: 'ServiceUnavailable', cause, allowed: 4 };
    const starting = [1, 2, 3].map((ordinal) => group(ordinal, { health: 'starting' }));
    const request = { kind: 'create', name: 'g-4', ordinal: 4, location: 'westeurope', at: NOW, outcome } as const;
    const { closed } = watch(starting, { closed: { westeurope: entry }, inFlight: [request] });
    return admits(closed['westeurope'], NOW);
  };

  it('that had refused may start more although others start, because being accepted was their proof', () => {
    expect(trial('refused', 'accepted')).toBe(4);
    expect(trial('refused', 'unknown')).toBe(3);
  });

  it('that had lost groups may start no more than have not come to serve', () => {
    expect(trial('lost', 'accepted')).toBe(1);
  });
});

describe('a place is down', () => {
  it('when three groups, and half of all there, failed within five minutes', () => {
    const { closed, reasons } = watch([failed(1), failed(2), failed(3), group(4)]);
    expect(closed).toMatchObject({ westeurope: { cause: 'lost', until: NOW + 30_000 } });
    expect(reasons).toMatchObject([{ code: 'place-lost', values: { location: 'westeurope', count: 3 } }]);
  });

  it('when its groups fail one after another, each soon after it was started', () => {
    const losses = [NOW - 200_000, NOW - 100_000];
    expect(watch([failed(1)], { suspects: { westeurope: { losses } } }).closed).toHaveProperty('westeurope');
    expect(watch([failed(1)], { suspects: { westeurope: { losses: [NOW - 400_000, NOW - 100_000] } } }).closed).toEqual(
      {},
    );
  });

  it('not when a few of many failed', () => {
    const many = Array.from({ length: 10 }, (_, index) => group(index + 10));
    expect(watch([failed(1), failed(2), failed(3), ...many]).closed).toEqual({});
  });

  it('not when its groups ended by the fault of the app or of its image', () => {
    const crashed = (by: 'app' | 'image' | 'platform') =>
      [1, 2, 3].map((ordinal) => group(ordinal, { health: 'failed', since: NOW, fault: { by, exitCode: 1 } }));
    expect(watch(crashed('app'))).toMatchObject({ closed: {}, suspects: {}, reasons: [] });
    expect(watch(crashed('image')).closed).toEqual({});
    expect(watch(crashed('platform')).closed).toHaveProperty('westeurope');
  });

  it('not when groups failed everywhere at once: then it is the workload', () => {
    const groups = ['westeurope', 'northeurope'].flatMap((at) => [1, 2, 3].map((ordinal) => failed(ordinal, at)));
    const { closed, reasons } = watch(groups);
    expect(closed).toEqual({});
    expect(reasons).toEqual([]);
  });
});

describe('a place that cannot be read', () => {
  const suspects = { westeurope: { losses: [], unreadSince: NOW - 30_000 } };

  it('is suspected at first, and after half a minute its groups count as lost', () => {
    const first = watch([group(1), group(2)], {}, ['g-1']);
    expect(first.suspects).toEqual({ westeurope: { losses: [], unreadSince: NOW } });
    expect(first.groups.some(({ lost }) => lost)).toBe(false);
    const later = watch([group(1), group(2)], { suspects });
    expect(later.groups).toMatchObject([
      { health: 'unknown', lost: true },
      { health: 'unknown', lost: true },
    ]);
    expect(later.closed).toMatchObject({ westeurope: { cause: 'unread' } });
  });

  it('keeps the groups that polled within a minute', () => {
    const beat = { replica: 'g-1', busy: true, at: NOW - 20_000 };
    const { groups } = watch([group(1, { beat }), group(2)], { suspects });
    expect(groups.map(({ lost }) => lost ?? false)).toEqual([false, true]);
  });

  it('is cleared by one answer', () => {
    const looks = { 'g-2': { value: null, at: NOW } };
    const input = inputOf({ observation: observationOf({ looks, unread: ['g-1'] }), state: stateOf({ suspects }) });
    expect(watchPlaces(input, [group(1), group(2)])).toMatchObject({ suspects: {}, closed: {}, reasons: [] });
  });

  it('is not blamed while the list fails too: then it is us', () => {
    const failure = { class: 'unknown', code: 'Network', message: '' } as const;
    const observation = observationOf({ groups: { status: 'failed', failure } });
    const input = inputOf({ observation, state: stateOf({ suspects }) });
    expect(watchPlaces(input, [group(1)])).toMatchObject({ closed: {}, reasons: [] });
  });
});

describe('replacements', () => {
  it('go elsewhere first for a minute after a loss', () => {
    const suspects = { west: { losses: [NOW - 59_000] }, north: { losses: [NOW - 61_000] } };
    expect(['west', 'north', 'south'].filter((place) => isHarmed(place, suspects, NOW))).toEqual(['west']);
    expect(isHarmed('west', undefined, NOW)).toBe(false);
  });
});
