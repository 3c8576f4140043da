// How many groups may run under the spend limits? Spend is admitted on commitment: a group that starts will run at least
// through the scale-in delay and its drain, so that much must fit before it is started. The day runs in UTC.
// Fails closed: with unreadable accounts the caller holds the burst where it is.

import type { LedgerEntry } from '../ports/stores.ts';

const DAY_MS = 86_400_000;

/** Days since 1970-01-01, UTC. */
export const utcDay = (at: number): number => Math.floor(at / DAY_MS);

/** Spent today until `now`: the last entry plus what ran since at its rate, counted from midnight at the earliest. */
export function spentToday(last: LedgerEntry | undefined, now: number): number {
  if (!last) return 0;
  const today = utcDay(now);
  const midnight = today * DAY_MS;
  const running = (Math.max(0, now - Math.max(last.at, midnight)) / 3_600_000) * last.usdPerHour;
  return (last.day === today ? last.dayUsd : 0) + running;
}

export interface SpendRoom {
  /** Groups that may run in all. */
  groups: number;
  /** The limit that set it. */
  period: 'hour' | 'day';
  limit: number;
}

/** `groupUsdPerHour` is the price of one group, `commitSeconds` how long a started group runs at least. */
export function spendRoom(
  limits: { spendUsdPerDay: number; spendUsdPerHour: number },
  spent: number,
  groupUsdPerHour: number,
  commitSeconds: number,
): SpendRoom {
  const byHour = Math.floor(limits.spendUsdPerHour / groupUsdPerHour + 1e-9);
  const left = Math.max(0, limits.spendUsdPerDay - spent);
  const byDay = Math.floor(left / (groupUsdPerHour * (commitSeconds / 3600)) + 1e-9);
  return byHour <= byDay
    ? { groups: byHour, period: 'hour', limit: limits.spendUsdPerHour }
    : { groups: byDay, period: 'day', limit: limits.spendUsdPerDay };
}
