import { describe, expect, it } from 'vitest';
import { foreseen } from '../../../shared/forecast/forecast.ts';
import { learnLevels } from '../../../shared/forecast/levels.ts';
import { inputOf } from '../../support/observation-of.ts';
import { eachPeriod, FLOW_BEGIN, paperFlow } from '../../support/paper-flow.ts';
import { workloadOf } from '../../support/workload-of.ts';

/** Bursts of 24 for a minute, the last of them over; `ready` replicas stand in a pool, 24 serve. */
function standingBy(ready: number, forecast: 'on' | 'off', period: number, seconds: number) {
  const flow = paperFlow(seconds, eachPeriod(period, 24));
  const levels = learnLevels(undefined, flow, 1, { waitSeconds: 20, ageSeconds: 18, answerSeconds: 80 });
  const start = { usual: 25, slow: 55, ready: { replicas: ready, start: { usual: 5, slow: 10 } } };
  const input = inputOf({ workload: workloadOf({ burst: { returnWorthSeconds: 600 }, forecast }) });
  return foreseen(input, levels, { flow, rate: 1, start, at: FLOW_BEGIN + seconds * 1000 }, 24, 0);
}

describe('what stands by for bursts that return', () => {
  it.each<[string, 'on' | 'off', number, number, number]>([
    ['kept where it is', 'off', 300, 1300, 20],
    ['made ready before the next', 'on', 3600, 4 * 3600, 19],
  ])('and is %s, is fewer by what is ready in a pool, and not below none', (_, forecast, period, seconds, without) => {
    const wanted = [0, 8, 40].map((ready) => standingBy(ready, forecast, period, seconds).wanted);
    expect(wanted).toEqual([without, without - 8, 0]);
    expect(standingBy(8, forecast, period, seconds).reasons[0]).toEqual({
      code: 'pool-stands-by',
      values: { of: without, ready: 8, left: without - 8 },
    });
  });
});
