import { Script } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { bothTables } from '../../../tools/backtest/bench/table.ts';
import { dearestGroupUsdPerHour } from '../../../shared/placement/prices.ts';
import { compared, figuresAt, TUNING_SEED, type Comparison, type Figures } from '../../../tools/backtest/compare.ts';
import { htmlReport } from '../../../tools/backtest/html.ts';
import { runJob, type Job } from '../../../tools/backtest/jobs.ts';
import { assumedNotes, neededLimits } from '../../../tools/backtest/limits.ts';
import { POLICY_NAMES } from '../../../tools/backtest/policies/policies.ts';
import { recommend } from '../../../tools/backtest/recommend.ts';
import { bothReports, summary, type Backtest } from '../../../tools/backtest/report.ts';
import type { Peaks } from '../../../tools/backtest/score.ts';
import type { Runner } from '../../../tools/backtest/threads.ts';
import { firstHalf } from '../../../tools/backtest/tune.ts';
import { USUAL } from '../../../tools/backtest/trace.ts';
import { builtInTraces } from '../../../tools/backtest/traces.ts';
import { assumedFor, workloadOf } from '../../../tools/backtest/workload.ts';
import { PRICES } from '../../../tools/backtest/world/prices.ts';
import { AT_EASE, PART } from '../../support/backtest-figures.ts';

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
    mostLatePercent: 0.1,
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

  test('the report shows the course of each policy in its own colour, and all where none of the usual ones was played', async () => {
    type Chart = { title: string; series: { name: string; values: number[]; colour: string; shown: boolean }[] };
    const chartsOf = async (some: typeof all): Promise<Chart[]> => {
      const html = await htmlReport(backtest, some);
      return JSON.parse(/const charts = (.*);\n/.exec(html)?.[1] ?? '') as Chart[];
    };
    const [load, paid, waits] = await chartsOf(all);
    const minutes = all.map(({ defaults }) => defaults.minutes);
    expect(load?.series.map(({ values }) => values)).toEqual([minutes[0]?.demand]);
    expect(paid?.series.map(({ values }) => values)).toEqual([minutes[0]?.demand, ...minutes.map((one) => one?.paid)]);
    expect(waits?.series.map(({ values }) => values)).toEqual(minutes.map((one) => one?.waits));
    expect(waits?.series.map(({ name }) => name)).toEqual(POLICY_NAMES);
    expect(new Set(paid?.series.map(({ colour }) => colour)).size).toBe(POLICY_NAMES.length + 1);
    const shown = (chart?: Chart) => chart?.series.filter((one) => one.shown).map(({ name }) => name);
    expect(shown(waits)).toEqual(['spillway', 'keda-queue', 'clairvoyant']);
    const [, , others] = await chartsOf(all.filter(({ name }) => ['knative', 'nomad'].includes(name)));
    expect(shown(others)).toEqual(['knative', 'nomad']);
  });

  test('the second table has everybody on the second half, and is left out where no knob was turned', async () => {
    const secondHalves = all.map(({ defaults, tuned = defaults }) => tuned.secondHalf);
    const figures = ({ cost, latePercent }: { cost: number; latePercent: number }) => ({ cost, latePercent });
    expect(backtest.tuned.map(figures)).toEqual(secondHalves.map(figures));
    expect(backtest.tuned.find(({ name }) => name === 'static-peak')?.knobs).toEqual(
      all.find(({ name }) => name === 'static-peak')?.tuned?.knobs,
    );
    const untuned = bothReports(all.map(({ name, defaults }) => ({ name, defaults })));
    expect(untuned.tuned).toEqual([]);
    expect(bothTables(untuned).join()).not.toContain('knobs turned');
    expect(await htmlReport({ ...backtest, ...untuned }, all)).not.toContain('knobs turned');
  });

  test('the same seed gives the same figures, to the last digit', async () => {
    const again = await compared(run, what, 'spillway');
    expect(again.defaults).toEqual(all.find(({ name }) => name === 'spillway')?.defaults);
  });
});

