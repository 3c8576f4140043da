import { randomInt } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Ports } from '../../../shared/ports/ports.ts';
import { parseOptions } from '../../../tools/simulation/campaign/options.ts';
import { shrink } from '../../../tools/simulation/campaign/shrink.ts';
import { ALL_KINDS } from '../../../tools/simulation/faults/kinds.ts';
import { frozenCopy } from '../../../tools/simulation/json-copy.ts';
import { simulate } from '../../../tools/simulation/world/simulation.ts';

const HOURS = 2.5;
/** A share of the two thousand seeds of a full run, other ones each time; `npm run simulate -- --replay SEED` tells more. */
const SEEDS = 10;
const first = randomInt(1_000_000);

describe('the controller', () => {
  it(`keeps its promises in the seeds ${first} to ${first + SEEDS - 1}, whatever goes wrong`, async () => {
    const broken: string[] = [];
    for (let seed = first; seed < first + SEEDS; seed++) {
      const { violations } = await simulate({ seed, hours: HOURS, kinds: ALL_KINDS });
      for (const { promise, what } of violations) broken.push(`seed ${seed}, promise ${promise}: ${what}`);
    }
    expect(broken).toEqual([]);
  }, 180_000);

  it('keeps its promises without any fault', async () => {
    for (const seed of [1, 2, 3]) {
      const { violations } = await simulate({ seed, hours: HOURS, kinds: [] });
      expect(violations).toEqual([]);
    }
  }, 180_000);

  it(`changes nothing that stores gave it (seed ${first}), and is found when it does`, async () => {
    const options = { seed: first, hours: HOURS, kinds: ALL_KINDS, keep: frozenCopy };
    expect((await simulate(options)).violations).toEqual([]);
    const ports = (given: Ports): Ports => {
      const load: typeof given.planner.load = async (workload) => {
        const loaded = await given.planner.load(workload);
        if (loaded.status === 'found') loaded.state.wanted.pop();
        return loaded;
      };
      return { ...given, planner: { ...given.planner, load } };
    };
    const [found] = (await simulate({ ...options, variant: { ports } })).violations;
    expect(found).toMatchObject({ promise: 0, what: expect.stringContaining('Cannot delete property') });
  }, 180_000);
});

describe('the simulation', () => {
  it('tells the same story of a seed to the last letter', async () => {
    const tell = async (): Promise<string[]> => {
      const story: string[] = [];
      const { coverage } = await simulate({
        seed: 4,
        hours: 2,
        kinds: ALL_KINDS,
        tell: (line) => void story.push(line),
      });
      return [...story, JSON.stringify(coverage)];
    };
    const once = await tell();
    expect(once.length).toBeGreaterThan(500);
    expect(await tell()).toEqual(once);
  }, 180_000);

  it('leaves out the faults that a violation does not need', async () => {
    // Broken without any fault, so that none is needed.
    const variant = { workload: <T>(workload: T): T => ({ ...workload, name: 'nobody' }) };
    const options = { seed: 4, hours: 2.5, kinds: ALL_KINDS, variant };
    const found = await simulate(options);
    expect(new Set(found.violations.map(({ promise }) => promise))).toEqual(new Set([3]));
    expect(await shrink(options, found)).toEqual([]);
  }, 180_000);
});

describe('the options of npm run simulate', () => {
  it('are all faults for six hours unless something else is said', () => {
    expect(parseOptions([])).toEqual({ seeds: 200, first: 1, hours: 6, faults: ALL_KINDS });
    expect(parseOptions(['--faults', 'death,reorder', '--replay', '7'])).toMatchObject({
      faults: ['death', 'reorder'],
      replay: 7,
    });
  });

  it.each([
    ['--faults=earthquake', /There is no fault earthquake. Allowed: all, none, lost-answer/],
    ['--hours=1', /At least 2/],
    ['--seeds=0', /whole number from 1/],
  ])('%s is refused with a sentence', (option, sentence) => {
    expect(() => parseOptions([option])).toThrow(sentence);
  });
});
