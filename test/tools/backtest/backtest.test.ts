import { Script } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { compared, figuresAt, type Comparison } from '../../../tools/backtest/compare.ts';
import { htmlReport } from '../../../tools/backtest/html.ts';
import { runJob } from '../../../tools/backtest/jobs.ts';
import { POLICY_NAMES } from '../../../tools/backtest/policies/policies.ts';
import { recommend } from '../../../tools/backtest/recommend.ts';
import { bothReports, summary, type Backtest } from '../../../tools/backtest/report.ts';
import type { Runner } from '../../../tools/backtest/threads.ts';
import { builtInTraces } from '../../../tools/backtest/traces.ts';

const run: Runner = async (job) => runJob(job);

/** An hour and a half of the built-in flash crowd: flat, a jump, and its decay. */
const flash = builtInTraces().find(({ name }) => name === 'built-in-flash');
const trace = { name: 'flash', binSeconds: 60, counts: flash?.counts.slice(330, 420) ?? [] };

const what: Comparison = { trace, seeds: [1], wishes: { targetWait: 30 }, course: true };

describe('a backtest of a small trace with all policies', async () => {
  const all = await Promise.all(POLICY_NAMES.map((name) => compared(run, what, name, name === 'static-peak')));
  const backtest: Backtest = {
    trace: trace.name,
    seconds: 5400,
    peakReplicas: 60,
    meanReplicas: all[0]?.defaults.meanReplicas ?? 0,
    targetWaitSeconds: 30,
    seeds: 1,
    notes: [],
    ...bothReports(all),
  };
  const policy = (name: string) => backtest.policies.find((one) => one.name === name);

  test('gives every figure of every policy', () => {
    expect(backtest.policies.map(({ name }) => name)).toEqual(POLICY_NAMES);
    for (const { name, knobs: _, elasticity, ...figures } of backtest.policies) {
      for (const [field, value] of Object.entries({ ...figures, ...elasticity })) {
        expect(Number.isFinite(value) && value >= 0, `${field} of ${name} is ${value}`).toBe(true);
      }
    }
  });

  test('nobody who keeps up costs less than the physical limit, and the clairvoyant is never late', () => {
    for (const { costOverLimit } of backtest.policies.filter((one) => one.latePercent < 1)) {
      expect(costOverLimit).toBeGreaterThan(1);
    }
    expect(policy('clairvoyant')?.latePercent).toBe(0);
    expect(policy('clairvoyant')?.cost).toBeLessThan(policy('spillway')?.cost ?? 0);
    expect(policy('static-peak')?.latePercent).toBe(0);
    expect(policy('spillway')?.cost).toBeLessThan(policy('static-peak')?.cost ?? 0);
  });

  test('says in words what came out', () => {
    const text = summary(backtest).join('\n');
    expect(text).toContain('1.5 hours of load');
    expect(text).toMatch(/Spillway: \d+\.\d{3} % late/);
    expect(text).toMatch(/The cheapest peer at its defaults with at most 0\.1 % late is [a-z-]+: 0\.0\d\d % late/);
  });

  test('gives every figure of the tuned table for the second half alone', () => {
    const reported = backtest.tuned.find(({ name }) => name === 'keda-queue');
    const { secondHalf, elasticity } = all.find(({ name }) => name === 'keda-queue')?.defaults ?? {};
    expect(reported).toEqual({
      name: 'keda-queue',
      knobs: reported?.knobs,
      ...secondHalf,
      elasticity: elasticity?.secondHalf,
    });
    expect(elasticity?.secondHalf).not.toEqual(elasticity?.whole);
  });

  test('names those that left much of the work undone, and nobody else', () => {
    const policies = backtest.policies.map((one) => ({ ...one, leftPercent: one.name === 'nomad' ? 41.3 : 0.9 }));
    expect(summary({ ...backtest, policies }).join('\n')).toContain('left in the queue at the end: nomad (41 %).');
  });

  test('the report is one file that needs nothing else, and its script can be read', async () => {
    const html = await htmlReport(backtest, all);
    expect(html).not.toMatch(/(src|href)=/);
    for (const name of POLICY_NAMES) expect(html).toContain(`<th scope="row">${name}</th>`);
    const scripts = [...html.matchAll(/<script>([^]*?)<\/script>/g)].map(([, script = '']) => script);
    expect(scripts).toHaveLength(2);
    // Compiles and does not run: a script with an error would leave the page without charts.
    for (const script of scripts) expect(() => new Script(script)).not.toThrow();
    expect(scripts[1]).toContain('Replicas paid for');
  });

  test('the same seed gives the same figures, to the last digit', async () => {
    const again = await compared(run, what, 'spillway');
    expect(again.defaults).toEqual(all.find(({ name }) => name === 'spillway')?.defaults);
  });
});

describe('a recommendation', () => {
  /** A world in which only one knob matters, in its first half as in its second. */
  const judged =
    (cost: (settings: Record<string, string>) => number): Runner =>
    async ({ wishes }) => {
      const part = {
        leftPercent: 0,
        latePercent: 0,
        p50: 0,
        p95: 0,
        p99: 0,
        cost: cost(wishes.settings ?? {}),
        costOverLimit: 1,
        changesPerHour: 0,
        peakReplicas: 1,
      };
      const elasticity = {
        underPercent: 0,
        overPercent: 0,
        underTimePercent: 0,
        overTimePercent: 0,
        instabilityPercent: 0,
      };
      return {
        whole: part,
        secondHalf: part,
        meanReplicas: 1,
        elasticity: { whole: elasticity, secondHalf: elasticity },
      };
    };

  test('names the settings that did better, and by how much', async () => {
    const world = judged((settings) => (settings['SPILLWAY_TARGET_UTILIZATION'] === '0.9' ? 8 : 10));
    const now = await figuresAt(world, what, 'spillway', {});
    const { settings, sentence } = await recommend(world, what, now);
    expect(settings).toEqual({ SPILLWAY_TARGET_UTILIZATION: '0.9' });
    expect(sentence).toContain('8.00 instead of 10.00');
  });

  test('changes nothing where nothing does better', async () => {
    const world = judged(() => 10);
    const now = await figuresAt(world, what, 'spillway', {});
    expect((await recommend(world, what, now)).settings).toEqual({});
  });
});
