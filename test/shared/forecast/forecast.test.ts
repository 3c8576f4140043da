import { describe, expect, it } from 'vitest';
import { foreseen, learnt } from '../../../shared/forecast/forecast.ts';
import { learnLevels } from '../../../shared/forecast/levels.ts';
import { sentence } from '../../../shared/telemetry/reasons.ts';
import { demandOf } from '../../../shared/signals/demand.ts';
import { inputOf, observationOf, stateOf } from '../../support/observation-of.ts';
import { eachPeriod, FLOW_BEGIN, paperFlow } from '../../support/paper-flow.ts';
import { workloadOf } from '../../support/workload-of.ts';

/** Bursts of 24 for a minute, the last of them over; `ready` replicas stand in a pool, `have` serve. */
function standingBy(ready: number, have: number, forecast: 'on' | 'shadow' | 'off', period: number, seconds: number) {
  const flow = paperFlow(seconds, eachPeriod(period, 24));
  const levels = learnLevels(undefined, flow, 1, {
    waitSeconds: 20,
    ageSeconds: 18,
    answerSeconds: 80,
    apartSeconds: 30,
  });
  const start = { usual: 25, slow: 55, ready: { replicas: ready, start: { usual: 5, slow: 10 } } };
  const input = inputOf({ workload: workloadOf({ burst: { returnWorthSeconds: 600 }, forecast }) });
  return foreseen(input, levels, { flow, rate: 1, start, at: FLOW_BEGIN + seconds * 1000 }, have, 0);
}

describe('what stands by for bursts that return', () => {
  it.each<[string, number, 'on' | 'shadow' | 'off', number, number, number]>([
    ['kept where it is', 24, 'off', 300, 1300, 20],
    ['made ready before the next', 0, 'on', 3600, 4 * 3600, 19],
  ])(
    'and is %s, is fewer by what is ready in a pool, and not below none',
    (_, have, forecast, period, seconds, without) => {
      const wanted = [0, 8, 40].map((ready) => standingBy(ready, have, forecast, period, seconds).wanted);
      expect(wanted).toEqual([without, without - 8, 0]);
      expect(standingBy(8, have, forecast, period, seconds).reasons[0]).toEqual({
        code: 'pool-stands-by',
        values: { of: without, ready: 8, left: without - 8 },
      });
    },
  );

  it('stays shortly before it would be made ready, and says for what; in shadow it is only said', () => {
    const [period, before] = [3600, 4 * 3600 - 80];
    const kept = standingBy(0, 24, 'on', period, before);
    expect(kept.wanted).toBeGreaterThan(10);
    expect(kept.reasons.map(sentence)).toEqual([
      expect.stringMatching(/\d+ replicas are wanted, and those that are there stay\.$/),
    ]);
    expect(standingBy(0, 24, 'shadow', period, before)).toMatchObject({ wanted: 0, changesAt: undefined });
    const shadow = standingBy(0, 0, 'shadow', period, 4 * 3600);
    expect(shadow.wanted).toBe(0);
    expect(shadow.reasons.map(sentence).join('')).toContain(
      '19 replicas are what would be wanted (SPILLWAY_FORECAST is shadow)',
    );
    // What is not made ready waits, as without a forecast.
    expect(standingBy(0, 24, 'shadow', 300, 1300).wanted).toBe(standingBy(0, 24, 'off', 300, 1300).wanted);
  });
});

describe('a burst that no capacity was ready for', () => {
  const flow = paperFlow(300, eachPeriod(3600, 24));
  const tooSmall = (usual: number, slow: number): number => {
    const levels = learnt(inputOf(), { flow, rate: 1, start: { usual, slow }, at: FLOW_BEGIN + 300_000 });
    return levels.rows.filter(({ since }) => since > 0).length;
  };

  it('was too large for those that it made wait until the usual start, because slow ones are raced', () => {
    expect(tooSmall(25, 100)).toBe(tooSmall(25, 60));
    expect(tooSmall(45, 100)).toBeGreaterThan(tooSmall(25, 100));
  });

  it('is not called survived for groups that were started for it and do not serve yet', () => {
    const flow = paperFlow(1300, eachPeriod(300, 24));
    const at = FLOW_BEGIN + 1_305_000;
    const start = { usual: 25, slow: 55 };
    const levels = learnt(inputOf(), { flow, rate: 1, start, at });
    const queue = { status: 'read' as const, value: { active: 80, deadLetter: 0, scheduled: 0 }, at };
    const input = inputOf({ observation: observationOf({ queue }), state: stateOf({ flow, levels }), now: at });
    const codes = (serving: number, starting: number): string[] =>
      demandOf(input, { serving, starting: Array<number>(starting).fill(5) }, start).reasons.map(({ code }) => code);
    expect(codes(20, 0)).toContain('burst-survived');
    expect(codes(4, 16)).not.toContain('burst-survived');
  });
});
