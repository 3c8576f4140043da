// Which place comes first? The lowest score:
//
//   4 x preference  rank of the user's preference (0 is the first)
//   1 x price       of one group, as a share of the dearest offering
//   1 x start       usual seconds to start, as a share of the slowest offering
//   2 x failures    share of lately asked groups that were refused or failed
//
// One step of preference weighs as much as everything else together, so the user's order holds and the rest decides
// between equals. Weights and numbers are part of the reason for a start.

import type { Action, PlannerState } from '../controller/plan-types.ts';
import { reason, type Reason } from '../telemetry/reasons.ts';
import type { Offering } from './offering.ts';
import { groupUsdPerHour } from './prices.ts';
import type { Size } from '../workload/placement.ts';

const WEIGHTS = { preference: 4, price: 1, start: 1, failures: 2 } as const;
/** Assumed until a start was seen: the middle of what starts take. */
const START_SECONDS = 30;

export interface Scored {
  offering: Offering;
  score: number;
  preference: number;
  usdPerHour: number;
  startSeconds: number;
  failures: number;
}

/** Best first; equals keep the order of their declaration. `size` is that of a whole group. */
export function ranked(offerings: readonly Offering[], experience: PlannerState['experience'], size: Size): Scored[] {
  const preferences = [...new Set(offerings.map(({ preference }) => preference))].toSorted((a, b) => a - b);
  const raw = offerings.map((offering) => {
    const known = experience?.[offering.key];
    return {
      offering,
      preference: preferences.indexOf(offering.preference),
      usdPerHour: groupUsdPerHour(offering.location, size.cpu, size.memoryInGB, offering),
      startSeconds: known && known.starts.length > 0 ? median(known.starts) : START_SECONDS,
      failures: known?.failures ?? 0,
    };
  });
  const dearest = Math.max(...raw.map(({ usdPerHour }) => usdPerHour));
  const slowest = Math.max(...raw.map(({ startSeconds }) => startSeconds));
  const scoreOf = ({ preference, usdPerHour, startSeconds, failures }: Omit<Scored, 'score'>): number =>
    WEIGHTS.preference * preference +
    WEIGHTS.price * (usdPerHour / dearest) +
    WEIGHTS.start * (startSeconds / Math.max(1, slowest)) +
    WEIGHTS.failures * failures;
  return raw.map((each) => Object.assign(each, { score: scoreOf(each) })).toSorted((a, b) => a.score - b.score);
}

/** Why the offerings of these creates came first, where there was a choice. */
export function scoreReasons(actions: Action[], scored: Scored[]): Reason[] {
  if (scored.length < 2) return [];
  const used = new Set(actions.map((action) => (action.kind === 'create-group' ? action.offering : undefined)));
  return scored
    .filter(({ offering }) => used.has(offering.key))
    .map(({ offering, ...numbers }) => reason('offering-score', { offering: offering.key, ...numbers, ...weights }));
}

const weights = Object.fromEntries(Object.entries(WEIGHTS).map(([name, value]) => [`${name}Weight`, value]));

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? START_SECONDS;
}