test('knobs are turned on the first half alone, with a seed that is not scored', async () => {
  const jobs: Job[] = [];
  const half = firstHalf(trace);
  const small = { ...what, seeds: [1, 2], course: false };
  await compared(
    async (job) => (jobs.push(job), runJob({ ...job, trace: { ...half, counts: [1] } })),
    small,
    'static-peak',
  );
  const turned = jobs.filter(({ seed }) => seed === TUNING_SEED);
  expect(turned).toHaveLength(8);
  for (const job of turned) expect(job.trace).toEqual(half);
  for (const job of jobs.filter((one) => !turned.includes(one))) expect(job.trace).toEqual(trace);
});

test('each column of a table has the figure of its title, printed and in the report', async () => {
  const elasticity = {
    underPercent: 9.13,
    overPercent: 10,
    underTimePercent: 50,
    overTimePercent: 60,
    instabilityPercent: 11,
  };
  const figures = {
    leftPercent: 0,
    latePercent: 1.2345,
    p50: 2,
    p95: 3,
    p99: 4,
    cost: 5.678,
    costOverLimit: 6,
    changesPerHour: 7,
    actionsPerHour: 3,
    peakReplicas: 8,
  };
  const row = { ...figures, name: 'nomad', elasticity, knobs: { percent: 70, cooldown: 60 } };
  const expected = {
    policy: 'nomad',
    'late %': '1.234',
    'p50 s': '2',
    'p95 s': '3',
    'p99 s': '4',
    'cost USD': '5.68',
    'over limit': '6.00',
    'changes/h': '7',
    'actions/h': '3',
    peak: '8',
    'under %': '9.1',
    'over %': '10.0',
    'unstable %': '11.0',
    knobs: 'percent 70, cooldown 60',
  };
  const [, titles = '', printed = ''] = bothTables({ policies: [row], tuned: [] });
  expect(titles.trim().split(/ {2,}/)).toEqual(Object.keys(expected));
  expect(printed.trim().split(/ {2,}/)).toEqual(Object.values(expected));
  const about = {
    trace: 't',
    seconds: 60,
    peakReplicas: 60,
    meanReplicas: 1,
    targetWaitSeconds: 30,
    mostLatePercent: 0.1,
    seeds: 1,
    notes: [],
  };
  const html = await htmlReport({ ...about, policies: [row], tuned: [] }, []);
  const cells = (tag: string) =>
    [...html.matchAll(new RegExp(`<${tag}[^>]*>([^<]*)</${tag.slice(0, 2)}>`, 'g'))].map(([, text]) => text);
  expect(cells('th')).toEqual([...Object.keys(expected), 'nomad']);
  expect(cells('td')).toEqual(Object.values(expected).slice(1));
});

test('a count of one is said as one', () => {
  const about = {
    trace: 't',
    seconds: 60,
    peakReplicas: 60,
    meanReplicas: 68.9,
    targetWaitSeconds: 30,
    mostLatePercent: 0.1,
    seeds: 1,
    notes: [],
  };
  const text = summary({
    ...about,
    policies: [{ ...PART, name: 'spillway', knobs: {}, elasticity: AT_EASE }],
    tuned: [],
  }).join('\n');
  expect(text).toContain('1 replica change an hour');
  expect(text).toContain('68.9 replicas busy on average and 60 at the peak by your rate');
});

