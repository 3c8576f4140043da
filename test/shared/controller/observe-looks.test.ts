import { expect, it } from 'vitest';
import { observe } from '../../../shared/controller/observe.ts';
import { AzureFailure } from '../../../shared/ports/errors.ts';
import { groupOf, stateOf } from '../../support/observation-of.ts';
import { scenario } from '../../support/scenario.ts';
import { OWNER, workloadOf } from '../../support/workload-of.ts';

const HANGS = 'northeurope';

it('reads by name that hang leave time to act, and those of another region are made all the same', async () => {
  const { ports, clock, loop } = scenario();
  loop.stop();
  const groups = Array.from({ length: 100 }, (_, index) => groupOf(index, index < 60 ? { location: HANGS } : {}));
  const get = async (name: string) => {
    const group = groups.find((each) => each.name === name);
    if (group?.location !== HANGS) return group;
    return await new Promise<never>((_, reject) => {
      const failure = { class: 'wait', code: 'Network', message: 'time-out' } as const;
      clock.at(clock.now() + 15_000, () => reject(new AzureFailure('Reading', failure, undefined)));
    });
  };
  const containerGroups = { ...ports.containerGroups, list: async () => groups, get };
  const [start, state] = [clock.now(), stateOf({ observedAt: clock.now() - 60_000 })];
  const observing = observe({ ...ports, containerGroups }, workloadOf(), OWNER, state).then((read) => ({
    ...read,
    seconds: (clock.now() - start) / 1000,
  }));
  await clock.advance(200_000);
  const { seconds, looks, unread } = await observing;
  expect(seconds).toBeLessThanOrEqual(35);
  expect(Object.keys(looks).length).toBeGreaterThanOrEqual(10);
  expect(new Set([...Object.keys(looks), ...(unread ?? [])]).size).toBe(100);
});
