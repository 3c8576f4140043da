// Azure is the database: all that Spillway keeps in tables may go at any time, and only a little knowledge is gone.

import { describe, expect, test } from 'vitest';
import { TABLES } from '../../shared/azure/tables/table.ts';
import { decisions } from '../support/decisions.ts';
import {
  NOTHING_LOST_OR_LEFT,
  atExchange,
  isCreate,
  isGivenBack,
  tellStory,
  type Told,
} from '../support/told-story.ts';
import { wipeTables } from '../support/wipe-tables.ts';

/** Decisions that had to start from what Azure shows; the very first one of a story always does. */
const stateless = ({ lines }: Told): number =>
  decisions(lines).filter(({ reasons }) => (reasons as string[]).some((text) => text.startsWith('Planner state was')))
    .length;

/** A workload alone shares nothing, and this one publishes nothing: it never makes the tables of pools and of the registry. */
const USED = Object.values(TABLES).filter((name) => name !== TABLES.pools && name !== TABLES.registry);

describe('wiping all tables', () => {
  test.each([
    ['while the burst starts', atExchangeOf(20, isCreate)],
    ['while the burst is given back', atExchangeOf(30, isGivenBack)],
  ])('%s loses, doubles and leaves nothing', async (_, wiped) => {
    const { onExchange, names } = wiped();
    const story = await tellStory({ onExchange });
    expect(names).toEqual(expect.arrayContaining(USED));
    expect(stateless(story)).toBeGreaterThan(1);
    expect(story).toMatchObject(NOTHING_LOST_OR_LEFT);
    expect(story.figures.peakBurstReplicas).toBeGreaterThanOrEqual(20);
  });
});

function atExchangeOf(number: number, matches: Parameters<typeof atExchange>[1]) {
  return () => {
    const names: string[] = [];
    const onExchange = atExchange(number, matches, (stage) =>
      stage.now(async () => void names.push(...(await wipeTables(stage.stack)))),
    );
    return { onExchange, names };
  };
}
