import { expect, test } from 'vitest';
import type { PlanInput, PlanOutput } from '../../../../shared/controller/plan-types.ts';
import { seeded } from '../../../../tools/local/random.ts';
import { Spillway } from '../../../../tools/backtest/policies/spillway.ts';
import { scored } from '../../../../tools/backtest/score.ts';
import { scriptOf } from '../../../../tools/backtest/trace.ts';
import { workloadOf } from '../../../../tools/backtest/workload.ts';
import { StandbyPool } from '../../../../tools/backtest/world/standby-pool.ts';
import { World } from '../../../../tools/backtest/world/world.ts';

test('a pool hands over what runs within ten seconds, makes it anew, and shows both a little later', () => {
  const pool = new StandbyPool(2, seeded(1));
  const handovers = [pool.take(100, 30), pool.take(100, 40)];
  for (const seconds of handovers) expect(seconds).toBeGreaterThanOrEqual(2);
  for (const seconds of handovers) expect(seconds).toBeLessThanOrEqual(10);
  expect(pool.take(129, 30)).toBeUndefined();
  expect([110, 116, 146, 156].map((second) => pool.shown(second))).toEqual([2, 0, 1, 2]);
  expect(pool.take(130, 30)).toBeDefined();
});

const group = '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers';
const text = `
image: shop:1
cpu: 1
memoryInGB: 2
placement:
  offerings:
    - location: eastus
      standbyPool:
        id: ${group}/Microsoft.StandbyPool/standbyContainerGroupPools/warm
        profile: ${group}/Microsoft.ContainerInstance/containerGroupProfiles/worker
        revision: 1
    - location: eastus
`;

/** Plays twenty quiet minutes, then a burst, on container groups alone. */
function played(pool: number | undefined) {
  const world = new World(scriptOf({ name: 'jump', binSeconds: 60, counts: [...Array(20).fill(0), 60] }, 1));
  const taken: number[] = [];
  const decided = (_: PlanInput, output: PlanOutput): void => {
    for (const action of output.actions) if (action.kind === 'create-group') taken.push(action.ordinal);
  };
  const policy = new Spillway(workloadOf('aci', {}, text), decided, pool);
  let eightServe: number | undefined;
  let before = 0;
  for (let nextAt = 0; world.now < world.script.arrivals.length; world.step()) {
    if (world.now === world.script.arrivals.length - 60) before = scored(world, 30).whole.cost;
    if (world.now >= nextAt) nextAt = policy.act(world);
    if (world.serving >= 8) eightServe ??= world.now - (world.script.arrivals.length - 60);
  }
  world.finish();
  return { before, eightServe, taken: taken.length };
}

test('a workload with a pool pays for it while nothing arrives, and answers a burst in seconds', () => {
  const [without, withPool] = [played(undefined), played(10)];
  expect(without.before).toBe(0);
  expect(withPool.before).toBeCloseTo((10 * 0.0494 * 20) / 60, 2);
  expect(withPool.taken).toBeGreaterThan(0);
  expect(withPool.eightServe ?? Infinity).toBeLessThan(without.eightServe ?? 60);
});
