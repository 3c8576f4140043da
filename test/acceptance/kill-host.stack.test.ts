// The host process dies where it hurts most: between a request that Azure accepted and the record of it, once while the
// burst starts and once while it is given back. The story must end in the same place.

import { describe, expect, test } from 'vitest';
import { decisions } from '../support/decisions.ts';
import {
  NOTHING_LOST_OR_LEFT,
  all,
  atExchange,
  isCreate,
  isGivenBack,
  tellStory,
  type Stage,
  type TellOptions,
  type Told,
} from '../support/told-story.ts';

interface Death {
  /** Of the exchanges of its kind, counted from 1. */
  step: number;
  /** Simulated seconds. */
  restartAfter: number;
}

describe('killing the host process', () => {
  test.each([
    { create: { step: 1, restartAfter: 20 }, end: { step: 30, restartAfter: 60 } },
    // So soon that lists still lack what was started.
    { create: { step: 20, restartAfter: 2 }, end: { step: 1, restartAfter: 40 } },
  ])(
    'while container group $create.step starts and at step $end.step of giving back loses, doubles and leaves nothing',
    async ({ create, end }) => {
      const restarts: number[] = [];
      const onExchange = all(killed(create, isCreate, restarts), killed(end, isGivenBack, restarts));
      const story = await tellStory({ seed: create.step, onExchange });
      expect(story).toMatchObject(NOTHING_LOST_OR_LEFT);
      expect(story.figures.peakBurstReplicas).toBeGreaterThanOrEqual(20);
      const [first = Infinity, second = Infinity] = restarts;
      expect(decisionsBetween(story, first, second)).toBeGreaterThan(10);
      expect(decisionsBetween(story, second, Infinity)).toBeGreaterThan(2);
    },
  );
});

/** Kills the host at once and starts it again some simulated seconds later. */
const killed = (
  { step, restartAfter }: Death,
  matches: Parameters<typeof atExchange>[1],
  restarts: number[],
): NonNullable<TellOptions['onExchange']> =>
  atExchange(step, matches, (stage: Stage) => {
    stage.now(() => stage.stack.host.kill());
    stage.soon(restartAfter, async () => {
      await stage.stack.restartHost();
      restarts.push(stage.stack.clock.now());
    });
  });

const decisionsBetween = ({ lines }: Told, from: number, to: number): number =>
  decisions(lines.filter(({ time }) => Date.parse(time) >= from && Date.parse(time) < to)).length;
