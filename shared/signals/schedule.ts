// Is a moment inside a window of time? It is when the last start came after the last end. Time zones and daylight saving
// are croner's work. Both cron fields of days must match when both are restricted, as timers of Azure do.

import { Cron } from 'croner';
import type { ScheduleRef } from '../workload/signals.ts';

const cronOf = (pattern: string, timezone: string): Cron => new Cron(pattern, { timezone, domAndDow: true });

// Moments come in as numbers; nothing here asks for the present one.
// oxlint-disable-next-line no-restricted-globals
const moment = (at: number): Date => new Date(at);

/** Milliseconds of the next time after `at`; undefined when there is none. */
const next = (pattern: string, timeZone: string, at: number): number | undefined =>
  cronOf(pattern, timeZone).nextRun(moment(at))?.getTime();

/** The last time not after `at`. */
const last = (pattern: string, timeZone: string, at: number): number | undefined =>
  cronOf(pattern, timeZone)
    .previousRuns(1, moment(at + 1))[0]
    ?.getTime();

/** Whether `now` (epoch ms) is inside, and when that changes. */
export function windowAt({ start, end, timeZone }: ScheduleRef, now: number): { inside: boolean; changesAt: number } {
  const [opened = 0, closed = 0] = [last(start, timeZone, now), last(end, timeZone, now)];
  const [opens = Infinity, closes = Infinity] = [next(start, timeZone, now), next(end, timeZone, now)];
  // A start at an end opens a window only where its end comes before the next start: 2:00 to 3:00 is one moment on the day
  // that has no such hour, and no window until the day after.
  const inside = opened > closed || (opened === closed && closes < opens);
  return { inside, changesAt: inside ? closes : opens };
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
const STARTS_SEEN = 400;
/** 2026: years long before had other changes of the clock, or none. */
const SEEN_FROM = 1_767_225_600_000;

/** Whether no start opens the window, because each comes at an end. */
export function neverOpens(window: ScheduleRef): boolean {
  let opens = next(window.start, window.timeZone, SEEN_FROM);
  for (let seen = 0; opens !== undefined && seen < STARTS_SEEN; seen++) {
    if (windowAt(window, opens).inside) return false;
    opens = next(window.start, window.timeZone, opens);
  }
  return true;
}
