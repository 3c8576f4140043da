// Is a moment inside a window of time? It is when the window's next end comes before its next start. Time zones and
// daylight saving are croner's work. Both cron fields of days must match when both are restricted, as timers of Azure do.

import { Cron } from 'croner';
import type { ScheduleRef } from '../workload/signals.ts';

const cronOf = (pattern: string, timezone: string): Cron => new Cron(pattern, { timezone, domAndDow: true });

// Moments come in as numbers; nothing here asks for the present one.
// oxlint-disable-next-line no-restricted-globals
const moment = (at: number): Date => new Date(at);

/** Milliseconds of the next time after `at`; undefined when there is none. */
const next = (pattern: string, timeZone: string, at: number): number | undefined =>
  cronOf(pattern, timeZone).nextRun(moment(at))?.getTime();

/** Whether `now` (epoch ms) is inside, and when that changes. */
export function windowAt({ start, end, timeZone }: ScheduleRef, now: number): { inside: boolean; changesAt: number } {
  const [opens = Infinity, closes = Infinity] = [next(start, timeZone, now), next(end, timeZone, now)];
  return { inside: closes < opens, changesAt: Math.min(opens, closes) };
}

/** What is wrong with a cron; undefined when nothing is. */
export function cronProblem(pattern: string): string | undefined {
  try {
    return next(pattern, 'UTC', 0) === undefined ? 'names a time that never comes' : undefined;
  } catch (error) {
    return `is not a cron (${(error as Error).message.replace(/^CronPattern: /, '')})`;
  }
}

export function isTimeZone(name: string): boolean {
  try {
    // None at all would be that of the machine.
    return name !== '' && next('0 0 * * *', name, 0) !== undefined;
  } catch {
    return false;
  }
}

/** More than the days of a year. */
const ENDS_SEEN = 400;

/** Whether each end comes at a start, so that the window is never open. */
export function neverOpens({ start, end }: Pick<ScheduleRef, 'start' | 'end'>): boolean {
  let closes = 0;
  for (let seen = 0; seen < ENDS_SEEN; seen++) {
    closes = next(end, 'UTC', closes) ?? Infinity;
    if (next(start, 'UTC', closes - 1000) !== closes) return false;
  }
  return true;
}
