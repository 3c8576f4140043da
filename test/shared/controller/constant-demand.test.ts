// Messages arrive independently of each other at a constant mean rate, so readings wander; the fleet must not.

import { describe, expect, it } from 'vitest';
import { scenario } from '../../support/scenario.ts';

const MINUTE = 60;
/** As by default: what bursts taught, and what is expected, must not move it either. */
const FORESEEING = { forecast: 'on', burst: { returnWorthSeconds: 600 } } as const;

describe('constant demand', () => {
  const cases = [3, 6, 12, 20].flatMap((load) => [1, 2, 3].map((seed): [number, number] => [load, seed]));

  it.each(cases)('of %i messages a second settles and then nothing changes (seed %i)', async (load, seed) => {
    const story = scenario({ load, seed, scaling: FORESEEING });
    await story.run(25 * MINUTE);
    const [at, before] = [story.clock.now(), story.names()];
    await story.run(20 * MINUTE);
    expect(story.actionsSince(at + 1)).toEqual([]);
    expect(story.names()).toEqual(before);
    expect(story.queue.ageOfOldest()).toBeLessThan(30_000);
  });
});
