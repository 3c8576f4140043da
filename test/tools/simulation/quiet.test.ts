import { describe, expect, it } from 'vitest';
import { REASONS } from '../../../shared/telemetry/reasons.ts';
import { CANNOT_BE_GIVEN, ENOUGH_SEEDS, tooQuiet } from '../../../tools/simulation/campaign/quiet.ts';
import { tallyOf } from '../../../tools/simulation/campaign/tally.ts';
import { ALL_KINDS, type FaultKind } from '../../../tools/simulation/faults/kinds.ts';
import type { SimulationResult } from '../../../tools/simulation/world/simulation.ts';

const CODES = Object.keys(REASONS);

/** Results of which the first has all the faults and reasons that came up at all. */
function tallyWith(kinds: readonly FaultKind[], codes: readonly string[], seeds = ENOUGH_SEEDS) {
  const result = (seed: number): SimulationResult => ({
    seed,
    hours: 6,
    violations: [],
    faults: [],
    faultsInjected: seed === 1 ? Object.fromEntries(kinds.map((kind) => [kind, 1])) : {},
    orphanCoreSeconds: 0,
    coverage: seed === 1 ? Object.fromEntries(codes.map((code) => [`reason ${code}`, 1])) : {},
  });
  return tallyOf(Array.from({ length: seeds }, (_, index) => result(index + 1)));
}

describe('a run of enough seeds', () => {
  it('is loud enough when every kind of fault struck and every reason was given', () => {
    expect(tooQuiet(tallyWith(ALL_KINDS, CODES), ALL_KINDS)).toEqual([]);
  });

  it.each(ALL_KINDS)('fails when %s never struck', (kind) => {
    const others = ALL_KINDS.filter((other) => other !== kind);
    expect(tooQuiet(tallyWith(others, CODES), ALL_KINDS)).toEqual([`Too quiet: the faults ${kind} never struck.`]);
  });

  it('fails when a reason was never given, unless none of the worlds can give it', () => {
    const others = CODES.filter((code) => code !== 'steady');
    expect(tooQuiet(tallyWith(ALL_KINDS, others), ALL_KINDS)).toEqual([
      'Too quiet: the reasons steady were never given.',
    ]);
    const possible = CODES.filter((code) => !(code in CANNOT_BE_GIVEN));
    expect(tooQuiet(tallyWith(ALL_KINDS, possible), ALL_KINDS)).toEqual([]);
  });

  it('is not asked for what was left out, nor is a short one', () => {
    expect(tooQuiet(tallyWith([], []), ['death'])).toEqual([]);
    expect(tooQuiet(tallyWith([], [], ENOUGH_SEEDS - 1), ALL_KINDS)).toEqual([]);
  });
});
