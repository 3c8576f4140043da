// A scale set whose list of instances has several pages, in a burst that lasts, on the simulated world.

import { describe, expect, it } from 'vitest';
import { AzureFailure, type Failure } from '../../../shared/ports/errors.ts';
import type { ScaleSet } from '../../../shared/ports/scale-sets.ts';
import type { Intercept } from '../../../tools/simulation/memory-ports.ts';
import { scenario } from '../../support/scenario.ts';

const throttled: Failure = { class: 'wait', code: 'TooManyRequests', message: 'wait', status: 429, retryAfterMs: 6000 };

/** Of one set Azure takes 30 reads of pages at most, and 10 come back in a minute, of which `others` take their share. */
function burst(pages: number, others = 0, scaling: NonNullable<Parameters<typeof scenario>[0]>['scaling'] = {}) {
  const bucket = { left: 30, at: 0 };
  let wholeAt = 0;
  let oldest = 0;
  const intercept: Intercept = async (port, method, run) => {
    if (port !== 'scaleSets' || method !== 'read') return await run();
    const now = story.clock.now();
    bucket.left = Math.min(30, bucket.left + ((now - bucket.at) / 6000) * (1 - others));
    bucket.at = now;
    for (let page = 0; page < pages; page++) {
      if (bucket.left < 1) throw new AzureFailure('Reading a page', throttled, undefined);
      bucket.left--;
    }
    if (wholeAt > 0) oldest = Math.max(oldest, now - wholeAt);
    wholeAt = now;
    return { ...((await run()) as unknown as ScaleSet), pages } as never;
  };
  const story = scenario({ intercept, load: 20, scaling });
  return Object.assign(story, { oldest: () => oldest });
}

const unread = ({ reasons }: ReturnType<typeof burst>): string[] => reasons('base-unread');

describe('a scale set with several pages of instances', () => {
  it.each([
    [2, 0],
    [2, 0.5],
    [5, 0],
    [8, 0],
  ])(
    'of %i pages is read again before what it served is forgotten, when others take %d of the reads',
    async (pages, others) => {
      const story = burst(pages, others);
      await story.run(20 * 60);
      expect(unread(story).length).toBeGreaterThan(10);
      expect(unread(story).filter((each) => !each.includes('serving 8 replicas, as it did'))).toEqual([]);
      expect(story.oldest()).toBeLessThanOrEqual(60_000);
    },
  );

  it('of more pages than come back in a minute is read, too', async () => {
    const story = burst(20);
    await story.run(40 * 60);
    expect(story.oldest()).toBeLessThanOrEqual(140_000);
  });

  it('says how old that is and when it is read again', async () => {
    const story = burst(5);
    await story.run(20 * 60);
    expect(unread(story)).toContain(
      'The scale set could not be read (TooManyRequests, asked again in 25 s); it counts as serving 8 replicas, as it did 10 s ago, is not changed, and burst is not scaled in.',
    );
  });

  it('takes nothing away while that is old, and does once it is read', async () => {
    const story = burst(5, 0, { base: { mode: 'manage' } });
    await story.run(10 * 60);
    story.setLoad(1);
    await story.run(30 * 60);
    const removing = story.decisions.filter(({ results }) =>
      results.some(({ action: { kind } }) => ['drain-group', 'stop-group', 'shrink-base'].includes(kind)),
    );
    const blind = removing.filter(({ reasons }) => reasons.some(({ code }) => code === 'base-unread'));
    expect([removing.length > 0, blind.length]).toEqual([true, 0]);
    expect(story.groups()).toEqual([]);
  });

  it('of a single page is asked for at each look, because that takes nothing from others', async () => {
    const story = burst(1);
    await story.run(40 * 60);
    expect(unread(story).filter((each) => each.includes('asked again'))).toEqual([]);
    expect(story.oldest()).toBeLessThanOrEqual(15_000);
  });
});
