// Fires a function by an NCRONTAB schedule of six fields, in UTC, and never while its previous run goes on.

import { Cron } from 'croner';
import type { Binding, RegisteredFunction } from './core-api.ts';
import type { Host, Trigger } from './host.ts';

/** A run that starts later than this after it was due, in ms, is told so by `isPastDue`. */
const pastDue = 1000;

export function startTimer(target: RegisteredFunction, binding: Binding, { clock, invoke, log }: Host): Trigger {
  const { name } = target.metadata;
  const cron = parse(name, String(binding['schedule']));
  let last = new Date(clock.now());
  let cancel = (): void => {};

  const arm = (): void => {
    // Looking from the end of the run skips what fell due during it, as the real one does.
    const due = cron.nextRun(new Date(clock.now()));
    if (due) cancel = clock.at(due.getTime(), () => void run(due));
  };
  const run = async (due: Date): Promise<void> => {
    const release = clock.hold();
    const next = cron.nextRun(new Date(clock.now()));
    const timer = {
      Schedule: { AdjustForDST: true },
      ScheduleStatus: { Last: last, LastUpdated: last, Next: next },
      IsPastDue: clock.now() - due.getTime() > pastDue,
    };
    last = due;
    await invoke(target, { data: { json: JSON.stringify(timer) } }).catch(() => {});
    arm();
    release();
  };
  arm();
  log('debug', `Function '${name}' runs at ${cron.getPattern()}, first ${cron.nextRun(last)?.toISOString()}.`);
  return { stop: async () => cancel() };
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
