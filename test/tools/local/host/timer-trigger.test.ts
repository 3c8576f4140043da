import { expect, test } from 'vitest';
import { SimulatedClock } from '../../../../tools/local/clock.ts';
import type { Host, TriggerEvent } from '../../../../tools/local/host/host.ts';
import { startTimer } from '../../../../tools/local/host/timer-trigger.ts';

const start = Date.UTC(2026, 0, 1);

/** A clock that runs on during a run, as real time does. */
class RestlessClock extends SimulatedClock {
  override hold(): () => void {
    return () => {};
  }
}

function timer(schedule: string, quantum = 200) {
  const clock = new RestlessClock(start, quantum);
  const host: Host = {
    clock,
    env: {},
    firstMessageDelay: 0,
    log: () => {},
    extensions: {
      http: { routePrefix: 'api' },
      serviceBus: {
        autoCompleteMessages: true,
        maxAutoLockRenewalDuration: 0,
        maxConcurrentCalls: 1,
        maxConcurrentSessions: 1,
        sessionIdleTimeout: 0,
      },
    },
  };
  const runs: { at: number; event: TriggerEvent; finish: () => void }[] = [];
  const invoke = (event: TriggerEvent): Promise<undefined> =>
    new Promise((resolve) => runs.push({ at: (clock.now() - start) / 1000, event, finish: () => resolve(undefined) }));
  const trigger = startTimer({ name: 'tick', trigger: { type: 'timerTrigger', schedule }, invoke }, host);
  return { clock, runs, trigger };
}

test('a timer is not fired again while it runs, and what fell due meanwhile is not made up for', async () => {
  const { clock, runs } = timer('*/10 * * * * *');
  await clock.advance(35_000);
  expect(runs.map(({ at }) => at)).toEqual([10]);
  runs[0]?.finish();
  await clock.advance(10_000);
  expect(runs.map(({ at }) => at)).toEqual([10, 40]);
});

test('a timer tells its function when it ran last and runs next', async () => {
  const { clock, runs } = timer('0 */5 * * * *');
  await clock.advance(300_000);
  runs[0]?.finish();
  await clock.advance(300_000);
  expect(JSON.parse(runs[1]?.event.data.json ?? '')).toMatchObject({
    IsPastDue: false,
    ScheduleStatus: { Last: '2026-01-01T00:05:00.000Z', Next: '2026-01-01T00:15:00.000Z' },
  });
});

test('a timer stopped during a run is not fired again', async () => {
  const { clock, runs, trigger } = timer('*/10 * * * * *');
  await clock.advance(10_000);
  await trigger.stop();
  runs[0]?.finish();
  await clock.advance(60_000);
  expect(runs).toHaveLength(1);
});

test('a day of the month and a day of the week must both match, as NCRONTAB has it', async () => {
  // The first Friday the 13th of 2026 is in February; the first of January is a Thursday.
  const { clock, runs } = timer('0 0 0 13 * 5', 3_600_000);
  await clock.advanceTo(Date.UTC(2026, 1, 12, 23));
  expect(runs).toHaveLength(0);
  await clock.advanceTo(Date.UTC(2026, 1, 13, 1));
  expect(runs).toHaveLength(1);
});

test.each(['* * * * *', 'soon', '00:05:00'])('the schedule %o is refused with what is allowed', (schedule) => {
  expect(() => timer(schedule)).toThrow(/Function 'tick' has the schedule .*expected six NCRONTAB fields/);
});
