import { readFile } from 'node:fs/promises';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { neededAtOnce } from '../../../shared/rules/need.ts';
import { wantedReplicas } from '../../../shared/rules/wanted.ts';

const start = { usual: 25, slow: 39 };
const pool = { usual: 5, slow: 10 };
const calm = { settled: false, survived: false };
const loadOf = (replicas: number, deviation: number, waiting = 0) => ({ replicas, deviation, seconds: 60, waiting });
const withReady = (replicas: number) => ({ ...start, ready: { replicas, start: pool } });
const need = (ready: number, waiting = 0, serving = 10, starting: number[] = []) =>
  neededAtOnce(loadOf(30, 3.5, waiting), waiting, 30, { serving, starting }, withReady(ready), calm);

describe('what is needed at once', () => {
  it('may wait longer for a load that lasts, but not while it is more than those who serve and another one starts', () => {
    const allowed = (starting: number[], replicas: number, settled = false): number => {
      const load = { ...loadOf(replicas, 0.2, 30), seconds: 310 };
      return neededAtOnce(load, 30, 30, { serving: 3, starting }, start, { ...calm, settled }).allowed;
    };
    expect([allowed([], 2.7), allowed([7], 2.7), allowed([], 3.1, true)]).toEqual([21, 21, 21]);
    expect([allowed([], 3.1), allowed([7], 3.1), allowed([7], 3.1, true)]).toEqual([14, 14, 14]);
  });

  it('leaves half as much again waiting where the load is at most half more than those who serve', () => {
    const needFor = (load: number): number =>
      neededAtOnce(loadOf(load, 0, 200), 200, 30, { serving: 20, starting: [] }, start, calm).replicas;
    // 200 wait, and 30 s of what 20 do not carry: (30 + 500 / 60) / 1.3, and (30.1 + 503 / 60) / 1.2.
    expect([needFor(30), needFor(30.1)]).toEqual([30, 33]);
  });
});

describe('what is needed at once, with replicas ready in a pool', () => {
  it.each([
    [0, 38],
    [5, 36],
    [18, 28],
    [28, 32],
    [100, 32],
  ])('is as in the worked example: with %d ready, %d', (ready, replicas) => {
    expect(need(ready).replicas).toBe(replicas);
  });

  it('is as docs/decide.md says', async () => {
    const text = (await readFile('docs/decide.md', 'utf8')).replace(/\s+/g, ' ');
    const [none, most, some, few] = [0, 28, 18, 5].map((ready) => need(ready).replicas);
    expect(some).toBe(10 + 18);
    expect(text).toContain(
      `on 10 replicas needs ${none} at once; with 28 ready, that serve in 5 s, ${most}; with 18 ready those 18 alone; with 5 ready ${few}`,
    );
  });

  it('is nothing while ready ones are in time even when they are asked for later', () => {
    const seen = neededAtOnce(loadOf(22, 0), 0, 30, { serving: 10, starting: [] }, withReady(20), calm);
    expect(seen).toMatchObject({ replicas: 0, byReady: { ready: 20, without: 24, soon: { ahead: 12, allowed: 23 } } });
    expect(neededAtOnce(loadOf(22, 0), 0, 30, { serving: 10, starting: [] }, start, calm).replicas).toBe(24);
  });

  it('is said with what makes it less, and not where nothing does', () => {
    expect(need(18).byReady).toMatchObject({ ready: 18, without: 38, soon: { ahead: 23.5, allowed: 23 } });
    expect(need(5).byReady).toEqual({ ready: 5, without: 38, ahead: 580 / 15, allowed: 14 });
    expect(need(0).byReady).toBeUndefined();
  });

  it('is one of those that are ready for a single message where nobody is', () => {
    const one = neededAtOnce(loadOf(0, 0, 1), 1, 30, { serving: 0, starting: [] }, withReady(3), calm);
    expect(one.replicas).toBe(1);
  });

  it('goes, by a forecast of the load in half a minute, no further than others need to start', () => {
    const rising = { ...loadOf(10, 0), expected: 60 };
    const fleet = { serving: 10, starting: [] };
    expect(neededAtOnce(rising, 0, 30, fleet, start, calm).replicas).toBeGreaterThan(60);
    expect(neededAtOnce(rising, 0, 30, fleet, withReady(60), calm).replicas).toBe(0);
  });

  it('is nothing for a burst that those there have come through before', () => {
    const survived = { ...calm, survived: true };
    expect(neededAtOnce(loadOf(30, 3), 0, 30, { serving: 10, starting: [] }, withReady(18), survived).replicas).toBe(0);
  });

  it('is never more than without a pool, and what is wanted never less than the load asks for', () => {
    const some = (max: number) => fc.double({ min: 0, max, noNaN: true });
    const ages = fc.array(some(60), { maxLength: 40 });
    const target = { maxWaitSeconds: 30, utilization: 1 };
    fc.assert(
      fc.property(
        fc.tuple(some(200), some(5), some(5_000), some(200)),
        fc.nat({ max: 100 }),
        ages,
        fc.nat({ max: 100 }),
        ([replicas, deviation, waiting, expected], serving, starting, ready) => {
          const load = { ...loadOf(replicas, deviation, waiting), expected };
          const asked = (starts: typeof start) => wantedReplicas(load, 1, target, { serving, starting }, starts);
          const [without, withPool] = [asked(start), asked(withReady(ready))];
          expect(withPool.replicas).toBeLessThanOrEqual(without.replicas);
          expect(withPool.replicas).toBeGreaterThanOrEqual(Math.floor(replicas - 4 * deviation));
          expect(withPool.byReady?.without ?? withPool.need).toBe(without.need);
        },
      ),
    );
  });
});
