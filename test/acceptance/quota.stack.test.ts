import { expect, test } from 'vitest';
import { ask, type Answer } from '../support/operate.ts';
import { NOTHING_LOST_OR_LEFT, isCreate, tellStory } from '../support/told-story.ts';

test('where the first region allows ten groups, ten run there and the rest in the second, and status says why', async () => {
  let status: Answer | undefined;
  let running: Record<string, number> = {};
  const story = await tellStory({
    quota: 10,
    onStart: (stage) =>
      stage.at(180, () =>
        stage.now(async () => {
          status = await ask(stage.stack, 'GET', 'status/orders');
          const groups = stage.stack.azure.model.groups.all();
          running = Object.fromEntries(
            [...Map.groupBy(groups, ({ body }) => body.location)].map(([location, list]) => [location, list.length]),
          );
        }),
      ),
  });
  expect(story).toMatchObject(NOTHING_LOST_OR_LEFT);
  expect(running['westeurope']).toBe(10);
  expect(running['northeurope']).toBeGreaterThanOrEqual(10);
  expect(story.figures.peakBurstReplicas).toBeGreaterThanOrEqual(20);
  // The quota is read before, so the region is never asked for what it must refuse.
  expect(story.exchanges.filter(({ method, status }) => method === 'PUT' && status >= 400)).toEqual([]);
  expect(story.exchanges.filter(isCreate).length).toBe(story.figures.groupsCreated);
  expect(status?.body).toMatchObject({
    workloads: [
      {
        quota: [
          'You ask for up to 60 container groups; the quota in westeurope is 10; ask Azure for more, or the burst ends there.',
          'You ask for up to 60 cores; the quota in northeurope is 100.',
        ],
      },
    ],
  });
});