describe('a recommendation', () => {
  type Outcome = { cost?: number; latePercent?: number };

  /** A world in which settings decide how each half of the trace comes out. */
  const judged =
    (outcome: (settings: Record<string, string>, half: 'first' | 'second') => Outcome): Runner =>
    async ({ trace: played, wishes }) => {
      const part = (half: 'first' | 'second') => ({
        ...PART,
        ...outcome(wishes.settings ?? {}, half),
      });
      const isTuning = played.counts.length < trace.counts.length;
      // The whole trace must not count: whoever goes by it tunes on what he is scored on.
      const whole = isTuning ? part('first') : { ...part('first'), cost: 1000, latePercent: 50 };
      return {
        whole,
        secondHalf: part(isTuning ? 'first' : 'second'),
        meanReplicas: 1,
        elasticity: { whole: AT_EASE, secondHalf: AT_EASE },
        peaks: { groups: 10, instances: 0, groupSecondsPerDay: 0 },
      };
    };
  const busy = (settings: Record<string, string>): boolean => settings['SPILLWAY_TARGET_UTILIZATION'] === '0.9';
  const advised = async (world: Runner, how: Partial<Comparison> = {}) =>
    recommend(world, { ...what, ...how }, await figuresAt(world, { ...what, ...how }, 'spillway', {}));

  test('names the settings that did better on both halves, and by how much on the second', async () => {
    const world = judged((settings, half) => (busy(settings) ? { cost: half === 'first' ? 5 : 8 } : {}));
    const { settings, sentence } = await advised(world);
    expect(settings).toEqual({ SPILLWAY_TARGET_UTILIZATION: '0.9' });
    expect(sentence).toContain('8.00 instead of 10.00');
  });

  test.each<{ what: string; first: Outcome; second: Outcome }>([
    { what: 'does better on the first half alone', first: { cost: 5 }, second: { cost: 11 } },
    { what: 'does better on the second half alone', first: { cost: 11 }, second: { cost: 5 } },
    { what: 'serves on the first half alone', first: { cost: 5 }, second: { cost: 5, latePercent: 0.2 } },
    { what: 'saves less than a hundredth', first: { cost: 5 }, second: { cost: 9.95 } },
    { what: 'changes nothing', first: {}, second: {} },
  ])('is to keep the settings where another value $what', async ({ first, second }) => {
    const world = judged((settings, half) => (busy(settings) ? { first, second }[half] : {}));
    const { settings, sentence } = await advised(world);
    expect(settings).toEqual({});
    expect(sentence).toContain('did better on the second');
  });

  test('is what serves where the settings as they are do not, and says so when nothing does', async () => {
    const late = (of: number) =>
      judged((settings, half) => ({
        latePercent: busy(settings) ? of : 3,
        cost: busy(settings) && half === 'second' ? 12 : 10,
      }));
    expect((await advised(late(0.1))).settings).toEqual({ SPILLWAY_TARGET_UTILIZATION: '0.9' });
    const { settings, sentence } = await advised(late(2));
    expect(settings).toEqual({});
    expect(sentence).toMatch(
      /3\.000 %, and 2\.000 % with SPILLWAY_TARGET_UTILIZATION=0\.9 \(at most 0\.1 % were asked/,
    );
    expect((await advised(late(2), { mostLatePercent: 2 })).settings).toEqual({ SPILLWAY_TARGET_UTILIZATION: '0.9' });
  });

  test('tries no value that the other settings rule out', async () => {
    const world = judged(({ SPILLWAY_BASE_MIN_INSTANCES: least = '0' }) => ({ cost: 10 - Number(least) }));
    const wishes = { targetWait: 30, settings: { SPILLWAY_BASE_MAX_INSTANCES: '1' } };
    expect((await advised(world, { wishes })).settings).toEqual({ SPILLWAY_BASE_MIN_INSTANCES: '1' });
  });

  test('is not given, with the reason, where nothing arrives in the first half or spillway is left out', async () => {
    const silent = { ...trace, counts: [...Array.from({ length: 45 }, () => 0), ...trace.counts.slice(45)] };
    const world = judged((settings) => ({ cost: busy(settings) ? 0 : 10 }));
    expect(await advised(world, { trace: silent })).toMatchObject({
      settings: {},
      sentence: expect.stringContaining('nothing arrives') as string,
    });
    expect(await recommend(world, what, undefined)).toMatchObject({
      settings: {},
      sentence: expect.stringContaining('leaves out') as string,
    });
    expect((await compared(world, { ...what, trace: silent }, 'keda-queue')).tuned).toBeUndefined();
  });

  test('names the bounds that the load needs above the defaults, with which the defaults do what was played', async () => {
    const wishes = { targetWait: 30 };
    const played = await figuresAt(run, what, 'spillway', {});
    const limits = neededLimits(wishes, played);
    expect(limits).toMatchObject({ SPILLWAY_BURST_MAX_GROUPS: String(played.peaks.groups) });
    const defaults = Object.fromEntries(Object.entries(assumedFor()).map(([name, { usual }]) => [name, usual]));
    const at = (settings: Record<string, string>) =>
      figuresAt(run, { ...what, wishes: { ...wishes, settings } }, 'spillway', {});
    expect((await at({ ...defaults, SPILLWAY_BASE_MODE: 'manage', ...limits })).whole).toEqual(played.whole);
    expect((await at(defaults)).whole.latePercent).toBeGreaterThan(1);
  });

  test('counts for the spend limits what groups cost at the dearest place, leave behind and have to run for', () => {
    const needed = (peaks: Peaks, settings: Record<string, string> = {}) =>
      neededLimits({ targetWait: 30, settings }, { peaks } as Figures);
    const usd = dearestGroupUsdPerHour(workloadOf('both'));
    const peaks = { groups: 100, instances: 11, groupSecondsPerDay: 500 * 3600 };
    expect(needed(peaks)).toEqual({
      SPILLWAY_BASE_MODE: 'manage',
      SPILLWAY_BASE_MAX_INSTANCES: '11',
      SPILLWAY_BURST_MAX_GROUPS: '100',
      SPILLWAY_SPEND_LIMIT_USD_PER_HOUR: String(Math.ceil(125 * usd)),
      SPILLWAY_SPEND_LIMIT_USD_PER_DAY: String(Math.ceil((500 + 125 / 40) * usd)),
    });
    expect(needed({ groups: 10, instances: 0, groupSecondsPerDay: 0 })).toEqual({});
    const set = Object.fromEntries(Object.keys(needed(peaks)).map((name) => [`${name}_FOR_TRACE`, '1']));
    expect(needed(peaks, { ...set, SPILLWAY_BASE_MODE_FOR_TRACE: 'observe' })).toEqual({});
  });

  test('counts for the spend limits with the settings that it recommends', async () => {
    const world = judged(({ SPILLWAY_SCALE_IN_DELAY_SECONDS: delay }) => ({ cost: delay === '600' ? 5 : 10 }));
    const peaks = { groups: 100, instances: 0, groupSecondsPerDay: 500 * 3600 };
    const { limits } = await advised(async (job) => ({ ...(await world(job)), peaks }));
    const usd = dearestGroupUsdPerHour(workloadOf('both'));
    expect(limits['SPILLWAY_SPEND_LIMIT_USD_PER_DAY']).toBe(String(Math.ceil((500 + (125 * 660) / 3600) * usd)));
  });

  test('says at the end what the load needs beyond the defaults, and the notes what was played instead of them', async () => {
    const needy = { groups: 11, instances: 0, groupSecondsPerDay: 0 };
    const world = judged(() => ({}));
    const { settings, limits, sentence } = await advised(async (job) => ({ ...(await world(job)), peaks: needy }));
    expect([settings, limits]).toEqual([{}, { SPILLWAY_BURST_MAX_GROUPS: '11' }]);
    expect(sentence).toMatch(
      /Keep the settings.* Beyond the product's defaults this load needs SPILLWAY_BURST_MAX_GROUPS=11\.$/,
    );
    expect(assumedNotes({ settings: { SPILLWAY_BASE_MODE: 'manage' } })).toEqual([
      expect.stringMatching(/^Played without the bounds.*: SPILLWAY_BASE_MAX_INSTANCES=30 \(default 10\), /),
    ]);
    expect(assumedNotes({ deployed: { env: {}, file: { file: '', text: '' } } })).toEqual([]);
  });
});

test('the most of a day is that of any 24 hours', () => {
  const counts = [...Array.from({ length: 24 }, () => 3600), ...Array.from({ length: 6 }, () => 7200)];
  const flat = { name: 'flat', binSeconds: 3600, counts };
  const job: Job = { trace: flat, seed: 1, policy: 'clairvoyant', wishes: { targetWait: 30 } };
  const { whole, peaks } = runJob({ ...job, scale: { ...USUAL, peak: 2 } });
  const hours = peaks.groupSecondsPerDay / 3600;
  expect(hours).toBeGreaterThan(18 + 12 - 1);
  expect(hours).toBeLessThan(whole.cost / PRICES.groupUsdPerHour - 5);
});

test('the groups of a standby pool have no part in the most at once, which limits bound', () => {
  const { whole, peaks } = runJob({ trace, seed: 1, policy: 'spillway-aci', wishes: { targetWait: 30, pool: 5 } });
  expect(peaks).toMatchObject({ groups: whole.peakReplicas - 5, instances: 0 });
});
