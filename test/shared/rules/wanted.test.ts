import { readFile } from 'node:fs/promises';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wantedReplicas, type Fleet } from '../../../shared/rules/wanted.ts';
import { loadOf } from '../../../shared/signals/load.ts';

const target = { maxWaitSeconds: 30, utilization: 1 };
const start = { usual: 25, slow: 39 };
const steady = (replicas: number, waiting = 0) => ({ replicas, deviation: 0, seconds: 60, waiting });
const roughly = (replicas: number, deviation: number, waiting = 0) => ({ ...steady(replicas, waiting), deviation });
const fleet = (serving: number, starting: number[] = []) => ({ serving, starting });
const wanted = (load: ReturnType<typeof steady>, have: Fleet, rate = 1, settled = false) =>
  wantedReplicas(load, rate, target, have, start, { settled, survived: false }).replicas;

describe('wanted replicas', () => {
  it('answer a jump with what works its backlog off (the worked example)', () => {
    const { need, race, replicas, load } = wantedReplicas(steady(30), 1, target, fleet(10), start);
    expect({ need, race, replicas, load }).toEqual({ need: 34, race: 24, replicas: 58, load: 34 });
  });

  it('answer the busy minute of docs/decide.md as it says', async () => {
    const text = (await readFile('docs/decide.md', 'utf8')).replace(/\s+>? ?/g, ' ');
    const busy = wantedReplicas({ ...roughly(30.4, 3.49, 102), seconds: 5 }, 1, target, fleet(10), start);
    expect(text).toContain(
      `begins, in ${busy.begins} s with 10 serving and 0 starting, a message would wait ${busy.waitAhead.toFixed(2)} s`,
    );
    expect(text).toContain(
      `(allowed ${busy.waitAllowed} s of the target of 30 s, because a slow start takes 14 s longer)`,
    );
    expect(text).toContain(
      `so ${busy.need} replicas are needed at once, at least ${busy.low} for this load, and ${busy.keep} may stay: ${busy.replicas} are wanted`,
    );
    expect(text).toContain(
      `${busy.race} more are started than are needed, for ${busy.raceShare * 100} % of those that are missing`,
    );
  });

  it('are the most of what is told: needed at once and raced for, needed for the load, and there to stay', () => {
    const counts = fc.integer({ min: 0, max: 60 });
    fc.assert(
      fc.property(counts, counts, counts, fc.boolean(), (busy, waiting, have, settled) => {
        const load = { ...roughly(busy, 1, waiting), seconds: 300 };
        const calm = { settled, survived: false };
        const told = wantedReplicas(load, 1, target, fleet(have), start, calm);
        expect(told.replicas).toBe(Math.max(told.need + told.race, told.low, Math.min(told.keep, have)));
        expect(told.waitAllowed).toBe(told.steady ? 21 : 14);
      }),
    );
  });

  it('race only when a message would be late although more start, and the load itself is more than there is', () => {
    const raced = (load: ReturnType<typeof steady>, have: number) =>
      wantedReplicas(load, 1, target, fleet(have), start).race;
    expect(raced(steady(12, 60), 10)).toBe(0);
    expect(raced(steady(30), 10)).toBeGreaterThan(0);
    expect(raced(steady(9, 600), 10)).toBe(0);
  });

  it('race for the more of those that are missing the later messages would be, for all from half of the target on', () => {
    // With ten a jump to 16 waits 18 s when a start asked for now serves, and what waits now comes on top of that.
    const race = (waiting: number) => {
      const { waitAhead, need, race } = wantedReplicas(steady(16, waiting), 1, target, fleet(10), start);
      return { share: race / (need - 10), late: waitAhead / 30 - 1 };
    };
    for (const waiting of [130, 180, 240, 300, 600]) {
      const { share, late } = race(waiting);
      expect(share).toBeGreaterThanOrEqual(Math.min(1, 2 * late));
      expect(share).toBeLessThanOrEqual(Math.min(1, 2 * late + 0.2));
    }
    expect(race(600).share).toBe(1);
    expect(race(130).share).toBeLessThan(0.3);
  });

  it('do not answer a blip that those there work off within the target', () => {
    expect(wanted(roughly(10, 0.5, 80), fleet(12))).toBe(12);
  });

  it('are not asked for twice: what starts counts', () => {
    const starting = (left: number): number[] => Array<number>(27).fill(left);
    for (const [left, waiting] of [
      [25, 0],
      [10, 300],
    ] as const)
      expect(wanted(roughly(30, 2, waiting), fleet(10, starting(left)))).toBeLessThanOrEqual(37);
  });

  it('make good a shortage that wait alone would not show yet', () => {
    expect(wanted(steady(10), fleet(9))).toBe(11);
  });

  it.each([
    [11, 11],
    [12, 12],
    [14, 12],
    [13, 13, true],
    [16, 12, true],
  ])('of %d for a steady load of 10 are %d (settled: %s)', (have, replicas, settled = false) => {
    expect(wanted(roughly(10, 0.3), fleet(have), 1, settled)).toBe(replicas);
  });

  it('all stay that start while more waits than those that serve work off in time: who is beaten is not known yet', () => {
    const asked = (serving: number, waiting: number) =>
      wanted(roughly(30, 1, waiting), fleet(serving, Array<number>(60 - serving).fill(10)));
    // 40 that serve work off 1,200 in the 30 s that messages may wait.
    expect([asked(40, 1_210), asked(0, 5)]).toEqual([60, 60]);
    expect(asked(40, 1_190)).toBeLessThan(60);
  });

  it('are for a load that has been constant for five minutes what it asks for, unless the fleet is settled', () => {
    const asked = (seconds: number, settled: boolean) =>
      wanted({ ...roughly(10.2, 0.3), seconds }, fleet(10), 1, settled);
    expect([asked(120, false), asked(300, true), asked(300, false)]).toEqual([10, 10, 11]);
  });

  it('are no more than before where another came to serve in place of one that is there', () => {
    expect(wanted(roughly(10, 0.3), { ...fleet(12), wanted: 12 })).toBe(12);
    expect(wanted(roughly(10, 0.3), { ...fleet(12), wanted: 11 })).toBe(11);
    expect(wanted(roughly(12, 0.3), { ...fleet(12), wanted: 11 })).toBeGreaterThan(11);
    // Two machines at once are more than may stay; who was enough before is enough now.
    expect(wanted(roughly(10, 1), { ...fleet(20), wanted: 20 })).toBe(13);
    expect(wanted(roughly(10, 1), { ...fleet(20), wanted: 12 })).toBe(12);
  });

  it('are no more than the scale set has, once that is enough', () => {
    expect(wantedReplicas(roughly(10, 0.3), 1, target, { serving: 13, base: 12, starting: [] }, start).replicas).toBe(
      11,
    );
  });

  it('do not go while the load is not known well enough to say that they are too many', () => {
    expect(wanted(roughly(10, 1), fleet(13))).toBe(13);
    expect(wanted(roughly(10, 1), fleet(16))).toBe(13);
  });

  it('are one more once a constant load, however little above those there are, has a third of the target waiting', () => {
    const slow = { maxWaitSeconds: 60, utilization: 1 };
    const asked = (waiting: number, seconds = 900) => {
      const load = { ...roughly(4.03, 0.2, waiting), seconds };
      return wantedReplicas(load, 0.5, slow, fleet(4), start, { settled: true, survived: false }).replicas;
    };
    expect([asked(38), asked(42, 60), asked(42)]).toEqual([4, 4, 5]);
  });

  it('name what the load asks for, whether more stay because they are there or none do on the scale set', () => {
    const calm = { settled: true, survived: false };
    const on = (base: number) =>
      wantedReplicas(roughly(2, 0.12), 1, target, { serving: 4, base, starting: [] }, start, calm);
    const [mixed, machines] = [on(2), on(4)];
    expect([mixed.replicas, mixed.load]).toEqual([4, 3]);
    expect([machines.replicas, machines.load]).toEqual([3, 3]);
  });

  it('are none when nothing arrives and nothing waits, and for a single message one, or three that race where a slow start is late', () => {
    expect(wanted(steady(0), fleet(5))).toBe(0);
    const alone = (maxWaitSeconds: number, starts = start) =>
      wantedReplicas(steady(0, 1), 1, { ...target, maxWaitSeconds }, fleet(0), starts).replicas;
    expect([alone(45), alone(43), alone(30), alone(30, { usual: 8, slow: 20 })]).toEqual([1, 3, 3, 1]);
  });

  it('of a race stay until one serves, and those that are beaten go', () => {
    expect(wanted(steady(0.3, 1), fleet(0, [60, 60]))).toBe(2);
    expect(wanted(steady(0.3, 1), { ...fleet(0, [60, 60]), wanted: 1 })).toBe(1);
    expect(wanted(steady(0.3, 1), fleet(1, [60]))).toBe(1);
    expect(wanted(steady(0), fleet(0, [60, 60]))).toBe(0);
  });

  it('keep the headroom that the user sets', () => {
    const roomy = wantedReplicas(steady(50), 1, { ...target, utilization: 0.5 }, fleet(200), start);
    expect(roomy.replicas).toBe(100);
  });

  it('are a whole number, enough for the load, and never fewer for more that waits', () => {
    const loads = fc.double({ min: 0, max: 2_000, noNaN: true });
    const rates = fc.double({ min: 0.01, max: 100, noNaN: true });
    fc.assert(
      fc.property(loads, rates, fc.nat({ max: 3_000 }), fc.nat({ max: 100_000 }), (load, rate, have, waiting) => {
        const replicas = wanted(steady(load, waiting), fleet(have), rate);
        expect(Number.isInteger(replicas)).toBe(true);
        expect(replicas).toBeGreaterThanOrEqual(Math.floor(load));
        expect(wanted(steady(load, waiting * 2 + 1), fleet(have), rate)).toBeGreaterThanOrEqual(replicas);
      }),
    );
  });

  it('starts nothing for what chance might do to a fleet that was never looked at, busy as it is, and lets none go', () => {
    let flow: ReturnType<typeof loadOf>['flow'] | undefined;
    for (let look = 0; look < 12; look++) {
      const load = loadOf(flow, 10, 10, 1, 1_800_000_000_000 + look * 5_000);
      flow = load.flow;
      expect(wantedReplicas(load, 1, target, fleet(10), start).replicas).toBe(10);
    }
  });

  it('starts what waits is worth at the first look', () => {
    const load = loadOf(undefined, 600, 10, 1, 1_800_000_000_000);
    expect(wantedReplicas(load, 1, target, fleet(10), start).replicas).toBeGreaterThan(10);
  });
});
