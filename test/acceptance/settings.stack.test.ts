// Someone breaks settings in the middle of a burst: that must cost an operator a look at the health, and nobody else
// anything.

import { beforeAll, describe, expect, test } from 'vitest';
import { ask, type Answer } from '../support/operate.ts';
import { NOTHING_LOST_OR_LEFT, tellStory, type Stage, type Told } from '../support/told-story.ts';

const BROKEN = {
  SPILLWAY_BURST_MAX_GROUPS: 'fourty',
  SPILLWAY_TARGET_UTILIZATION: '80',
  SPILLWAY_DRAIN_TIMOUT_SECONDS: '60',
};

const PROBLEMS = [
  {
    path: 'SPILLWAY_BURST_MAX_GROUPS',
    value: 'fourty',
    message: expect.any(String),
    allowed: 'a whole number from 0 to 1000',
  },
  {
    path: 'SPILLWAY_TARGET_UTILIZATION',
    value: '80',
    message: expect.any(String),
    allowed: 'a number from 0.1 to 1',
  },
  {
    path: 'SPILLWAY_DRAIN_TIMOUT_SECONDS',
    message: 'is not a setting',
    allowed: expect.any(String),
    nearest: 'SPILLWAY_DRAIN_TIMEOUT_SECONDS',
  },
];

describe('settings broken in the middle of a burst', () => {
  let story: Told;
  const answers: Record<string, Answer> = {};
  /** Container groups when the host came back. */
  let groupsThen = 0;
  let createdAfter = 0;

  beforeAll(async () => {
    let restarted = false;
    story = await tellStory({
      onStart: (stage) => {
        stage.at(45, () =>
          stage.now(async () => {
            await restart(stage);
            restarted = true;
            groupsThen = stage.stack.azure.model.groups.all().length;
          }),
        );
        stage.at(150, () =>
          stage.now(async () => {
            answers['health'] = await ask(stage.stack, 'GET', 'health');
            answers['status'] = await ask(stage.stack, 'GET', 'status');
          }),
        );
      },
      onExchange: ({ method, status }) => void (restarted && method === 'PUT' && status < 300 && createdAfter++),
    });
  }, 120_000);

  test('lose no message and leave no group', () => {
    expect(groupsThen).toBeGreaterThan(0);
    expect(story).toMatchObject(NOTHING_LOST_OR_LEFT);
  });

  test('do not keep the burst from growing within its last valid limit', () => {
    expect(createdAfter).toBeGreaterThan(0);
    expect(story.figures.peakBurstReplicas).toBeGreaterThan(10);
    expect(story.figures.peakBurstReplicas).toBeLessThanOrEqual(60);
    expect(story.figures.longestWaitSeconds).toBeLessThan(60);
  });

  test.each(['health', 'status'])('show in %s as degraded, each with path, value and what is allowed', (path) => {
    const { status, body } = answers[path] ?? {};
    expect(status).toBe(200);
    expect(body).toMatchObject({ health: 'degraded' });
    expect(body?.['problems']).toHaveLength(PROBLEMS.length);
    expect(body?.['problems']).toEqual(
      expect.arrayContaining(PROBLEMS.map((problem) => expect.objectContaining(problem))),
    );
    expect(body?.['degraded']).toMatchObject([{ workload: 'orders', runsConfigurationFrom: expect.any(Number) }]);
  });
});

/** As Azure does when app settings change. */
async function restart({ stack }: Stage): Promise<void> {
  await stack.host.stop();
  await stack.restartHost(BROKEN);
}
