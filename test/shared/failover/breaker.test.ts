import { describe, expect, it } from 'vitest';
import { accepted, admits, opened, proved, refreshed, refused } from '../../../shared/failover/breaker.ts';
import type { PlannerState } from '../../../shared/controller/plan-types.ts';
import { NOW } from '../../support/observation-of.ts';

type Places = PlannerState['closed'];

const full = { class: 'elsewhere', code: 'ServiceUnavailable', message: '' } as const;
const throttled = { class: 'wait', code: 'TooManyRequests', message: '', retryAfterMs: 7_000 } as const;

describe('a place that refuses', () => {
  it('takes nothing for twice as long each time, up to 15 minutes', () => {
    let [places, now]: [Places, number] = [{}, NOW];
    const spans: number[] = [];
    for (let time = 0; time < 7; time++) {
      places = refused(places, 'west', full, now);
      expect(admits(places['west'], now)).toBe(0);
      const until = places['west']?.until ?? 0;
      spans.push((until - now) / 1000);
      now = until;
    }
    expect(spans).toEqual([30, 60, 120, 240, 480, 900, 900]);
  });

  it('failed once, however many groups it refused at once', () => {
    let places: Places = {};
    for (let group = 0; group < 17; group++) places = refused(places, 'west', full, NOW);
    expect(places['west']).toMatchObject({ failures: 1, until: NOW + 30_000 });
  });

  it('is left alone for as long as Azure asked when it only throttles, and then takes everything', () => {
    const { west } = refused({}, 'west', throttled, NOW);
    expect(admits(west, NOW + 6_999)).toBe(0);
    expect(admits(west, NOW + 7_000)).toBe(Infinity);
  });

  it('stays as long as before when it throttles on top', () => {
    const places = refused(refused({}, 'west', full, NOW), 'west', throttled, NOW);
    expect(places['west']).toMatchObject({ until: NOW + 30_000, failures: 1 });
  });
});

describe('a place on trial', () => {
  const after = NOW + 30_000;

  it('takes one group, and twice as many with each proof, until it takes everything', () => {
    let places = refused({}, 'west', full, NOW);
    const allowed: number[] = [];
    for (let step = 0; step < 6; step++) {
      allowed.push(admits(places['west'], after + step));
      places = accepted(places, 'west', after + step);
    }
    expect(allowed).toEqual([1, 2, 4, 8, 16, Infinity]);
  });

  it('gets one step for all groups that one evaluation sends', () => {
    let places = refused({}, 'west', full, NOW);
    for (let group = 0; group < 5; group++) places = accepted(places, 'west', after);
    expect(admits(places['west'], after)).toBe(2);
  });

  it('counts what starts there already', () => {
    const places = refreshed(refused({}, 'west', full, NOW), () => 1, after);
    expect(admits(places['west'], after)).toBe(0);
  });

  it('that had lost groups is not proved by an accepted request, only by a group that serves', () => {
    const places = opened({}, 'west', 'lost', 'GroupsLost', NOW);
    expect(admits(accepted(places, 'west', after)['west'], after)).toBe(1);
    expect(admits(proved(places, 'west', after)['west'], after)).toBe(2);
  });

  it('that fails again takes nothing for twice as long', () => {
    const places = opened(opened({}, 'west', 'lost', 'GroupsLost', NOW), 'west', 'lost', 'GroupsLost', after);
    expect(places['west']).toMatchObject({ until: after + 60_000, failures: 2 });
  });

  it('is forgotten when nobody needed it for an hour', () => {
    const places = refused({}, 'west', full, NOW);
    expect(refreshed(places, () => 0, NOW + 29_000 + 3_600_000)).not.toEqual({});
    expect(refreshed(places, () => 0, NOW + 31_000 + 3_600_000)).toEqual({});
  });
});
