// Machines of the scale set that are lost under load, or will be: the burst covers what they carried.

import { describe, expect, it } from 'vitest';
import type { ScaleSet, Instance } from '../../../tools/local/azure/scale-set.ts';
import { begin } from '../../support/azure-samples.ts';
import { scenario } from '../../support/scenario.ts';

/** By the clock of the story, which is three minutes old then. */
const inFourMinutes: [number, number] = [begin + 7 * 60_000, begin + 20 * 60_000];

/** What happens, and the seconds within which an evaluation comes: lost work calls for one, a notice waits for the next. */
const LOSSES: [string, number, (set: ScaleSet, instance: Instance) => void][] = [
  ['is evicted', 10, (set, instance) => set.evict(instance)],
  ['fails', 10, (set, instance) => set.fail(instance)],
  ['will be redeployed in four minutes', 60, (set, instance) => set.announce(instance, ...inFourMinutes)],
];

describe('a machine of the scale set', () => {
  it.each(LOSSES)('that %s is covered by burst within one evaluation', async (_, most, lose) => {
    const story = scenario({ load: 6 });
    await story.run(180);
    expect(story.names()).toEqual([]);
    const [victim] = story.scaleSet.instances.values();
    if (!victim) throw new Error('The set is empty.');
    const at = story.clock.now();
    lose(story.scaleSet, victim);
    const before = story.decisions.length;
    while (story.decisions.length === before) await story.run(1);
    expect((story.clock.now() - at) / 1000).toBeLessThanOrEqual(most);
    expect(story.last().figures.baseServing).toBe(4);
    const creates = story.actionsSince(at).filter(({ action }) => action.kind === 'create-group');
    expect(creates.length).toBeGreaterThanOrEqual(3);
    expect(creates.every(({ outcome }) => outcome === 'accepted')).toBe(true);
  });
});
