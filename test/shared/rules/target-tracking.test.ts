import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rememberServing, servedAt, servedOver, trackTarget } from '../../../shared/rules/target-tracking.ts';

describe('target tracking', () => {
  it.each([
    [23, 5, 5],
    [26, 5, 5],
    [28, 5, 6],
    [0, 5, 0],
    [1, 0, 1],
    [0.01, 1, 1],
    [1e-40, 1, 0],
  ])('a backlog of %d with %i replicas and five for each asks for %i', (backlog, have, wanted) => {
    expect(trackTarget({ backlogPerReplica: 5 }, backlog, have, have).wanted).toBe(wanted);
  });

  it.each([
    [10, 10, 1, 10],
    [310, 10, 1, 20],
    [310, 10, 0.5, 30],
    [4, 10, 1, 4],
    [60, 0, 1, 2],
    [0, 10, 1, 0],
  ])('a depth of %i with %i at work at %d a second, and 30 s allowed, asks for %i', (depth, served, rate, wanted) => {
    expect(trackTarget({ queueTimeSeconds: 30 }, depth, served, served, rate).wanted).toBe(wanted);
  });

  it.each([
    [63, 10],
    [62.3, 9],
    [77, 10],
    [77.7, 12],
  ])('ten replicas used at %d percent, with a target of 70, become %i', (use, wanted) => {
    expect(trackTarget({ utilizationPercent: 70 }, use, 10, 10).wanted).toBe(wanted);
  });

  it('a use of a minute ago is of the replicas of a minute ago: those started since are not asked for twice', () => {
    const serving = [10, 20].reduce<[number, number][]>(
      (all, count, index) => rememberServing(all, index * 120_000, count),
      [],
    );
    const served = servedAt(serving, 90_000, 20);
    expect(served).toBe(10);
    expect(trackTarget({ utilizationPercent: 70 }, 140, 20, served).wanted).toBe(20);
  });

  it('a use is of all that served in its minute, those that began or ended in the middle of it as well', () => {
    // Two replicas are used at 76 %: a third serves from the middle of one minute to the first quarter of another.
    const serving = [
      [0, 2],
      [90_000, 3],
      [255_000, 2],
    ].reduce<[number, number][]>((all, [at = 0, count = 0]) => rememberServing(all, at, count), []);
    const minutes = [60_000, 120_000, 180_000, 240_000, 300_000].map((end) =>
      servedOver(serving, end - 60_000, end, 2),
    );
    expect(minutes).toEqual([2, 2.5, 3, 3, 2.25]);
    for (const served of minutes) {
      const asked = trackTarget({ utilizationPercent: 80 }, (100 * 1.52) / served, 2, served);
      expect(asked.wanted).toBe(2);
      expect(asked.load).toBeCloseTo(1.9);
    }
    expect(servedOver([], 0, 60_000, 4)).toBe(4);
    expect(servedOver([[50_000, 3]], 0, 60_000, 4)).toBe(3);
  });

  it('what serves all the time is remembered once, and what served before ten minutes until it changes', () => {
    let serving: [number, number][] = [];
    for (let second = 0; second <= 3600; second += 5) serving = rememberServing(serving, second * 1000, 7);
    expect(serving).toEqual([[0, 7]]);
    const changed = rememberServing(serving, 3_605_000, 8);
    expect(changed).toEqual([
      [0, 7],
      [3_605_000, 8],
    ]);
    expect(rememberServing(changed, 4_300_000, 8)).toEqual([[3_605_000, 8]]);
  });

  it('a fleet that fits is not given up for another that fitted a minute ago, which would be given up for it in turn', () => {
    // A load of 9.9 fits eleven as well as ten.
    expect(trackTarget({ utilizationPercent: 60 }, 54, 10, 11).wanted).toBe(10);
    expect(trackTarget({ utilizationPercent: 60 }, 59.4, 11, 10).wanted).toBe(11);
  });

  it('with nobody serving a use says nothing, and what starts is kept', () => {
    expect(trackTarget({ utilizationPercent: 70 }, 0, 3, 0).wanted).toBe(3);
    // Where nothing starts, either, a first one does.
    expect(trackTarget({ utilizationPercent: 70 }, 95, 0, 0)).toMatchObject({ wanted: 1, least: 1 });
  });

  it('constant load settles at once and stays, whatever is started late', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.5, max: 500, noNaN: true }), fc.integer({ min: 1, max: 100 }), (work, start) => {
        // `work` replicas' worth of work: the use of n replicas is work / n.
        const next = (count: number): number =>
          trackTarget({ utilizationPercent: 50 }, Math.min(100, (100 * work) / count), count, count).wanted;
        let count = start;
        for (let look = 0; look < 12; look++) count = next(count);
        expect(next(count)).toBe(count);
      }),
    );
  });

  it('a fleet that turns over grows until those of it that serve carry the load, and then stays', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.5, max: 50, noNaN: true }),
        fc.double({ min: 0.3, max: 1, noNaN: true }),
        (work, share) => {
          // Of `count` that serve or start, a share serves.
          const next = (count: number): number => {
            const use = Math.min(100, (100 * work) / (share * count));
            return trackTarget({ utilizationPercent: 80 }, use, count, Math.ceil(share * count), 1, count).wanted;
          };
          let count = 1;
          for (let look = 0; look < 40; look++) count = next(count);
          expect(share * count).toBeGreaterThanOrEqual(work);
          expect(next(count)).toBe(count);
        },
      ),
    );
  });

  it('what served is remembered for ten minutes in at most forty entries', () => {
    let serving: [number, number][] = [];
    for (let second = 0; second < 3600; second += 5) serving = rememberServing(serving, second * 1000, second);
    expect(serving.length).toBeLessThanOrEqual(40);
    expect(serving[0]?.[0]).toBeGreaterThanOrEqual((3595 - 600) * 1000 - 20_000);
    // A clock that was put back forgets what is of a time to come.
    expect(rememberServing(serving, 0, 7)).toEqual([[0, 7]]);
  });
});
