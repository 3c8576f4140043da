// Fires a function by an NCRONTAB schedule of six fields, in UTC, and never while its previous run goes on.

import { Cron } from 'croner';
import type { Host, LocalFunction, Trigger } from './host.ts';

/** A run that starts later than this after it was due, in ms, is told so by `isPastDue`. */
const pastDue = 1000;

/** Throws on a schedule that is none. */
export function startTimer({ name, trigger, invoke }: LocalFunction, { clock }: Host): Trigger {
  const cron = parse(name, String(trigger['schedule']));
  let last = new Date(clock.now());
  // Looking from the end of a run skips what fell due during it, as the real one does. A timer of Node may be early by a
  // millisecond, and must not find the same time due again.
  const next = (): Date | null => cron.nextRun(new Date(Math.max(clock.now(), last.getTime())));
  let cancel: (() => void) | undefined;

  const arm = (): void => {
    const due = next();
    if (due) cancel = clock.at(due.getTime(), () => void run(due));
  };
  const run = async (due: Date): Promise<void> => {
    const release = clock.hold();
    const previous = last;
    last = due;
    const timer = {
      Schedule: { AdjustForDST: true },
      ScheduleStatus: { Last: previous, LastUpdated: previous, Next: next() },
      IsPastDue: clock.now() - due.getTime() > pastDue,
    };
    await invoke({ data: { json: JSON.stringify(timer) } }).catch(() => {});
    if (cancel) arm();
    release();
  };
  const stop = async (): Promise<void> => {
    cancel?.();
    cancel = undefined;
  };
  arm();
  return { stop };
}

function parse(name: string, schedule: string): Cron {
  try {
    // NCRONTAB wants both day fields to match when both are restricted.
    return new Cron(schedule, { mode: '6-part', timezone: 'UTC', domAndDow: true });
  } catch (cause) {
    const expected = `expected six NCRONTAB fields, such as '0 */5 * * * *'`;
    throw new Error(`Function '${name}' has the schedule '${schedule}': ${expected} (${String(cause)}).`, { cause });
  }
}
