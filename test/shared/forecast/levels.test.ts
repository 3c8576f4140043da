import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CAPACITIES, learnLevels } from '../../../shared/forecast/levels.ts';
import type { Levels } from '../../../shared/forecast/memory.ts';
import { eachPeriod, FLOW_BEGIN, paperFlow } from '../../support/paper-flow.ts';

const PROMPT = { waitSeconds: 20, ageSeconds: 18, answerSeconds: 80, apartSeconds: 30 };
const learn = (seconds: number, load: (second: number) => number): Levels =>
  learnLevels(undefined, paperFlow(seconds, load), 1, PROMPT);

/** The smallest capacity that was never too small. */
const enough = ({ rows }: Levels): number | undefined => CAPACITIES[rows.findLastIndex(({ since }) => since > 0) + 1];

describe('the capacity that would have been enough', () => {
  it('is less than the load of a short burst, because messages may wait', () => {
    // 24 replicas' worth for 60 s: after 75 s 19 have done what arrived in 59 s, so the oldest has waited 16 s; with 18, 19 s.
    expect(enough(learn(600, (second) => (second < 60 ? 24 : 0)))).toBe(19);
  });

  it('is no more than what there was for a load that grows so slowly that groups can be started for it', () => {
    const slow = learn(3600, (second) => 10 + second / 100);
    expect(slow.rows.filter(({ since }, index) => since > 0 && (CAPACITIES[index] ?? 0) > 10)).toEqual([]);
  });

  it('is known with the gaps after which it was needed again', () => {
    const { rows } = learn(3000, eachPeriod(600, 24));
    const { gaps, over } = rows[10] ?? { gaps: [], over: true };
    expect(over).toBe(false);
    expect(gaps).toHaveLength(4);
    for (const gap of gaps) expect(gap).toBe(gaps[0]);
    // With ten, 840 would wait, of which 300 count: they are worked off in 30 s. After 35 s of the next burst they have done
    // what came in 15 s of it, so the oldest has waited 20 s.
    expect(gaps[0]).toBe(600 - 60 - 30 + 35);
  });

  it('takes a burst that comes when it is due, and is nearly as large, for one of its series', () => {
    const heights = [24, 24, 19, 24, 19, 24];
    const { rows } = learn(5 * 3600 + 600, (second) =>
      eachPeriod(3600, heights[Math.floor(second / 3600)] ?? 0)(second),
    );
    // Sixteen are enough for 19 replicas' worth of a minute, and not for 24.
    const { gaps, since } = rows[CAPACITIES.indexOf(16)] ?? { gaps: [], since: 0 };
    expect(gaps.map(Math.sign)).toEqual([1, -1, 1, -1, 1]);
    for (const gap of gaps) expect(Math.abs(Math.abs(gap) - 3540)).toBeLessThan(60);
    expect(since - FLOW_BEGIN).toBeGreaterThan(5 * 3_600_000);
    // One that comes at another time is none of them.
    const other = learn(2 * 3600, (second) =>
      second < 60 || (second >= 3600 && second < 3660) ? 24 : second >= 5400 && second < 5460 ? 19 : 0,
    );
    expect(other.rows[CAPACITIES.indexOf(16)]?.gaps).toHaveLength(1);
  });

  it('knows no gap within a burst, however chance divides it', () => {
    const gaps = (period: number, apartSeconds = 30) => {
      const flow = paperFlow(1200, (second) => (second % period < 5 ? 1 : 0));
      return learnLevels(undefined, flow, 1, { ...PROMPT, apartSeconds }).rows[0]?.gaps;
    };
    expect(gaps(30)).toEqual([]);
    expect(gaps(60)?.length).toBeGreaterThan(1);
    expect(gaps(30, 10)?.length).toBeGreaterThan(1);
  });

  it('is learned the same from all readings at once and one after the other', () => {
    const flow = paperFlow(1500, eachPeriod(300, 17));
    const stepwise = flow.reduce<Levels | undefined>(
      (known, _, index) => learnLevels(known, flow.slice(Math.max(0, index - 60), index + 1), 1, PROMPT),
      undefined,
    );
    expect(stepwise).toEqual(learnLevels(undefined, flow, 1, PROMPT));
  });

  it('does not change by readings that are known already', () => {
    const flow = paperFlow(900, eachPeriod(300, 17));
    const known = learnLevels(undefined, flow, 1, PROMPT);
    expect(learnLevels(known, flow, 1, PROMPT)).toEqual(known);
  });

  it('is kept in few numbers, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 5000, noNaN: true }), { maxLength: 300 }), (loads) => {
        const levels = learn(loads.length * 5, (second) => loads[second / 5] ?? 0);
        expect(levels.rows.length).toBeLessThanOrEqual(CAPACITIES.length);
        expect(JSON.stringify(levels).length).toBeLessThan(20_000);
        for (const { queue, peak, gaps, peaks } of levels.rows) {
          expect(queue).toBeGreaterThanOrEqual(0);
          expect(peak).toBeGreaterThanOrEqual(queue);
          expect(Math.max(gaps.length, peaks.length)).toBeLessThanOrEqual(8);
        }
        expect(levels.at).toBeGreaterThanOrEqual(FLOW_BEGIN);
      }),
    );
  });
});
