import { describe, expect, test } from 'vitest';
import { scored, type Score } from '../../../../tools/backtest/score.ts';
import { scriptOf, USUAL, type Script } from '../../../../tools/backtest/trace.ts';
import { World } from '../../../../tools/backtest/world/world.ts';
import { run } from '../../../../tools/backtest/play.ts';
import { policyOf } from '../../../../tools/backtest/policies/policies.ts';
import { Spillway } from '../../../../tools/backtest/policies/spillway.ts';
import { workloadOf } from '../../../../tools/backtest/workload.ts';

/** Arrivals by second at a rate of exactly one task a second and replica, scored from the first second on. */
const scriptFrom = (arrivals: number[]): Script => {
  const work = new Float64Array(arrivals.length + 1);
  for (const [second, count] of arrivals.entries()) work[second + 1] = (work[second] ?? 0) + count;
  const rates = new Float32Array(Math.ceil(arrivals.length / 60)).fill(1);
  return { trace: 'test', seed: 1, scale: USUAL, warmup: 0, arrivals: Uint16Array.from(arrivals), rates, work };
};

const pod = (ordinal: number) => ({ name: `pod-${ordinal}`, ordinal, location: 'eastus', tags: {} });

const repeat = (count: number, times: number): number[] => Array.from({ length: times }, () => count);

const played = (world: World, seconds: number): World => {
  for (let second = 0; second < seconds; second++) world.step();
  return world;
};

function figures(world: World, targetWait = 30): Score {
  world.finish();
  return scored(world, targetWait);
}

