// One policy on one script: what it cost, how long tasks waited, how it moved.

import type { Policy } from './policy.ts';
import { scored, type Score } from './score.ts';
import type { Script } from './trace.ts';
import { World } from './world/world.ts';

export function play(script: Script, policy: Policy, targetWait: number): Score {
  return scored(run(script, policy), targetWait);
}

/** The world after all of the script. */
export function run(script: Script, policy: Policy): World {
  const world = new World(script);
  const seconds = script.arrivals.length;
  for (let nextAt = 0; world.now < seconds; world.step()) {
    if (world.now >= nextAt) nextAt = policy.act(world);
  }
  world.finish();
  return world;
}
