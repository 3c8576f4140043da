// Was a run loud enough to mean anything? With enough seeds and all kinds of faults every kind must have struck, and every
// reason that a decision can give must have been given in some world.

import type { ReasonCode } from '../../../shared/telemetry/reasons.ts';
import { ALL_KINDS, type FaultKind } from '../faults/kinds.ts';
import type { Tally } from './tally.ts';

/** Fewer seeds may miss what is rare. */
export const ENOUGH_SEEDS = 200;

const ALWAYS_HELP = 'each replica of the simulated queues does its share: nothing that they have in common slows them';
const OTHER_WORLDS = 'comes of bad releases, which the worlds of --rollouts have; here one is bad by chance only';
const NO_OPERATOR = 'needs an operator who steers a rollout, or steps that wait for approval';

/** Reasons that no simulated world can give, or hardly any, each with why. */
export const CANNOT_BE_GIVEN: Partial<Record<ReasonCode, string>> = {
  'formula-failed': 'formulas there name what is always known, and divide by nothing that is zero',
  'burst-not-helping': ALWAYS_HELP,
  'burst-tried': ALWAYS_HELP,
  preflight: 'the groups are in no network, and the identity has its rights',
  'smaller-size': 'needs a quota with room for one core and not for two, which is drawn too seldom',
  'minutes-unread': 'no fault strikes the minute metrics of a queue',
  'registry-unreadable': 'what is read from its stores is what was written',
  'service-unwatched': 'all machines there have a health extension',
  'rollout-failed': OTHER_WORLDS,
  'rollout-back': OTHER_WORLDS,
  'rollout-quarantined': OTHER_WORLDS,
  'rollout-paused': NO_OPERATOR,
  'rollout-approval': NO_OPERATOR,
};

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
