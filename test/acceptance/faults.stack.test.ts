// Azure answers badly for minutes, in the middle of the burst and again while it is given back: the story must end well.

import { describe, expect, test, vi, type Mock } from 'vitest';
import type { FaultPlanInput, FaultRule, Faults } from '../../tools/local/azure/faults.ts';
import { NOTHING_LOST_OR_LEFT, tellStory, type Stage } from '../support/told-story.ts';

type Fault = Pick<FaultRule, 'fault' | 'share'> & Partial<FaultRule>;

const MIXES: { name: string; seed: number; faults: Fault[] }[] = [
  {
    name: 'says 409 to writes, fails with 500 and is out of reach',
    seed: 12,
    faults: [
      { fault: '409', calls: 'writes', share: 0.25 },
      { fault: '500', calls: 'all', share: 0.15 },
      { fault: 'dropRequest', calls: 'all', share: 0.1 },
    ],
  },
  {
    name: 'throttles with 429 and drops the answers of half of what it accepted',
    seed: 13,
    faults: [
      { fault: '429', calls: 'all', share: 0.3, retryAfter: 12 },
      { fault: 'dropAnswer', calls: 'writes', share: 0.5 },
    ],
  },
  {
    name: 'does all of that at once',
    seed: 14,
    faults: [
      { fault: 'dropAnswer', calls: 'writes', share: 0.3 },
      { fault: '429', calls: 'all', share: 0.1 },
      { fault: '409', calls: 'writes', share: 0.1 },
      { fault: '500', calls: 'all', share: 0.1 },
      { fault: '503', calls: 'all', share: 0.05, retryAfter: 5 },
    ],
  },
];

/** From before the first create until long after the burst stands, and from the fall of the load on. */
const BAD_TIMES: [number, number][] = [
  [20, 200],
  [360, 560],
];

describe('a story in which Azure', () => {
  test.each(MIXES)('$name (seed $seed) loses nothing, leaves nothing and creates nothing twice', async (mix) => {
    let strike: Mock<Faults['strike']> | undefined;
    const story = await tellStory({ seed: mix.seed, onStart: (stage) => void (strike = disturb(stage, mix.faults)) });
    expect(story).toMatchObject(NOTHING_LOST_OR_LEFT);
    expect(strike?.mock.results.filter(({ value }) => value !== undefined).length).toBeGreaterThan(20);
    expect(story.figures.peakBurstReplicas).toBeGreaterThanOrEqual(20);
    expect(story.lines.filter(({ message }) => message.includes('InternalError'))).toEqual([]);
  });
});

/** Returns what tells each call's fault, to see that there were any. */
function disturb({ stack, start }: Stage, faults: Fault[]): Mock<Faults['strike']> {
  const plan = stack.azure.model.faults;
  const rules: FaultPlanInput['rules'] = BAD_TIMES.flatMap(([from, to]) =>
    faults.map((fault) => ({ ...fault, from: start + from * 1000, to: start + to * 1000 })),
  );
  plan.set({ rules, listLagSeconds: 30 });
  return vi.spyOn(plan, 'strike');
}
