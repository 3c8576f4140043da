import { randomInt } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Workload } from '../../../shared/workload/workload.ts';
import { ALL_KINDS } from '../../../tools/simulation/faults/kinds.ts';
import { simulate } from '../../../tools/simulation/world/simulation.ts';

const kinds = ALL_KINDS.filter((kind) => kind !== 'revision-changed');
/** A share of the thousand worlds of `npm run simulate -- --rollouts 1000`, other ones each time. */
const SEEDS = 2;
const first = randomInt(100_000);

it(`no release in the worlds ${first} to ${first + SEEDS - 1} breaks what a rollout promises`, async () => {
  const broken: string[] = [];
  for (let seed = first; seed < first + SEEDS; seed++) {
    const { violations } = await simulate({ seed, hours: 2.5, kinds, releases: true });
    for (const { promise, what } of violations) broken.push(`seed ${seed}, promise ${promise}: ${what}`);
  }
  expect(broken).toEqual([]);
}, 120_000);

describe('the worlds with releases find a controller that', () => {
  const broken = async (rollout: Workload['scaling']['rollout'], seeds: number[]): Promise<string[]> => {
    const variant = {
      workload: (workload: Workload): Workload => ({
        ...workload,
        scaling: { ...workload.scaling, rollout: { ...workload.scaling.rollout, ...rollout } },
      }),
    };
    const found: string[] = [];
    for (const seed of seeds) {
      const { violations } = await simulate({ seed, hours: 2.2, kinds: [], releases: true, variant });
      found.push(...violations.map(({ what }) => what));
      if (found.length > 0) break;
    }
    return found;
  };

  it('gives a bad revision more than its canary', async () => {
    const [what] = await broken({ strategy: 'rolling' }, [1, 2, 3, 4, 5, 6]);
    expect(what).toMatch(/its canary is \d+ of \d+/);
  }, 60_000);

  it('takes more away than may be unavailable', async () => {
    const [what] = await broken({ maxUnavailablePercent: 60, maxSurgePercent: 0 }, [1, 2, 3, 4, 5, 6]);
    expect(what).toMatch(/serving groups were drained, \d+ replicas serve/);
  }, 60_000);

  it('takes crashes, unreadiness and dead letters for nothing', async () => {
    const blind = { maxCrashPercent: 1e6, readySeconds: 1e6, maxDeadLetters: 1e6 };
    const [what] = await broken(blind, [1, 2, 3, 4, 5, 6, 7, 8]);
    expect(what).toMatch(/is bad|its canary is|has not ended|counts as good|is still changed/);
  }, 60_000);
});
