import { describe, expect, it } from 'vitest';
import { learnLevels } from '../../../shared/forecast/levels.ts';
import { standingBy, survivedBefore } from '../../../shared/forecast/standing.ts';
import { eachPeriod, FLOW_BEGIN, paperFlow } from '../../support/paper-flow.ts';

const WAIT = 20;
const WORTH = { worth: 600, lead: 60, ready: true };

/** After so many seconds of bursts of 24 for a minute each. */
function after(seconds: number, period: number) {
  const levels = learnLevels(undefined, paperFlow(seconds, eachPeriod(period, 24)), 1, {
    waitSeconds: WAIT,
    ageSeconds: 18,
    answerSeconds: 80,
    apartSeconds: 30,
  });
  return { levels, now: FLOW_BEGIN + seconds * 1000 };
}

describe('what stands by for the next burst', () => {
  it('is what bursts that return soon need, and stays', () => {
    const { levels, now } = after(1300, 300);
    expect(standingBy(levels, now, { ...WORTH, ready: false }).kept).toMatchObject({ replicas: 20 });
  });

  it('is nothing between bursts that return late, until shortly before the next', () => {
    const period = 3600;
    const { levels, now } = after(3 * period + 300, period);
    const between = standingBy(levels, now, WORTH);
    expect(between.kept).toBeUndefined();
    expect(between.ready).toBeUndefined();
    // Those that are needed last are asked for last; the first of them a slow start and a little before the burst.
    const due = FLOW_BEGIN + 4 * period * 1000;
    expect(between.changesAt).toBeGreaterThan(due - 120_000);
    expect(between.changesAt).toBeLessThan(due - 30_000);
    expect(standingBy(levels, due, WORTH).ready).toMatchObject({ replicas: 19 });
    expect(standingBy(levels, due + 20_000, WORTH).ready).toMatchObject({ replicas: 20 });
  });

  it('stays where it would be made ready again within a minute', () => {
    const period = 3600;
    const { levels, now } = after(3 * period + 300, period);
    const { changesAt = 0 } = standingBy(levels, now, WORTH);
    expect(standingBy(levels, changesAt - 70_000, WORTH).kept).toBeUndefined();
    const soon = standingBy(levels, changesAt - 40_000, WORTH);
    expect(soon.ready).toBeUndefined();
    expect(soon.kept?.replicas).toBeGreaterThan(1);
  });

  it('goes by the gaps of smaller bursts where too few were as large', () => {
    const once = (second: number) => (second < 4 * 3600 ? eachPeriod(3600, 12)(second) : eachPeriod(3600, 24)(second));
    const flow = paperFlow(4 * 3600 + 300, once);
    const levels = learnLevels(undefined, flow, 1, {
      waitSeconds: WAIT,
      ageSeconds: 18,
      answerSeconds: 80,
      apartSeconds: 30,
    });
    const late = FLOW_BEGIN + 5 * 3600 * 1000;
    expect(standingBy(levels, FLOW_BEGIN + (4 * 3600 + 300) * 1000, WORTH)).not.toHaveProperty('kept');
    expect(standingBy(levels, late + 20_000, WORTH).ready).toMatchObject({ replicas: 20 });
  });

  it('is given up when the burst does not come', () => {
    const period = 3600;
    const { levels } = after(3 * period + 300, period);
    expect(standingBy(levels, FLOW_BEGIN + (4 * period + 400) * 1000, WORTH)).toEqual({});
  });
});

describe('a burst that begins', () => {
  const { levels } = after(1300, 300);

  it('is survived by what came through all bursts before, as long as it is no larger', () => {
    expect(survivedBefore(levels, 20, { now: 80, more: 20 }, WAIT)).toMatchObject({ waits: 100, bursts: 5 });
    expect(survivedBefore(levels, 20, { now: 400, more: 0 }, WAIT)).toBeUndefined();
    // It grows so fast that it will be larger than any before when it is looked at next.
    expect(survivedBefore(levels, 20, { now: 80, more: 320 }, WAIT)).toBeUndefined();
  });

  it('is not survived by fewer than came through, nor by more than ever had one', () => {
    expect(survivedBefore(levels, 12, { now: 100, more: 0 }, WAIT)).toBeUndefined();
    expect(survivedBefore(levels, 40, { now: 100, more: 0 }, WAIT)).toBeUndefined();
  });
});
