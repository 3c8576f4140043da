// Machines of the scale set that are lost under load: the burst covers what they carried.

import { describe, expect, it } from 'vitest';
import type { ScaleSet, Instance } from '../../../tools/local/azure/scale-set.ts';
import { scenario } from '../../support/scenario.ts';

const LOSSES: [string, (set: ScaleSet, instance: Instance) => void][] = [
  ['is evicted', (set, instance) => set.evict(instance)],
  ['fails', (set, instance) => set.fail(instance)],
];

describe('a machine of the scale set', () => {
  it.each(LOSSES)('that %s is covered by burst within one evaluation', async (_, lose) => {
    const story = scenario({ load: 6 });
    await story.run(180);
    expect(story.names()).toEqual([]);
    const [victim] = story.scaleSet.instances.values();
    if (!victim) throw new Error('The set is empty.');
    const at = story.clock.now();
    lose(story.scaleSet, victim);
    const before = story.decisions.length;
    while (story.decisions.length === before) await story.run(1);
    expect((story.clock.now() - at) / 1000).toBeLessThanOrEqual(10);
    expect(story.last().figures.baseServing).toBe(4);
    const creates = story.actionsSince(at).filter(({ action }) => action.kind === 'create-group');
    expect(creates.length).toBeGreaterThanOrEqual(3);
    expect(creates.every(({ outcome }) => outcome === 'accepted')).toBe(true);
  });
});
