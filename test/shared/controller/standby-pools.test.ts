// A burst with groups that stand ready in a pool, told with the real controller on the simulated world.

import { describe, expect, it } from 'vitest';
import { AzureFailure } from '../../../shared/ports/errors.ts';
import { TAGS } from '../../../shared/placement/tags.ts';
import type { Intercept } from '../../../tools/simulation/memory-ports.ts';
import { scenario, type Scenario, type ScenarioOptions } from '../../support/scenario.ts';
import { standbyPool, standbyPoolOf } from '../../support/standby-pools.ts';

const PLACEMENT = {
  apart: [],
  replicasPerGroup: 1,
  sizes: [],
  offerings: [{ location: 'westeurope', standbyPool }, { location: 'northeurope' }],
};

/** More than is raced for. */
const burst = { maxGroups: 90 };

const story = (ready: number, more: ScenarioOptions = {}): Scenario =>
  scenario({ load: 3, standbyPools: [standbyPoolOf(ready)], scaling: { burst, placement: PLACEMENT }, ...more });

const without = (): Scenario =>
  story(0, { scaling: { burst, placement: { ...PLACEMENT, offerings: [{ location: 'westeurope' }] } } });

const running = (world: Scenario): number => world.groups().filter(({ state }) => state === 'Running').length;
const marked = (world: Scenario): number => world.groups().filter(({ body }) => TAGS.ready in body.tags).length;

/** After a calm minute the load jumps tenfold; the most that waited until so many seconds later. */
async function jump(world: Scenario, seconds: number): Promise<number> {
  await world.run(60);
  world.setLoad(30);
  let most = 0;
  for (let second = 0; second < seconds; second++) {
    await world.run(1);
    most = Math.max(most, world.queue.counts().active);
  }
  return most;
}

const created = (world: Scenario): number[] =>
  world.decisions
    .map(({ results }) => results.filter(({ action }) => action.kind === 'create-group').length)
    .filter((count) => count > 0);

describe('a burst with a standby pool', () => {
  it('of ten groups, too few for it, has those within seconds and all others asked for at the same time', async () => {
    const [pool, none] = [story(10), without()];
    await jump(pool, 15);
    await jump(none, 15);
    expect([marked(pool), running(pool)]).toEqual([10, 10]);
    expect(created(pool)).toEqual([pool.groups().length]);
    expect(pool.groups().length).toBeGreaterThan(20);
    expect(pool.groups().length).toBeLessThan(none.groups().length);
    expect(pool.reasons('pool-first')).toMatchObject([
      /^With 10 replicas .* which is late all the same: 38 .* not 42\.$/,
    ]);
    // What a pool had none for is an ordinary start.
    await pool.run(100);
    expect(pool.last().reasons.find(({ code }) => code === 'pool-ready')?.values['usual']).toBe(5);
  });

  it('that is enough for it starts fewer, and far less waits', async () => {
    const [pool, none] = [story(30), without()];
    const [waited, waitedWithout] = [await jump(pool, 120), await jump(none, 120)];
    // The first answer is the pool's alone; what the load turns out to ask for beside it starts as usual.
    expect(created(pool)[0]).toBe(marked(pool));
    expect(marked(pool)).toBeGreaterThan(20);
    expect(pool.groups().length).toBeLessThan(none.groups().length - 20);
    expect(waited).toBeLessThan(waitedWithout / 2);
  });

  it('that cannot be read is answered as without one', async () => {
    const denied = new AzureFailure(
      'Reading',
      { class: 'permanent', code: 'AuthorizationFailed', message: '' },
      undefined,
    );
    const intercept: Intercept = (port, _method, run) => {
      return port === 'standbyPools' ? Promise.reject(denied) : run();
    };
    const [pool, none] = [story(30, { intercept }), without()];
    await jump(pool, 8);
    await jump(none, 8);
    expect(created(pool)).toEqual(created(none));
    expect(marked(pool)).toBe(0);
    expect(pool.reasons('pool-unread').at(-1)).toContain('Standby pool warm could not be read (AuthorizationFailed)');
  });

  it('reads the pool once in each evaluation, and never for a workload that takes from none', async () => {
    let reads = 0;
    const intercept: Intercept = (port, _method, run) => {
      if (port === 'standbyPools') reads++;
      return run();
    };
    const world = story(10, { intercept });
    await jump(world, 60);
    expect(reads).toBe(world.decisions.length);
    await jump(scenario({ load: 3, intercept }), 60);
    expect(reads).toBe(world.decisions.length);
  });
});
