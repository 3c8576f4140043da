// Groups that Azure announces to end: their replacements start while they still run.

import { describe, expect, it } from 'vitest';
import { scenario } from '../../support/scenario.ts';

describe('a group that Azure is about to move', () => {
  it('is covered by another one within an evaluation, before it ends, and one of both goes when it is back', async () => {
    const story = scenario({ scaling: { burst: { minGroups: 3 } } });
    await story.run(150);
    const [victim] = story.groups();
    if (!victim) throw new Error('There is no group.');
    const at = story.clock.now();
    victim.relocate(30_000);
    while (story.groups().length === 3 && story.clock.now() - at < 30_000) await story.run(1);
    // A group that serves is read each 15 s, and evaluations follow each other within 10 s.
    expect((story.clock.now() - at) / 1000).toBeLessThanOrEqual(25);
    expect(victim.running).toBe(true);
    await story.run(400);
    expect(story.groups().map(({ state }) => state)).toEqual(['Running', 'Running', 'Running']);
    const creates = story.actionsSince(at).filter(({ action }) => action.kind === 'create-group');
    expect(creates).toHaveLength(1);
    expect(story.workers.killedBusy).toBe(0);
  });
});
