import type { Fault } from '../faults/kinds.ts';
import { faultText, timeText } from '../world/simulation.ts';
import type { SeedViolation, Tally } from './tally.ts';

const LONGEST_LINE = 600;

/** The violations first, then what the run amounts to and how much it covered. */
export function report({
  seeds,
  simulatedHours,
  violations,
  faultsInjected,
  orphanCoreSeconds,
  coverage,
}: Tally): string[] {
  const { faultKinds, reasons } = coverage;
  const kinds = Object.entries(faultsInjected).filter(([, count]) => count > 0);
  const byPromise = Object.entries(Object.groupBy(violations, ({ promise }) => promise));
  return [
    `${violations.length} violations in ${seeds} seeds and ${simulatedHours} simulated hours`,
    ...byPromise.map(([promise, list]) => `  promise ${promise}: seeds ${list.map(({ seed }) => seed).join(', ')}`),
    `faults injected: ${kinds.map(([kind, count]) => `${kind} ${count}`).join(', ') || 'none'}`,
    `fault kinds: ${faultKinds.struck} of ${faultKinds.of}${list(' never: ', faultKinds.never)}`,
    `reasons given: ${reasons.given} of ${reasons.of}${list(' never: ', reasons.never)}`,
    `cores paid for while nobody wanted them: ${orphanCoreSeconds} core seconds`,
  ];
}

const list = (before: string, names: readonly string[]): string =>
  names.length > 0 ? `;${before}${names.join(', ')}` : '';

/** One violation: with which faults it comes about, and what happened before it. */
export const violationStory = (
  { seed, promise, at, what }: SeedViolation,
  faults: readonly Fault[],
  story: readonly string[],
): string[] => [
  `seed ${seed}, ${timeText(at)}: promise ${promise} is broken: ${what}`,
  `with the faults: ${faults.length === 0 ? 'none' : ''}`,
  ...faults.map((fault) => `  ${faultText(fault)}`),
  'what happened before:',
  ...story.map((line) => `  ${line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)} ...` : line}`),
];
