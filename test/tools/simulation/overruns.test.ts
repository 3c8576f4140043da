import { expect, it } from 'vitest';
import { dearestGroupUsdPerHour } from '../../../shared/placement/prices.ts';
import { TAGS } from '../../../shared/placement/tags.ts';
import { TICK_MS, type Truth } from '../../../tools/simulation/promises/check.ts';
import { overruns } from '../../../tools/simulation/promises/overruns.ts';
import { NOW } from '../../support/observation-of.ts';
import { workloadOf } from '../../support/workload-of.ts';

const MINUTE_MS = 60_000;

/** Ten groups that run for ten minutes where the limit of the day admits nine; then one of them is started. */
function startedAfter(shiftMsAt: (minute: number) => number): string[] {
  const { spec, scaling, name } = workloadOf();
  const { cpu, memoryInGB } = spec;
  const tags = { [TAGS.workload]: name };
  const groups = Array.from({ length: 10 }, () => ({ body: { tags }, state: 'Running' }));
  const seconds = 9 * 60 + scaling.burst.scaleInDelaySeconds + scaling.drainTimeoutSeconds;
  const usd = (groups.length * dearestGroupUsdPerHour(workloadOf()) * seconds) / 3600;
  const violations: string[] = [];
  let [now, shift] = [NOW, 0];
  const check = overruns({
    clock: { now: () => now },
    controllerNow: () => now + shift,
    model: { groups: { all: () => groups, named: () => groups } },
    workloads: new Map([[name, { workload: workloadOf({ limits: { spendUsdPerDay: usd } }) }]]),
    openBills: () => groups.map(() => ({ tags, cpu, memoryInGB })),
    violate: (_: unknown, what: string) => void violations.push(what),
  } as unknown as Truth);
  while (now < NOW + 10 * MINUTE_MS) {
    now += TICK_MS;
    shift = shiftMsAt((now - NOW) / MINUTE_MS);
    check.tick?.();
  }
  check.after?.({ port: 'containerGroups', method: 'create', args: ['one'], region: '' }, undefined);
  return violations;
}

it('a group that starts when the day has no room for it is an overrun', () => {
  expect(startedAfter(() => 0)).toEqual([expect.stringContaining('USD this day')]);
});

it('what ran while a clock that was put back showed the same time again counts when the clock is right', () => {
  expect(startedAfter((minute) => (minute > 5 ? -90_000 : 0))).toEqual([]);
  expect(startedAfter((minute) => (minute > 5 ? -30_000 : 0))).toHaveLength(1);
  expect(startedAfter((minute) => (minute > 5 && minute < 10 ? -90_000 : 0))).toHaveLength(1);
  // It ran ahead and counted that, too, before it was right again.
  expect(startedAfter((minute) => (minute > 2 && minute < 5 ? 90_000 : 0))).toHaveLength(1);
});
