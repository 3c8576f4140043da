// What many seeds add up to.

import { REASONS } from '../../../shared/telemetry/reasons.ts';
import { ALL_KINDS, type FaultKind } from '../faults/kinds.ts';
import type { Violation } from '../promises/check.ts';
import type { SimulationResult } from '../world/simulation.ts';

export interface SeedViolation extends Violation {
  seed: number;
}

/** Also the JSON that `--json` writes. */
export interface Tally {
  seeds: number;
  simulatedHours: number;
  /** By seed; the first of each. */
  violations: SeedViolation[];
  faultsInjected: Record<FaultKind, number>;
  /** Cores that were paid for while nobody wanted them, times seconds. */
  orphanCoreSeconds: number;
  coverage: {
    faultKinds: { struck: number; of: number; never: FaultKind[] };
    reasons: { given: number; of: number; never: string[] };
    /** How often each reason, action with its outcome, and end of an evaluation came up. */
    counts: Record<string, number>;
  };
}

export function tallyOf(results: readonly SimulationResult[]): Tally {
  const faultsInjected = Object.fromEntries(ALL_KINDS.map((kind) => [kind, 0])) as Record<FaultKind, number>;
  const counts: Record<string, number> = {};
  for (const result of results) {
    for (const [kind, count] of Object.entries(result.faultsInjected)) faultsInjected[kind as FaultKind] += count;
    for (const [what, count] of Object.entries(result.coverage)) counts[what] = (counts[what] ?? 0) + count;
  }
  const never = ALL_KINDS.filter((kind) => faultsInjected[kind] === 0);
  const codes = Object.keys(REASONS);
  const silent = codes.filter((code) => !counts[`reason ${code}`]);
  return {
    seeds: results.length,
    simulatedHours: Math.round(results.reduce((sum, { hours }) => sum + hours, 0)),
    violations: results.flatMap(({ seed, violations: [first] }) => (first ? [{ seed, ...first }] : [])),
    faultsInjected,
    orphanCoreSeconds: Math.round(results.reduce((sum, { orphanCoreSeconds }) => sum + orphanCoreSeconds, 0)),
    coverage: {
      faultKinds: { struck: ALL_KINDS.length - never.length, of: ALL_KINDS.length, never },
      reasons: { given: codes.length - silent.length, of: codes.length, never: silent },
      counts: Object.fromEntries(Object.entries(counts).toSorted(([a], [b]) => a.localeCompare(b))),
    },
  };
}