describe('the world', () => {
  test('shows at whole seconds as many tasks in work as there are on average', () => {
    // A task each three seconds, at 0.8 a second: each is in work for 1.25 s.
    const script = scriptFrom(Array.from({ length: 3000 }, (_, second) => (second % 3 === 0 ? 1 : 0)));
    script.rates.fill(0.8);
    const world = new World(script);
    world.groups.create(pod(1), 0);
    world.changed(1);
    played(world, 3000);
    expect(world.meanDepth(600, 3000)).toBeCloseTo(1.25 / 3, 2);
  });

  test('serves nobody until a group is ready, then the backlog at the rate of its replicas', () => {
    const world = new World(scriptFrom([...repeat(1, 20), ...repeat(0, 100)]));
    world.groups.create(pod(1), 0);
    world.groups.create(pod(2), 0);
    world.changed(2);
    const ready = [...world.groups.byName.values()].map(({ readyAt }) => readyAt).toSorted((a, b) => a - b);
    const [first = 0, second = 0] = ready;
    played(world, first);
    expect(world.depth).toBe(Math.min(20, first));
    played(world, 120 - first);
    expect(world.served).toBe(20);
    expect(world.depth).toBe(0);
    expect(second).toBeGreaterThanOrEqual(first);
  });

  test('bills a group by the second from its create to its delete, and a machine until it is removed', () => {
    const world = new World(scriptFrom(repeat(0, 3600)));
    world.groups.create(pod(1), 0);
    expect(world.machines.add(1, 0)).toBe(true);
    world.changed(1);
    world.changed(4);
    played(world, 600);
    world.groups.delete('pod-1', world.now);
    world.changed(1);
    played(world, 1200);
    world.machines.remove(new Set(['0']));
    world.changed(4);
    played(world, 1800);
    // 600 s of a group at 0.0494 an hour and 1,800 s of a machine at 0.192 an hour.
    const { whole, secondHalf } = figures(world);
    expect(whole.cost).toBeCloseTo((600 / 3600) * 0.0494 + 0.5 * 0.192, 9);
    expect(secondHalf.cost).toBe(0);
    expect(whole.changesPerHour).toBe(10);
    // What is done in the same second is one action; an end that changes nothing is none.
    expect(whole.actionsPerHour).toBe(3);
    expect(whole.peakReplicas).toBe(5);
  });

  test('tells the cost over the physical limit: all work on the cheapest capacity at full use', () => {
    const world = new World(scriptFrom(repeat(2, 3600)));
    world.machines.add(1, 0);
    world.changed(4);
    played(world, 3600);
    // 7,200 replica-seconds are two replica-hours, 0.096 on half a machine; a whole machine costs twice as much.
    expect(figures(world).whole.costOverLimit).toBeCloseTo(2, 2);
  });

  test('holds as many tasks in work as arrive in the time that one takes, and no more wait than must', () => {
    const world = new World(scriptFrom(repeat(12, 1200)));
    expect(world.machines.add(4, 0)).toBe(true);
    world.changed(16);
    played(world, 1200);
    // Little's law: 12 a second, each a second long, keep 12 of 16 replicas busy.
    expect(world.meanDepth(600, 1200)).toBeCloseTo(12, 0);
    expect(world.utilization(600, 1200)).toBeCloseTo(0.75, 1);
    expect(world.depth).toBeLessThan(16);
  });

  test('with too few replicas it works off what they can, and the rest waits', () => {
    const world = new World(scriptFrom(repeat(12, 1200)));
    world.machines.add(2, 0);
    world.changed(8);
    played(world, 300);
    const before = world.served;
    played(world, 900);
    expect((world.served - before) / 900).toBeCloseTo(8, 1);
    expect(world.utilization(600, 1200)).toBe(1);
  });

  test('what is left at the end counts as late once it is, otherwise nowhere, and is no work done', () => {
    // Two a second arrive for ten minutes, one is done.
    const backlog = (target: number) => {
      const world = new World(scriptFrom(repeat(2, 600)));
      world.groups.create(pod(1), 0);
      world.changed(1);
      played(world, 600);
      return { world, ...figures(world, target) };
    };
    const patient = backlog(600);
    const [ready = 0] = [...patient.world.groups.byName.values()].map(({ readyAt }) => readyAt);
    const served = 600 - ready;
    expect(patient.whole.latePercent).toBe(0);
    expect(patient.whole.leftPercent).toBeCloseTo(100 - (100 * served) / 1200, 0);
    expect(patient.whole.costOverLimit).toBeCloseTo((600 / served) * (0.0494 / 0.048), 1);
    // All that arrived in the second half is left: what was done then is work of the first.
    const { secondHalf } = backlog(60);
    expect(secondHalf).toMatchObject({ leftPercent: 100, latePercent: 100 });
    expect(secondHalf.costOverLimit).toBeCloseTo(0.0494 / 0.048, 2);
  });

  test('scores how elastic the supply of the second half was by its own minutes', () => {
    const world = new World(scriptFrom(repeat(4, 1200)));
    world.machines.add(1, 0);
    world.changed(4);
    const { elasticity } = figures(played(world, 1200));
    expect(elasticity.whole.underTimePercent).toBeGreaterThan(0);
    expect(elasticity.secondHalf).toEqual({
      underPercent: 0,
      overPercent: 0,
      underTimePercent: 0,
      overTimePercent: 0,
      instabilityPercent: 0,
    });
  });

  test('knows the longest wait of each minute, the last one too and nothing of the warm-up', () => {
    const world = new World({ ...scriptFrom(repeat(1, 570)), warmup: 300 });
    world.machines.add(30, 0);
    world.changed(120);
    // They serve from second 60 to 240 on, whoever waited by then, and are gone at second 420.
    played(world, 420);
    world.machines.remove(new Set(world.machines.list.map(({ id }) => id)));
    world.changed(120);
    played(world, 150);
    expect(world.supply.waits).toEqual([0, 0, 59, 119, 149]);
  });

  test('refuses the 101st create within five minutes and the 101st group', () => {
    const { groups } = new World(scriptFrom([0]));
    const outcomes = Array.from({ length: 120 }, (_, index) => groups.create(pod(index), 0));
    expect(outcomes.filter((outcome) => outcome === 'throttled')).toHaveLength(20);
    for (const name of groups.byName.keys()) groups.stop(name, 10);
    const later = Array.from({ length: 20 }, (_, index) => groups.create(pod(200 + index), 400));
    expect(later).toContain('quota');
    expect(groups.byName.size).toBe(100);
  });

  test('gives no more cores than the quota has, and tells Spillway how many it uses', () => {
    const workload = workloadOf('aci', {}, 'image: shop:1\ncpu: 4\nmemoryInGB: 16\n');
    const scale = { ...USUAL, replica: { cpu: 4, memoryInGB: 16 } };
    const script = scriptOf({ name: 'flat', binSeconds: 60, counts: repeat(1, 10) }, 1, scale);
    let [told, inOneGroup] = [0, 0];
    const spillway = new Spillway(workload, ({ observation: { usages, looks } }) => {
      told = Math.max(told, ...usages.map(({ cores }) => cores.used));
      inOneGroup = Math.max(inOneGroup, ...Object.values(looks).map(({ value }) => value?.cpu ?? 0));
    });
    for (const policy of [spillway, policyOf('keda-queue', script, { targetWait: 30 })]) {
      expect(Math.max(...run(script, policy).supply.paid)).toBe(25);
    }
    expect([told, inOneGroup]).toEqual([100, 4]);
  });

  test('shows minute metrics only when they are at least a minute old', () => {
    const world = new World(scriptFrom(repeat(3, 600)));
    played(world, 119);
    expect(world.minutes(0)).toEqual([]);
    played(world, 181);
    expect(world.minutes(0)[0]).toMatchObject({ minute: 0, incoming: 180 });
  });
});

