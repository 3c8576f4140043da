import { expect, test } from 'vitest';
import { CLUSTER_AUTOSCALER } from '../../../../tools/backtest/policies/cluster-autoscaler.ts';
import { defaultsOf } from '../../../../tools/backtest/policies/policies.ts';
import { STATIC_PEAK } from '../../../../tools/backtest/policies/static-peak.ts';
import { scriptOf, USUAL } from '../../../../tools/backtest/trace.ts';
import { World } from '../../../../tools/backtest/world/world.ts';

/** Nodes by second of a load of `counts` tasks a minute, at a rate of one a second and replica. */
function nodesBySecond(counts: number[]): { nodes: number[]; pods: number[] } {
  const script = scriptOf({ name: 'steps', binSeconds: 60, counts }, 1);
  const world = new World(script);
  const policy = CLUSTER_AUTOSCALER.make(defaultsOf(CLUSTER_AUTOSCALER), USUAL);
  const [nodes, pods]: [number[], number[]] = [[], []];
  for (let nextAt = 0; world.now < script.arrivals.length; world.step()) {
    if (world.now >= nextAt) nextAt = policy.act(world);
    nodes.push(world.machines.list.length);
    pods.push(world.serving);
  }
  return { nodes, pods };
}

test('pods come only when a node has started, and a node goes only after ten minutes of not being needed', () => {
  const counts = [...Array.from({ length: 10 }, () => 3600), ...Array.from({ length: 40 }, () => 0)];
  const { nodes, pods } = nodesBySecond(counts);
  const begin = nodes.findIndex((count) => count > 1);
  const served = pods.findIndex((count) => count > 4);
  // The fastest machine takes a minute.
  expect(served - begin).toBeGreaterThanOrEqual(60);
  const changes = nodes.flatMap((count, second) => {
    const by = count - (nodes[second - 1] ?? 0);
    return by === 0 ? [] : [{ second, by }];
  });
  const removals = changes.filter(({ by }) => by < 0);
  expect(removals.length).toBeGreaterThan(0);
  for (const { second } of removals) {
    const added = changes.findLast((change) => change.by > 0 && change.second < second);
    expect(second - (added?.second ?? 0)).toBeGreaterThanOrEqual(600);
  }
  expect(nodes.at(-1)).toBe(1);
});

test('a static peak has a quarter more than the highest load, on whole machines', () => {
  const world = new World(scriptOf({ name: 'flat', binSeconds: 60, counts: [60] }, 1));
  STATIC_PEAK.make(defaultsOf(STATIC_PEAK), USUAL).act(world);
  expect(world.machines.list).toHaveLength(19);
});
