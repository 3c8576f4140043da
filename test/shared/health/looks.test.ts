import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lookBudget, looksWanted } from '../../../shared/health/looks.ts';
import { TAGS } from '../../../shared/placement/tags.ts';
import type { Seen } from '../../../shared/controller/plan-types.ts';
import { groupOf, NOW, requestOf, stateOf } from '../../support/observation-of.ts';

const serving = (ageMs: number): Seen => ({ health: 'serving', at: NOW - ageMs, since: NOW - 600_000 });
const fleetOf = (size: number) => Array.from({ length: size }, (_, index) => groupOf(index + 1));
const beat = (ordinal: number, ageMs: number) => ({ replica: `g-${ordinal}`, busy: true, at: NOW - ageMs });
const none = { beats: [] };

describe('reads by name', () => {
  it('are made first of requests in flight and of groups that the list lacks, then of those that do not serve yet', () => {
    const list = [groupOf(1), groupOf(2, { provisioningState: 'Creating' })];
    const seen = { 'g-1': serving(5_000), 'g-9': serving(5_000) };
    const state = stateOf({ inFlight: [requestOf('delete', 7)], seen });
    expect(looksWanted(state, list, none, NOW, 100)).toEqual(['g-7', 'g-9', 'g-2']);
  });

  it('are rare of a name that somebody else took, as of what is stopped', () => {
    const asked = (ageMs: number) => {
      const seen: Seen = { health: 'gone', at: NOW - ageMs, since: NOW - 600_000 };
      return looksWanted(stateOf({ seen: { 'g-1': seen } }), [], none, NOW, 10);
    };
    expect(asked(60_000)).toEqual([]);
    expect(asked(61_000)).toEqual(['g-1']);
  });

  it('are not repeated for one that starts when an evaluation follows another at once, unless the list tells a change', () => {
    const asked = (ageMs: number, provisioningState: 'Creating' | 'Failed') => {
      const seen: Seen = { health: 'starting', at: NOW - ageMs, since: NOW - 10_000 };
      return looksWanted(stateOf({ seen: { 'g-1': seen } }), [groupOf(1, { provisioningState })], none, NOW, 10);
    };
    expect(asked(1_000, 'Creating')).toEqual([]);
    expect(asked(2_000, 'Creating')).toEqual(['g-1']);
    expect(asked(1_000, 'Failed')).toEqual(['g-1']);
  });

  it('come round to every serving group that says nothing itself, the longest unseen first', () => {
    const seen = Object.fromEntries(fleetOf(90).map(({ name }, index) => [name, serving(16_000 + index)]));
    const looks = looksWanted(stateOf({ seen }), fleetOf(90), none, NOW, 60);
    expect(looks).toHaveLength(60);
    expect(looks[0]).toBe('g-90');
  });

  it('are rare of a replica that polls, and made at once when it ceases to', () => {
    const state = stateOf({ seen: { 'g-1': serving(30_000) } });
    const asked = (ageMs: number) => looksWanted(state, fleetOf(1), { beats: [beat(1, ageMs)] }, NOW, 10);
    expect(asked(10_000)).toEqual([]);
    expect(asked(16_000)).toEqual(['g-1']);
  });

  it('come round to a replica of the revision under way as if it said nothing: a crash shows only there', () => {
    const state = stateOf({ seen: { 'g-1': serving(16_000) } });
    const asked = (watched?: string) => looksWanted(state, fleetOf(1), { beats: [beat(1, 1_000)] }, NOW, 10, watched);
    expect(asked()).toEqual([]);
    expect(asked(groupOf(1).tags[TAGS.revision])).toEqual(['g-1']);
  });

  it('are made at once of a replica whose own probe fails, before those that are merely due', () => {
    const seen = { 'g-1': serving(1_000), 'g-2': serving(50_000) };
    const looks = looksWanted(stateOf({ seen }), fleetOf(2), { beats: [], probes: { 'g-1': 'unreachable' } }, NOW, 10);
    expect(looks).toEqual(['g-1', 'g-2']);
  });

  it('are not all taken by a replica that gave up polling but runs', () => {
    const state = stateOf({ seen: { 'g-1': serving(5_000) } });
    expect(looksWanted(state, fleetOf(1), { beats: [beat(1, 600_000)] }, NOW, 10)).toEqual([]);
  });

  it('are never more than the budget, whatever is wanted', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 200_000 })), fc.integer({ min: 1, max: 50 }), (ages, most) => {
        const list = fleetOf(ages.length);
        const seen = Object.fromEntries(ages.map((age, index) => [`g-${index + 1}`, serving(age)]));
        const looks = looksWanted(stateOf({ seen }), list, none, NOW, most);
        expect(new Set(looks).size).toBe(looks.length);
        expect(looks.length).toBeLessThanOrEqual(1.5 * most);
      }),
    );
  });
});

describe('the budget of reads by name', () => {
  const after = (seconds: number) => stateOf({ observedAt: NOW - seconds * 1000 });

  it('is eleven a second since the last evaluation', () => {
    expect(lookBudget(after(10), 500, { owned: 500 }, NOW)).toBe(110);
    expect(lookBudget(after(5), 500, { owned: 500 }, NOW)).toBe(55);
  });

  it('is shared among workloads by their size', () => {
    expect(lookBudget(after(10), 250, { owned: 1_000 }, NOW)).toBe(27);
  });

  it('follows what Azure says is left', () => {
    expect(lookBudget(after(10), 500, { owned: 500, readsLeft: 60 }, NOW)).toBe(30);
    expect(lookBudget(after(10), 500, { owned: 500, readsLeft: 0 }, NOW)).toBe(1);
  });
});
