// Placement in the whole loop, on the simulated Azure.

import { describe, expect, it } from 'vitest';
import { TAGS } from '../../../shared/placement/tags.ts';
import type { Placement } from '../../../shared/workload/placement.ts';
import { scenario, type Scenario } from '../../support/scenario.ts';
import { workloadOf, type Partly } from '../../support/workload-of.ts';
import type { Scaling } from '../../../shared/workload/workload.ts';

const placement = (changes: Partial<Placement>): Placement => ({
  apart: [],
  replicasPerGroup: 1,
  sizes: [],
  ...changes,
});
const locations = (story: Scenario): string[] => story.groups().map(({ body }) => body.location);
const refusals = (story: Scenario) =>
  story.decisions.flatMap(({ results }) => results.filter(({ failure }) => failure));

describe('a region that refuses', () => {
  it('sends its groups elsewhere in the same evaluation, and says so', async () => {
    const story = scenario({ load: 12 });
    story.model.faults.capacityHole('westeurope');
    await story.run(90);
    const first = story.decisions.find(({ results }) => results.length > 0);
    const outcomes =
      first?.results.map(({ action, outcome }) => ['location' in action && action.location, outcome]) ?? [];
    const refused = outcomes.filter(([, outcome]) => outcome === 'failed');
    const accepted = outcomes.filter(([, outcome]) => outcome === 'accepted');
    expect(refused.every(([location]) => location === 'westeurope')).toBe(true);
    expect(accepted).toEqual(refused.map(() => ['northeurope', 'accepted']));
    expect(story.reasons('sent-elsewhere')[0]).toBe(
      `Refused with ServiceUnavailable: ${refused.length} groups go elsewhere at once.`,
    );
    expect(story.model.groups.counters).toMatchObject({ putsOnLiveGroups: 0 });
  });

  it('takes its refused groups with it when no other region has room, without a further try', async () => {
    const story = scenario({ load: 20 });
    for (const region of ['westeurope', 'northeurope']) story.model.faults.capacityHole(region);
    await story.run(10);
    const first = story.decisions.find(({ results }) => results.length > 0);
    const asked = first?.results.filter(({ action }) => action.kind === 'create-group') ?? [];
    expect(new Set(asked.map(({ action }) => 'name' in action && action.name)).size).toBe(asked.length);
    expect(story.names()).toEqual([]);
  });

  it('does not send more changes in one evaluation than the limit, refused ones included', async () => {
    const story = scenario({ load: 30, scaling: { limits: { changesPerEvaluation: 6 } } });
    story.model.faults.capacityHole('westeurope');
    await story.run(120);
    expect(Math.max(...story.decisions.map(({ results }) => results.length))).toBe(6);
    expect(story.groups().length).toBeGreaterThan(12);
  });

  it('gives smaller shapes where the workload allows them', async () => {
    const sizes = [{ cpu: 1, memoryInGB: 1 }];
    const story = scenario({ load: 15, quota: { westeurope: { cores: 12 }, northeurope: { cores: 0 } } });
    const { spec, ...workload } = workloadOf({ placement: placement({ sizes }) });
    story.context.workloads = [{ ...workload, spec: { ...spec, cpu: 5 } }];
    await story.run(120);
    const cores = story.groups().map(({ body }) => body.properties.containers[0]?.properties.resources.requests.cpu);
    expect(cores.toSorted((a = 0, b = 0) => a - b)).toEqual([1, 1, 5, 5]);
    expect(story.reasons('smaller-size')[0]).toContain('westeurope at 1 vCPU, 1 GB');
    expect(refusals(story)).toEqual([]);
  });
});

describe('zones', () => {
  it('share replicas within the bound the user set, and the groups say where they are', async () => {
    const offerings = ['1', '2', '3'].map((zone) => ({ location: 'westeurope', zone, preference: 0 }));
    const rules = placement({ offerings, apart: [{ scope: 'zone', mostPercent: 40, hard: true }] });
    const story = scenario({ load: 20, scaling: { placement: rules } });
    await story.run(60);
    const zones = story.groups().map(({ body }) => body.zones?.[0]);
    const most = Math.max(...['1', '2', '3'].map((zone) => zones.filter((each) => each === zone).length));
    expect(zones.length).toBeGreaterThan(9);
    expect(most).toBeLessThanOrEqual(Math.ceil(zones.length * 0.4));
    const tagged = story.groups().map(({ body }) => body.tags[TAGS.offering]);
    expect(tagged).toEqual(zones.map((zone) => `westeurope/zone-${zone}`));
  });
});

describe('several replicas in one group', () => {
  const packed: Partly<Scaling> = { drain: 'none', placement: placement({ replicasPerGroup: 4 }) };

  it('need a quarter of the groups, each with four containers, and settle', async () => {
    const story = scenario({ load: 20, scaling: packed, polls: false });
    await story.run(30);
    const wanted = story.last().figures.wanted - 8;
    expect(story.groups()).toHaveLength(Math.ceil(wanted / 4));
    for (const { body } of story.groups()) {
      expect(body.properties.containers.map(({ name }) => name)).toEqual(['main', 'main-2', 'main-3', 'main-4']);
      expect(body.tags[TAGS.replicas]).toBe('4');
    }
    story.setLoad(0);
    await story.run(400);
    expect(story.names()).toEqual([]);
  });
});

describe('workloads that share a region', () => {
  const shared: Partly<Scaling> = { burst: { locations: ['westeurope'] }, base: { mode: 'none', scaleSet: undefined } };
  const two = (orders: number, mails: number) => {
    const story = scenario({ load: 25, scaling: shared, quota: { westeurope: { groups: 10 } } });
    const other = { ...workloadOf({ ...shared, priority: mails }), name: 'mails' };
    story.context.workloads = [workloadOf({ ...shared, priority: orders }), other];
    story.context.declared = ['orders', 'mails'];
    return story;
  };
  const owned = (story: Scenario, name: string): number =>
    story.groups().filter(({ body }) => body.tags[TAGS.workload] === name).length;

  it('fill it together without one group too many being asked for', async () => {
    const story = two(0, 0);
    await story.run(180);
    expect(story.groups()).toHaveLength(10);
    expect(locations(story).every((location) => location === 'westeurope')).toBe(true);
    expect(refusals(story)).toEqual([]);
  });

  it('leave what becomes free to the one with the higher priority', async () => {
    const story = two(5, 0);
    await story.run(60);
    for (const { id } of story.groups().slice(0, 6)) story.model.groups.remove(id);
    expect([owned(story, 'orders'), owned(story, 'mails')]).toEqual([0, 4]);
    await story.run(150);
    expect([owned(story, 'orders'), owned(story, 'mails')]).toEqual([6, 4]);
  });
});
