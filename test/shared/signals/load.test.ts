import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { waitsShare } from '../../../shared/rules/headroom.ts';
import { loadOf } from '../../../shared/signals/load.ts';

const T = 1_800_000_000_000;

/** Readings each 5 s of a queue of which the same few messages are worked on. */
const calm = (busy: number, count: number): [number, number, number][] =>
  Array.from({ length: count }, (_, index) => [T + index * 5_000, busy, busy * index * 5]);
const last = (count: number): number => T + (count - 1) * 5_000;

describe('the load of a queue', () => {
  it('is what is busy while the depth stays the same, whatever the rate', () => {
    for (const rate of [0.5, 1, 4])
      expect(loadOf([[T, 30, 0]], 30, 10, rate, T + 5_000)).toMatchObject({ waiting: 20, busy: 10, replicas: 10 });
  });

  it('of a spike is told by the first reading that shows it, and by that alone', () => {
    // 4 a second for long, then 60 a second for these five seconds: 300 came and 8 replicas took at most 40.
    const load = loadOf(calm(4, 24), 264, 8, 1, last(25));
    expect(load.replicas).toBeCloseTo(58);
    expect(load.seconds).toBe(5);
  });

  it('begins anew when the clock was put back', () => {
    expect(loadOf(calm(4, 24), 90, 8, 1, T - 1)).toMatchObject({ waiting: 82, young: true, flow: [[T - 1, 90, 0]] });
  });

  it('moves little by a reading that chance explains', () => {
    const load = loadOf(calm(4, 24), 8, 8, 1, last(25));
    expect(load.replicas).toBeLessThan(4.3);
    expect(load.seconds).toBe(120);
  });

  it('is known less well where replicas were idle between two moments at which a queue was seen', () => {
    // Five minutes of eight replicas, with nine messages at both ends.
    const between = (active: number): number => {
      const busy = Math.min(8, active);
      const seen: [number, number, number][] = calm(busy, 60).map(([at, , sum], index) => [
        at,
        index ? active : 9,
        sum,
      ]);
      return loadOf(seen, 9, 8, 1, last(61)).deviation;
    };
    expect(between(9)).toBeCloseTo(Math.sqrt((8 * 2) / 300), 1);
    // Seven of eight busy find all busy two thirds of the time (Erlang's C is 0.635), so their number varies by 7 x 0.365.
    expect(between(7)).toBeCloseTo(Math.sqrt((7 * (2 + 0.365 * 5)) / 300), 1);
    expect(between(2)).toBeCloseTo(Math.sqrt((2 * (2 + 5)) / 300), 1);
  });

  it('is known the less the rarer anybody looked, as where machines alone carry it', () => {
    // Two of four replicas are busy at each look of half an hour; a probe says that little has changed five seconds before.
    const varies = (every: number): number => {
      let seen = loadOf(undefined, 2, 4, 1, T);
      for (let second = every; second <= 1800; second += every) seen = loadOf(seen.flow, 2, 4, 1, T + second * 1000);
      expect(seen.replicas).toBeCloseTo(2);
      expect(seen.seconds).toBeGreaterThanOrEqual(900);
      return seen.deviation ** 2 * seen.seconds;
    };
    const unseen = 2 * (1 - waitsShare(2, 4));
    expect(varies(5)).toBeCloseTo(4 + unseen * 5, 3);
    expect(varies(10)).toBeCloseTo(4 + unseen * 5, 3);
    expect(varies(60)).toBeCloseTo(4 + (unseen * (55 ** 2 + 5 ** 2)) / 60, 0);
  });

  it('of one reading alone is what its replicas work on, whatever waits', () => {
    expect(loadOf(undefined, 500, 8, 1, T)).toMatchObject({ waiting: 492, replicas: 8 });
  });

  it('keeps few readings, and the same busy time over them', () => {
    let flow: ReturnType<typeof loadOf>['flow'] | undefined;
    for (let index = 0; index < 2_000; index++) flow = loadOf(flow, 6, 8, 1, T + index * 5_000).flow;
    const [first, end] = [flow?.[0], flow?.at(-1)];
    expect(flow?.length).toBeLessThan(80);
    expect((end?.[2] ?? 0) - (first?.[2] ?? 0)).toBe((((end?.[0] ?? 0) - (first?.[0] ?? 0)) / 1000) * 6);
  });

  it('is that of a burst at the first reading which shows it, since a few replicas cannot have hidden so much', () => {
    let [flow, now] = [undefined as ReturnType<typeof loadOf>['flow'] | undefined, T];
    for (; now - T < 900_000; now += 10_000) flow = loadOf(flow, 1, 2, 1, now).flow;
    // Ten a second came in five seconds, one or two are at work; before it was one a second.
    expect(loadOf(flow, 52, 2, 1, now).replicas).toBeGreaterThan(10);
  });

  it('is never negative and always a number', () => {
    const reading = fc.nat({ max: 1_000_000 });
    const readings = fc.array(fc.tuple(fc.integer({ min: 0, max: 600_000 }), reading, fc.nat({ max: 500 })), {
      minLength: 1,
      maxLength: 60,
    });
    fc.assert(
      fc.property(readings, fc.double({ min: 0.001, max: 1000, noNaN: true }), (readings, rate) => {
        let [at, flow] = [T, undefined as ReturnType<typeof loadOf>['flow'] | undefined];
        for (const [ms, active, serving] of readings) {
          const load = loadOf(flow, active, serving, rate, (at += ms));
          flow = load.flow;
          for (const value of [load.replicas, load.deviation, load.waiting]) {
            expect(value).toBeGreaterThanOrEqual(0);
            expect(Number.isFinite(value)).toBe(true);
          }
        }
      }),
    );
  });

  it('is as sure with readings at uneven times as with steady ones, once it has seen a quarter of an hour', () => {
    // Heartbeats a minute apart and some looks between them, as a fleet that changes has them.
    const gaps = [60, 60, 35, 25, 5, 10, 60, 5, 5, 20, 60, 60];
    let [flow, now] = [undefined as ReturnType<typeof loadOf>['flow'] | undefined, T];
    const windows: number[] = [];
    for (let i = 0; now - T < 2 * 3_600_000; i++) {
      const load = loadOf(flow, 6, 8, 0.54, now);
      flow = load.flow;
      if (now - T > 1_300_000) windows.push(load.seconds);
      now += 1000 * (gaps[i % gaps.length] ?? 60);
    }
    expect(Math.min(...windows)).toBeGreaterThanOrEqual(900);
    expect(Math.max(...windows)).toBeLessThan(1_000);
  });
});
