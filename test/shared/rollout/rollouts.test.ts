import { randomInt } from 'node:crypto';
import { expect, it } from 'vitest';
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