test('a trace is scaled to its peak, and a seed makes the same arrivals again', () => {
  const trace = { name: 'steps', binSeconds: 60, counts: [10, ...repeat(40, 30), ...repeat(20, 29)] };
  const { arrivals, warmup } = scriptOf(trace, 1);
  const mean = (from: number, to: number): number =>
    arrivals.slice(warmup + from, warmup + to).reduce((sum, count) => sum + count, 0) / (to - from);
  expect(arrivals).toHaveLength(warmup + 3600);
  expect(mean(60, 1860)).toBeGreaterThan(59);
  expect(mean(60, 1860)).toBeLessThan(61);
  expect(mean(1860, 3600) / mean(60, 1860)).toBeCloseTo(0.5, 1);
  expect(scriptOf(trace, 1).arrivals).toEqual(arrivals);
  expect(scriptOf(trace, 2).arrivals).not.toEqual(arrivals);
});

test('a load changes at any second of the minute, by seed, so that no policy looks just as it does', () => {
  const trace = { name: 'steps', binSeconds: 60, counts: [0, 60, 0] };
  const warmups = Array.from({ length: 40 }, (_, seed) => scriptOf(trace, seed).warmup - 1800);
  expect(Math.min(...warmups)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...warmups)).toBeLessThan(60);
  expect(new Set(warmups.map((seconds) => seconds % 5)).size).toBe(5);
});

test('Spillway at its defaults follows a step, and no task is lost', () => {
  const counts = [...repeat(10, 20), ...repeat(60, 20), ...repeat(10, 20)];
  const script = scriptOf({ name: 'step', binSeconds: 60, counts }, 1);
  const world = run(script, new Spillway(workloadOf('both')));
  const arrived = script.arrivals.reduce((sum, count) => sum + count, 0);
  const tasks = [...world.waits, ...world.left].reduce((sum, { total }) => sum + total, 0);
  expect(tasks).toBe(script.arrivals.slice(script.warmup).reduce((sum, count) => sum + count, 0));
  expect(world.served).toBeLessThanOrEqual(arrived);
  expect(arrived - world.served).toBeLessThan(100);
  const { whole } = scored(world, 30);
  expect(whole.peakReplicas).toBeGreaterThanOrEqual(60);
  expect(whole.costOverLimit).toBeGreaterThan(1);
  expect(whole.costOverLimit).toBeLessThan(3);
});
