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

/** What is wrong with a window, by field; undefined when nothing is. `now` may be any moment. */
export function scheduleProblem(schedule: ScheduleRef): { field: keyof ScheduleRef; message: string } | undefined {
  for (const field of ['start', 'end'] as const) {
    try {
      if (!cronOf(schedule[field], 'UTC').nextRun(moment(0)))
        return { field, message: 'names a time that never comes' };
    } catch (error) {
      return { field, message: `is not a cron (${(error as Error).message.replace(/^CronPattern: /, '')})` };
    }
  }
  try {
    cronOf(schedule.start, schedule.timeZone).nextRun(moment(0));
  } catch {
    return { field: 'timeZone', message: 'is not a time zone' };
  }
  return undefined;
}
