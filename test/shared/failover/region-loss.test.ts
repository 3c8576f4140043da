// A region with 30 burst replicas is lost, in the two ways this shows: its groups fail, or nobody can read them.

import { describe, expect, it } from 'vitest';
import { AzureFailure } from '../../../shared/ports/errors.ts';
import type { Scaling } from '../../../shared/workload/workload.ts';
import { scenario, type Scenario } from '../../support/scenario.ts';
import type { Partly } from '../../support/workload-of.ts';
import type { Intercept } from '../../../tools/simulation/memory-ports.ts';

const LOST = 'westeurope';
const REPLICAS = 30;
/** The platform ended the container, not the app. */
const FORCED_EXIT = 7148;
/** Start times of the local Azure: 19 of 20 groups are quicker than this, and no group is slower than that. */
const START_P95 = 75;
const START_SLOWEST = 110;
const TWO_EVALUATIONS = 10;

const serving = (story: Scenario, location?: string): number =>
  story.groups().filter((group) => group.running && (location === undefined || group.body.location === location))
    .length;

const bursting = async (intercept?: Intercept, more: Partly<Scaling> = {}): Promise<Scenario> => {
  const scaling = { burst: { minGroups: REPLICAS, maxGroups: 60 }, limits: { spendUsdPerDay: 200 }, ...more };
  const story = scenario({ scaling, ...(intercept && { intercept }) });
  await story.run(180);
  expect(serving(story, LOST)).toBe(REPLICAS);
  return story;
};

async function secondsUntil(story: Scenario, most: number, reached: () => boolean): Promise<number> {
  const start = story.clock.now();
  while (!reached() && story.clock.now() - start < most * 1000) await story.run(1);
  return (story.clock.now() - start) / 1000;
}

/** From the detection on. */
async function expectReplaced(story: Scenario): Promise<void> {
  const detected = story.clock.now();
  const most = secondsUntil(story, 300, () => serving(story, 'northeurope') >= Math.floor(0.95 * REPLICAS));
  expect(await most).toBeLessThanOrEqual(START_P95 + TWO_EVALUATIONS);
  await secondsUntil(story, 300, () => serving(story, 'northeurope') >= REPLICAS);
  expect((story.clock.now() - detected) / 1000).toBeLessThanOrEqual(START_SLOWEST + TWO_EVALUATIONS);
}

describe('a region whose groups all fail and that takes no new ones', () => {
  it('is replaced in the next region within its start time and two evaluations of the detection', async () => {
    const story = await bursting();
    story.model.faults.capacityHole(LOST);
    for (const group of story.groups()) group.fail(undefined, FORCED_EXIT);
    const at = story.clock.now();
    const detected = await secondsUntil(story, 90, () => story.reasons('failed-group', at).length > 0);
    await expectReplaced(story);
    expect(detected).toBeLessThanOrEqual(65);
    expect(story.reasons('place-lost', at)[0]).toContain('replacements go elsewhere');
    expect(story.actionsSince(at).filter(({ outcome }) => outcome === 'failed')).toEqual([]);
    expect(serving(story)).toBe(REPLICAS);
  });

  it('gets new groups again one, two, four at a time when it is back, and no replica stops for it', async () => {
    const story = await bursting();
    for (const group of story.groups()) group.fail(undefined, FORCED_EXIT);
    await story.run(200);
    expect(serving(story, 'northeurope')).toBe(REPLICAS);
    const at = story.clock.now();
    const [workload] = story.context.workloads;
    if (workload) workload.scaling.burst.minGroups = 50;
    const starts: number[] = [];
    for (let second = 0; second < 240; second += 5) {
      const before = story.groups().filter(({ body }) => body.location === LOST).length;
      await story.run(5);
      starts.push(story.groups().filter(({ body }) => body.location === LOST).length - before);
      expect(serving(story)).toBeGreaterThanOrEqual(REPLICAS);
    }
    expect(starts.find((count) => count > 0)).toBe(1);
    expect(Math.max(...starts)).toBeLessThanOrEqual(16);
    expect(serving(story)).toBe(50);
    expect(story.actionsSince(at).filter(({ action }) => action.kind !== 'create-group')).toEqual([]);
  });
});

describe('a region that nobody can read', () => {
  const cut =
    (isCut: () => boolean): Intercept =>
    async (port, method, run) => {
      const value = await run();
      const lost = isCut() && port === 'containerGroups' && method === 'get';
      if (!lost || (value as { location?: string } | undefined)?.location !== LOST) return value;
      const failure = { class: 'unknown', code: 'GatewayTimeout', message: 'no answer', status: 504 } as const;
      throw new AzureFailure('Reading a container group', failure, undefined);
    };

  it('counts as lost after half a minute, and its groups serve on and are taken back when it answers again', async () => {
    let down = false;
    const story = await bursting(cut(() => down));
    story.context.ports.controls.beats = async () => [];
    const at = story.clock.now();
    down = true;
    const detected = await secondsUntil(story, 150, () => story.reasons('place-unread', at).length > 0);
    expect(detected).toBeLessThanOrEqual(100);
    await expectReplaced(story);
    expect(serving(story, LOST)).toBe(REPLICAS);
    down = false;
    await story.run(300);
    expect(serving(story)).toBe(REPLICAS);
  });

  it.each([
    [25, 10],
    [100, REPLICAS],
  ])('is replaced within the overlap: %i percent allow %i, since what is lost may bill', async (percent, replaced) => {
    let down = false;
    const burst = { minGroups: REPLICAS, maxGroups: 32 };
    const limits = { spendUsdPerHour: 10, spendUsdPerDay: 200 };
    const story = await bursting(
      cut(() => down),
      { burst, limits, failoverOverlapPercent: percent },
    );
    story.context.ports.controls.beats = async () => [];
    down = true;
    await story.run(300);
    expect(serving(story, 'northeurope')).toBe(replaced);
  });

  it('is fenced when it does not answer for minutes: its groups are deleted and confirmed gone', async () => {
    let down = false;
    const story = await bursting(cut(() => down));
    story.context.ports.controls.beats = async () => [];
    const at = story.clock.now();
    down = true;
    await story.run(300);
    expect(serving(story, LOST)).toBe(REPLICAS);
    await story.run(200);
    expect(story.names().filter((name) => name.includes(LOST))).toEqual([]);
    const deletes = story.actionsSince(at).filter(({ action }) => action.kind === 'delete-group');
    expect(deletes).toHaveLength(REPLICAS);
    expect(story.last().figures.burstBilling).toBe(REPLICAS);
  });

  it('is not replaced while its replicas speak for themselves: only the management of Azure is out', async () => {
    let down = false;
    const story = await bursting(cut(() => down));
    const at = story.clock.now();
    down = true;
    await story.run(200);
    expect(story.reasons('place-unread', at).length).toBeGreaterThan(0);
    expect(story.actionsSince(at)).toEqual([]);
    expect(serving(story, LOST)).toBe(REPLICAS);
  });
});
