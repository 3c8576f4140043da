// Azure is the database: all that Spillway keeps in tables may go at any time, and only a little knowledge is gone.

import { expect, test } from 'vitest';
import { TABLES } from '../../shared/azure/tables/table.ts';
import { decisions } from '../support/decisions.ts';
import {
  NOTHING_LOST_OR_LEFT,
  all,
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

test('wiping all tables while the burst starts and again while it is given back loses, doubles and leaves nothing', async () => {
  const starting = wipedAt(20, isCreate);
  const givingBack = wipedAt(30, isGivenBack);
  const story = await tellStory({ onExchange: all(starting.onExchange, givingBack.onExchange) });
  expect(starting.names).toEqual(expect.arrayContaining(USED));
  // What was declared is stored once, when the app starts.
  expect(givingBack.names).toEqual(expect.arrayContaining(USED.filter((name) => name !== TABLES.configs)));
  expect(stateless(story)).toBeGreaterThan(2);
  expect(story).toMatchObject(NOTHING_LOST_OR_LEFT);
  expect(story.figures.peakBurstReplicas).toBeGreaterThanOrEqual(20);
});

function wipedAt(step: number, matches: Parameters<typeof atExchange>[1]) {
  const names: string[] = [];
  const onExchange = atExchange(step, matches, (stage) =>
    stage.now(async () => void names.push(...(await wipeTables(stage.stack)))),
  );
  return { onExchange, names };
}
