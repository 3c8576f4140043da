// The host process dies where it hurts most: between a request that Azure accepted and the record of it. The story must
// end in the same place.

import { describe, expect, test } from 'vitest';
import { decisions } from '../support/decisions.ts';
import {
  NOTHING_LOST_OR_LEFT,
  atExchange,
  isCreate,
  isGivenBack,
  tellStory,
  type Stage,
  type TellOptions,
  type Told,
} from '../support/told-story.ts';

/** Kills the host at once and starts it again some simulated seconds later. */
function killed(restartAfter: number, when: (kill: (stage: Stage) => void) => TellOptions['onExchange']) {
  let restartedAt: number | undefined;
  const onExchange = when((stage) => {
    stage.now(() => stage.stack.host.kill());
    stage.soon(restartAfter, async () => {
      await stage.stack.restartHost();
      restartedAt = stage.stack.clock.now();
    });
  });
  const decisionsSince = ({ lines }: Told): number =>
    decisions(lines.filter(({ time }) => Date.parse(time) >= (restartedAt ?? Infinity))).length;
  return { onExchange: onExchange ?? ((): void => {}), decisionsSince };
}

describe('killing the host process', () => {
  test.each([
    { create: 1, restartAfter: 20 },
    // So soon that lists still lack what was started.
    { create: 20, restartAfter: 2 },
  ])(
    'while container group $create starts, and starting it $restartAfter s later, loses and doubles nothing',
    async ({ create, restartAfter }) => {
      const { onExchange, decisionsSince } = killed(restartAfter, (kill) => atExchange(create, isCreate, kill));
      const story = await tellStory({ onExchange, seed: create });
      expect(story).toMatchObject(NOTHING_LOST_OR_LEFT);
      expect(story.figures.peakBurstReplicas).toBeGreaterThanOrEqual(20);
      expect(decisionsSince(story)).toBeGreaterThan(10);
    },
  );

  test.each([
    { step: 1, restartAfter: 40 },
    { step: 30, restartAfter: 60 },
  ])(
    'at step $step of giving back, and starting it $restartAfter s later, leaves nothing over',
    async ({ step, restartAfter }) => {
      const { onExchange, decisionsSince } = killed(restartAfter, (kill) => atExchange(step, isGivenBack, kill));
      const story = await tellStory({ onExchange, seed: step });
      expect(story).toMatchObject(NOTHING_LOST_OR_LEFT);
      expect(decisionsSince(story)).toBeGreaterThan(2);
    },
  );
});
