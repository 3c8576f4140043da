import { describe, expect, it } from 'vitest';
import { subnetsOf, tearDown } from '../../../shared/controller/tear-down.ts';
import { networkOf, NETWORK, subnetId } from '../../support/networks.ts';
import { scenario, type Scenario, type ScenarioOptions } from '../../support/scenario.ts';

const SUBNETS = ['burst-a', 'burst-b'].map(subnetId);
const placement = {
  apart: [],
  replicasPerGroup: 1,
  sizes: [],
  offerings: SUBNETS.map((subnet) => ({ location: 'westeurope', subnet, preference: 0 })),
};

const story = (options: ScenarioOptions): Scenario =>
  scenario({ scaling: { placement, base: { mode: 'none', scaleSet: undefined } }, load: 6, ...options });

const inSubnet = ({ model }: Scenario, name: string): number =>
  model.groups.all().filter(({ body }) => body.properties.subnetIds?.[0]?.id === subnetId(name)).length;

describe('a workload in a network', () => {
  it('fills the subnet with the most free addresses, and asks for no more than there are', async () => {
    const world = story({ networks: [networkOf({ addresses: 2 }, { addresses: 6 })], load: 20 });
    await world.run(300);
    expect([inSubnet(world, 'burst-a'), inSubnet(world, 'burst-b')]).toEqual([2, 6]);
    const refused = world.decisions.flatMap(({ results }) => results.filter(({ outcome }) => outcome === 'failed'));
    expect(refused).toEqual([]);
    expect(world.reasons('quota').join()).toContain('addresses');
  });

  it('starts nothing in a subnet that is not delegated, says so, and starts once it is', async () => {
    const network = networkOf({ delegation: '' });
    const world = story({ networks: [network] });
    await world.run(120);
    expect(world.model.groups.counters.groupsCreated).toBe(0);
    expect(world.reasons('preflight').join()).toContain('is not delegated');
    world.model.networks.delegate(NETWORK);
    await world.run(180);
    expect(world.model.groups.counters.groupsCreated).toBeGreaterThan(0);
  });

  it('starts nothing while it may not join, and looks at that again', async () => {
    const world = story({ networks: [networkOf()] });
    world.model.networks.deniedActions = ['Microsoft.Network/virtualNetworks/subnets/join/action'];
    await world.run(120);
    expect(world.model.groups.counters.groupsCreated).toBe(0);
    world.model.networks.deniedActions = [];
    await world.run(180);
    expect(world.model.groups.counters.groupsCreated).toBeGreaterThan(0);
  });

  it('is torn down in the order that leaves its subnets deletable', async () => {
    const world = story({ networks: [networkOf()] });
    await world.run(180);
    const remove = (): number =>
      world.model.handle({
        method: 'DELETE',
        path: subnetId('burst-a'),
        query: new URLSearchParams({ 'api-version': '2024-05-01' }),
        headers: { authorization: 'Bearer test' },
        body: undefined,
      }).status;
    expect(remove()).toBe(400);
    for (const { scaling } of world.context.workloads) scaling.mode = 'off';
    const refusals: number[] = [];
    while (!(await tearDown(world.context.ports, subnetsOf(world.context.workloads))).done && refusals.length < 20) {
      refusals.push(remove());
      await world.run(20);
    }
    expect(new Set(refusals)).toEqual(new Set([400]));
    expect(remove()).toBe(200);
  });
});
