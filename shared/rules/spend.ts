// How many groups may run under the spend limits? Spend is admitted on commitment: a group that starts will run at least
// through the scale-in delay and its drain, and for a minute, so that much must fit before it is started. Days and months
// run in UTC.
// Fails closed: with unreadable accounts the caller holds the burst where it is.

import type { LedgerEntry } from '../ports/stores.ts';
import type { Scaling } from '../workload/workload.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** Without any delay a group that goes still bills until that is decided and done. */
export const LEAST_COMMIT_SECONDS = 60;

/** Days since 1970-01-01, UTC. */
export const utcDay = (at: number): number => Math.floor(at / DAY_MS);

/**
 * First day of the month that a day is in, both as days since 1970-01-01. By the calendar of years that begin in March, in
 * which every month but the last has its length by one formula (Hinnant, "chrono-compatible low-level date algorithms").
 */
export function firstOfMonth(day: number): number {
  const shifted = day + 719_468;
  const ofEra = shifted - Math.floor(shifted / 146_097) * 146_097;
  const leaps = Math.floor(ofEra / 1460) - Math.floor(ofEra / 36_524) + Math.floor(ofEra / 146_096);
  const year = Math.floor((ofEra - leaps) / 365);
  const ofYear = ofEra - (365 * year + Math.floor(year / 4) - Math.floor(year / 100));
  const month = Math.floor((5 * ofYear + 2) / 153);
  return day - (ofYear - Math.floor((153 * month + 2) / 5));
}

export interface Spent {
  dayUsd: number;
  monthUsd: number;
}

/** Until `now`, UTC: the last entry plus what ran since at its rate, counted from the period's start at the earliest. */
export function spentUntil(last: LedgerEntry | undefined, now: number): Spent {
  if (!last) return { dayUsd: 0, monthUsd: 0 };
  const today = utcDay(now);
  const month = firstOfMonth(today);
  const since = (day: number): number =>
    (Math.max(0, now - Math.max(last.at, day * DAY_MS)) / HOUR_MS) * last.usdPerHour;
  // Entries of before months were counted know their day alone.
  const { dayUsd, monthUsd = dayUsd } = last;
  return {
    dayUsd: (last.day === today ? dayUsd : 0) + since(today),
    monthUsd: (firstOfMonth(last.day) === month ? monthUsd : 0) + since(month),
  };
}

/** While the accounts cannot be read, the day and the month count as spent in proportion to the time that is over. */
export function presumedSpent(limits: Scaling['limits'], now: number): Spent {
  const today = utcDay(now);
  const first = firstOfMonth(today);
  // Thirty-two days on is the next month, whatever the length of this one.
  const days = firstOfMonth(first + 32) - first;
  const { spendUsdPerDay, spendUsdPerMonth = days * spendUsdPerDay } = limits;
  return {
    dayUsd: spendUsdPerDay * (now / DAY_MS - today),
    monthUsd: spendUsdPerMonth * ((now / DAY_MS - first) / days),
  };
}

export interface SpendRoom {
  /** Groups that may run in all. */
  groups: number;
  /** The limit that set it, and what is spent of it; an hour's limit is one on the rate. */
  period: 'hour' | 'day' | 'month';
  limit: number;
  spent?: number;
  /** Seconds of each group that must fit into what is left. */
  commitSeconds: number;
}

/** `groupUsdPerHour` is the price of one group, `commitSeconds` how long a started group runs at least. */
export function spendRoom(
  limits: Pick<Scaling['limits'], 'spendUsdPerHour' | 'spendUsdPerDay' | 'spendUsdPerMonth'>,
  spent: Spent,
  groupUsdPerHour: number,
  commitSeconds: number,
): SpendRoom {
  const seconds = Math.max(LEAST_COMMIT_SECONDS, commitSeconds);
  const commitment = groupUsdPerHour * (seconds / 3600);
  const within = (period: 'day' | 'month', limit: number, spent: number): SpendRoom => ({
    groups: Math.floor(Math.max(0, limit - spent) / commitment + 1e-9),
    period,
    limit,
    spent,
    commitSeconds: seconds,
  });
  const { spendUsdPerHour, spendUsdPerDay, spendUsdPerMonth = Infinity } = limits;
  const byHour = Math.floor(spendUsdPerHour / groupUsdPerHour + 1e-9);
  const rooms: SpendRoom[] = [
    { groups: byHour, period: 'hour', limit: spendUsdPerHour, commitSeconds: seconds },
    within('day', spendUsdPerDay, spent.dayUsd),
    within('month', spendUsdPerMonth, spent.monthUsd),
  ];
  return rooms.reduce((least, room) => (room.groups < least.groups ? room : least));
}
