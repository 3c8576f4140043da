// Reasons that somebody should hear of when they begin: each is a line of the log of its own, an event named as its code,
// once until it no longer holds. Alert rules can go by them.

import type { Reason, ReasonCode } from './reasons.ts';

export const RAISED: ReadonlySet<ReasonCode> = new Set([
  'at-maximum',
  'at-minimum',
  'at-change-limit',
  'base-at-maximum',
  'burst-not-helping',
  'minutes-unread',
  'probes-unheard',
  'registry-unreadable',
  'spend-limit',
  'spend-unknown',
]);

const eventsIn = (reasons: readonly Reason[]): Reason[] => reasons.filter(({ code }) => RAISED.has(code));

/** What to remember as raised; undefined for nothing. */
export function raisedIn(reasons: readonly Reason[]): ReasonCode[] | undefined {
  const codes = eventsIn(reasons).map(({ code }) => code);
  return codes.length > 0 ? codes : undefined;
}

/** Those that were not raised before. */
export const newEvents = (reasons: readonly Reason[], raised: readonly ReasonCode[] = []): Reason[] =>
  eventsIn(reasons).filter(({ code }) => !raised.includes(code));
