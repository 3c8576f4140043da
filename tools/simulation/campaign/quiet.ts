// Was a run loud enough to mean anything? With enough seeds and all kinds of faults every kind must have struck, and every
// reason that a decision can give must have been given in some world.

import type { ReasonCode } from '../../../shared/telemetry/reasons.ts';
import { ALL_KINDS, type FaultKind } from '../faults/kinds.ts';
import type { Tally } from './tally.ts';

/** Fewer seeds may miss what is rare. */
export const ENOUGH_SEEDS = 200;

/** Reasons that no simulated world can give, each with why. */
export const CANNOT_BE_GIVEN: Partial<Record<ReasonCode, string>> = {};

/** What never came up and should have, as sentences; none for a short run and for one with chosen faults. */
export function tooQuiet({ seeds, coverage }: Tally, kinds: readonly FaultKind[]): string[] {
  if (seeds < ENOUGH_SEEDS || kinds.length < ALL_KINDS.length) return [];
  const { faultKinds, reasons } = coverage;
  const missing = reasons.never.filter((code) => !(code in CANNOT_BE_GIVEN));
  return [
    ...(faultKinds.never.length > 0 ? [`Too quiet: the faults ${faultKinds.never.join(', ')} never struck.`] : []),
    ...(missing.length > 0 ? [`Too quiet: the reasons ${missing.join(', ')} were never given.`] : []),
  ];
}
