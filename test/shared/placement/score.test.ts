import { describe, expect, it } from 'vitest';
import type { BurstGroup } from '../../../shared/health/fleet.ts';
import { learnCut, learnRefusals, learnStarts } from '../../../shared/placement/experience.ts';
import { offeringsOf } from '../../../shared/placement/offering.ts';
import { ranked } from '../../../shared/placement/score.ts';
import { startTimeOf } from '../../../shared/placement/start-time.ts';
import { NOW } from '../../support/observation-of.ts';
import { workloadOf } from '../../support/workload-of.ts';

const SIZE = { cpu: 1, memoryInGB: 2 };
const offerings = (...declared: { location: string; priority?: 'Spot'; preference?: number }[]) =>
  offeringsOf(workloadOf({ placement: { apart: [], replicasPerGroup: 1, sizes: [], offerings: declared } }));
const keys = (list: ReturnType<typeof ranked>): string[] => list.map(({ offering }) => offering.key);

describe('the order of offerings', () => {
  it('is the user’s, whatever price, start time and failures say', () => {
    const experience = { west: { starts: [600], failures: 1 }, north: { starts: [5], failures: 0 } };
    const list = offerings({ location: 'west' }, { location: 'north', priority: 'Spot' });
    expect(keys(ranked(list, experience, SIZE))).toEqual(['west', 'north/Spot']);
  });

  it('is by price between equals, then by start time, then by failures', () => {
    const equal = { preference: 1 };
    const spot = offerings({ location: 'west', ...equal }, { location: 'west', priority: 'Spot', ...equal });
    expect(keys(ranked(spot, undefined, SIZE))).toEqual(['west/Spot', 'west']);
    const two = offerings({ location: 'west', ...equal }, { location: 'north', ...equal });
    const slow = { west: { starts: [90, 80, 300], failures: 0 } };
    expect(ranked(two, slow, SIZE)).toMatchObject([
      { offering: { key: 'north' }, startSeconds: 30 },
      { offering: { key: 'west' }, startSeconds: 90 },
    ]);
    expect(keys(ranked(two, { west: { starts: [], failures: 0.5 } }, SIZE))).toEqual(['north', 'west']);
  });
});

describe('what is learned of an offering', () => {
  const group = (name: string, health: BurstGroup['health']) =>
    ({ name, health, location: 'west', tags: {} }) as BurstGroup;
  const starting = { health: 'starting' as const, at: NOW, since: NOW - 40_000 };

  it('is how long a start took, and that one failed, each once', () => {
    const before = { a: starting, b: starting, c: { ...starting, health: 'serving' as const } };
    const groups = [group('a', 'serving'), group('b', 'failed'), group('c', 'serving')];
    expect(learnStarts({ seen: before }, groups, NOW)).toEqual({
      west: { starts: [40], every: [40], failures: 0.2 },
    });
  });

  it('is, of one that is taken away while it starts, that its start takes longer than that', () => {
    const since = NOW - 20_000;
    const groups = [group('a', 'starting'), group('b', 'starting'), group('c', 'serving')].map((each) =>
      Object.assign(each, { since }),
    );
    const going = groups.map(({ name }) => ({ kind: 'delete-group' as const, name, ordinal: 1, location: 'west' }));
    const known = { west: { starts: [40], failures: 0.2 } };
    expect(learnCut(known, groups, going.slice(1), NOW)).toEqual({
      west: { starts: [40], every: [40, -20], failures: 0.2 },
    });
    const stopped = [{ kind: 'stop-group' as const, name: 'b', ordinal: 1, location: 'west' }];
    expect(learnCut(known, groups, stopped, NOW)).toEqual(learnCut(known, groups, going.slice(1, 2), NOW));
    expect(learnCut(known, groups, [], NOW)).toBe(known);
  });

  it('is what share of the groups asked for together was refused, and nothing when none was', () => {
    const failure = { class: 'elsewhere', code: 'Full', message: '' } as const;
    const action = { kind: 'create-group' as const, name: 'g', ordinal: 1, location: 'west', tags: {} };
    const answered = (refused: number, accepted: number) => [
      ...Array.from({ length: refused }, () => ({ action, outcome: 'failed' as const, failure })),
      ...Array.from({ length: accepted }, () => ({ action, outcome: 'accepted' as const })),
    ];
    expect(learnRefusals(undefined, answered(3, 0))).toEqual({ west: { starts: [], failures: 0.2 } });
    expect(learnRefusals(undefined, answered(1, 3))).toEqual({ west: { starts: [], failures: 0.05 } });
    expect(learnRefusals(undefined, answered(0, 3))).toBeUndefined();
  });

  it('stays bounded', () => {
    let known: ReturnType<typeof learnStarts>;
    for (let round = 0; round < 100; round++) {
      const here = { ...group('a', 'serving'), location: `place-${round}` };
      known = learnStarts({ experience: known, seen: { a: starting } }, [here, here], NOW);
      for (let again = 0; again < 50; again++)
        known = learnStarts({ experience: known, seen: { a: starting } }, [here], NOW);
    }
    expect(Object.keys(known ?? {})).toHaveLength(40);
    const lengths = Object.values(known ?? {}).flatMap(({ starts, every = [] }) => [starts.length, every.length]);
    expect(new Set(lengths)).toEqual(new Set([40]));
  });

  it('is that of a whole burst, not of the slowest, who come last', () => {
    let known: ReturnType<typeof learnStarts>;
    const seen = { a: { ...starting, since: NOW } };
    for (let seconds = 11; seconds <= 50; seconds++)
      known = learnStarts({ experience: known, seen }, [group('a', 'serving')], NOW + seconds * 1000);
    expect(startTimeOf(known?.['west']?.starts ?? [])).toEqual({ usual: 30, slow: 46 });
  });
});
