// Scaling in, many times, with replicas that keep the drain contract and with some that hang.

import { describe, expect, it } from 'vitest';
import { TAGS } from '../../../shared/placement/tags.ts';
import { seeded } from '../../../tools/local/random.ts';
import { scenario, type Scenario } from '../../support/scenario.ts';

/** Decisions in which replicas began to drain. */
const scaleIns = ({ decisions }: Scenario): number =>
  decisions.filter(({ results }) => results.some(({ action }) => action.kind === 'drain-group')).length;

describe('replicas that keep the drain contract', () => {
  it('are never stopped at work: 500 scale-ins under changing load (seeds 1 to 34)', async () => {
    let [count, killed, stopped] = [0, 0, 0];
    for (let seed = 1; seed <= 34; seed++) {
      const random = seeded(seed);
      const scaling = { target: { messagesPerSecondPerReplica: 0.33 }, burst: { scaleInDelaySeconds: 5 } };
      const story = scenario({ seed, load: 4, secondsPerMessage: 3, scaling });
      for (let step = 0; step < 20; step++) {
        await story.run(40);
        story.setLoad(1 + 12 * random.next());
      }
      count += scaleIns(story);
      killed += story.workers.killedBusy;
      stopped += story.actionsSince(0).filter(({ action }) => action.kind === 'stop-group').length;
    }
    expect(count).toBeGreaterThanOrEqual(500);
    expect(stopped).toBeGreaterThanOrEqual(500);
    expect(killed).toBe(0);
  }, 60_000);

  it('serve on when they are wanted again while they drain', async () => {
    const story = scenario({ scaling: { burst: { minGroups: 4 } } });
    await story.run(150);
    const [workload] = story.context.workloads;
    const at = story.clock.now();
    if (workload) workload.scaling.burst.minGroups = 0;
    while (story.reasons('drain-out', at).length === 0) await story.run(1);
    if (workload) workload.scaling.burst.minGroups = 4;
    await story.run(60);
    expect(story.reasons('drain-cancelled', at)).not.toEqual([]);
    expect(story.groups().filter((group) => group.running && !(TAGS.drain in group.body.tags))).toHaveLength(4);
    expect(story.workers.killedBusy).toBe(0);
  });
});

describe('replicas that hang', () => {
  it.each([1, 2, 3, 4])('get the whole of their time, and one evaluation more at most (seed %i)', async (seed) => {
    const story = scenario({ seed, secondsPerMessage: 1e6, scaling: { burst: { minGroups: 5, maxGroups: 5 } } });
    await story.run(150);
    for (let message = 0; message < 13; message++) story.queue.send({ body: {} });
    await story.run(60);
    const [workload] = story.context.workloads;
    if (workload) Object.assign(workload.scaling.burst, { minGroups: 0, maxGroups: 0 });
    await story.run(200);
    const acted = story.decisions.flatMap(({ at, results }) => results.map(({ action }) => ({ at, action })));
    const waits = acted.flatMap(({ at, action }) => {
      if (action.kind !== 'stop-group') return [];
      const drain = acted.find((other) => other.action.kind === 'drain-group' && other.action.name === action.name);
      return [(at - (drain?.at ?? 0)) / 1000];
    });
    expect(waits).toHaveLength(5);
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(60);
    expect(Math.max(...waits)).toBeLessThanOrEqual(65);
    expect(story.workers.killedBusy).toBe(5);
    expect(story.reasons('retire')[0]).toContain('its drain time is up while it is busy');
  });
});
