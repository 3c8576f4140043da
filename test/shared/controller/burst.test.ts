// What a burst looks like from outside, on the simulated world.

import { describe, expect, it } from 'vitest';
import { scenario, type Scenario } from '../../support/scenario.ts';

const inRegion = (story: Scenario, location: string): number =>
  story.groups().filter((group) => group.body.location === location).length;

describe('a burst', () => {
  it('starts within 15 seconds of a spike and is gone after it, without cutting work short', async () => {
    const story = scenario({ load: 3 });
    await story.run(120);
    expect(story.names()).toEqual([]);
    story.setLoad(40);
    await story.run(15);
    expect(story.groups().length).toBeGreaterThanOrEqual(30);
    await story.run(200);
    expect(story.workers.replicas).toBeGreaterThanOrEqual(40);
    story.setLoad(3);
    await story.run(300);
    expect(story.names()).toEqual([]);
    expect(story.workers.killedBusy).toBe(0);
    expect(story.model.groups.counters.putsOnLiveGroups).toBe(0);
  });

  it('never has more groups than the maximum, however high the load', async () => {
    const story = scenario({ load: 3, scaling: { burst: { maxGroups: 7 } } });
    await story.run(60);
    story.setLoad(60);
    await story.run(240);
    expect(story.model.groups.counters.maximumLive).toBe(7);
    expect(story.reasons('at-maximum').at(-1)).toContain('the maximum is 7');
    const told = story.logged.filter(({ event }) => event === 'at-maximum');
    expect(told[0]?.fields).toMatchObject({ workload: 'orders', max: 7 });
    expect(told.length).toBeLessThan(3);
  });

  it('that comes again while the last one leaves stays within the maximum and a quarter', async () => {
    const story = scenario({ load: 3, scaling: { burst: { maxGroups: 20 } } });
    await story.run(60);
    for (let round = 0; round < 3; round++) {
      story.setLoad(60);
      await story.run(120);
      story.setLoad(3);
      await story.run(round * 20 + 160);
    }
    const { billing } = story.model.groups;
    const most = billing.map(({ from }) => billing.filter((each) => each.from <= from && (each.to ?? Infinity) > from));
    expect(Math.max(...most.map(({ length }) => length))).toBeLessThanOrEqual(25);
    expect(story.workers.killedBusy).toBe(0);
  });

  it('leaves behind what stands by for the next one, for as long as that is worth and no scale-in delay longer', async () => {
    const burst = { returnWorthSeconds: 400, scaleInDelaySeconds: 180 };
    const story = scenario({ load: 3, scaling: { burst } });
    await story.run(120);
    story.setLoad(40);
    await story.run(120);
    story.setLoad(3);
    await story.run(160);
    expect(story.groups().length).toBeGreaterThanOrEqual(15);
    // 200 s after the burst, and for their drains; not 380 s.
    await story.run(150);
    expect(story.names()).toEqual([]);
  });

  it('keeps its minimum while there is no load', async () => {
    const story = scenario({ scaling: { burst: { minGroups: 2 } } });
    await story.run(300);
    expect(story.groups().map((group) => group.state)).toEqual(['Running', 'Running']);
  });

  it('of more than the quota of ten groups goes on in the second region', async () => {
    const story = scenario({ load: 3, quota: { westeurope: { groups: 10 } } });
    await story.run(60);
    story.setLoad(40);
    await story.run(60);
    expect(inRegion(story, 'westeurope')).toBe(10);
    expect(inRegion(story, 'northeurope')).toBeGreaterThanOrEqual(20);
    expect(story.reasons('quota')[0]).toContain('10 groups used');
  });

  it('goes to the second region while the first has no capacity, and comes back to it', async () => {
    const story = scenario({ load: 3, scaling: { burst: { maxGroups: 80 } } });
    await story.run(60);
    story.model.faults.capacityHole('westeurope', story.clock.now() + 90_000);
    story.setLoad(20);
    await story.run(60);
    expect(inRegion(story, 'westeurope')).toBe(0);
    expect(inRegion(story, 'northeurope')).toBeGreaterThanOrEqual(10);
    await story.run(120);
    // One group as a trial, then two, then four.
    for (const load of [40, 60, 80]) {
      story.setLoad(load);
      await story.run(20);
    }
    expect(inRegion(story, 'westeurope')).toBeGreaterThanOrEqual(7);
  });

  it('hands over to the scale set when the load stays, and the set shrinks when it is gone', async () => {
    const story = scenario({ load: 3, scaling: { base: { mode: 'manage', usdPerInstanceHour: 0.12 } } });
    await story.run(120);
    story.setLoad(14);
    await story.run(600);
    expect(story.scaleSet.capacity).toBeGreaterThanOrEqual(4);
    // Less than a machine's worth stays on container groups.
    expect(story.names().length).toBeLessThan(4);
    story.setLoad(3);
    await story.run(900);
    expect(story.scaleSet.capacity).toBe(2);
    expect(story.workers.killedBusy).toBe(0);
  });

  it('grows by two groups for each alert that fired, until it resolves', async () => {
    const story = scenario();
    const alert = { id: 'a', rule: 'queue-long', severity: 'Sev2', expiresAt: story.clock.now() + 3_600_000 };
    await story.run(60);
    await story.ports.alerts.put('orders', { ...alert, condition: 'fired', at: story.clock.now() });
    await story.run(90);
    expect(story.names()).toHaveLength(2);
    await story.ports.alerts.put('orders', { ...alert, condition: 'resolved', at: story.clock.now() });
    await story.run(240);
    expect(story.names()).toEqual([]);
  });
});
