import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseOptions, wishedPeak } from '../../../tools/backtest/options.ts';
import { POLICY_NAMES } from '../../../tools/backtest/policies/policies.ts';
import { traceFrom } from '../../../tools/backtest/traces.ts';
import { workloadOf } from '../../../tools/backtest/workload.ts';
import { pricesOf } from '../../../tools/backtest/world/prices.ts';

const FILE = ['--trace', 'counts.csv', '--bin-seconds', '60'];

describe('options of a backtest', () => {
  test('are all policies and a peak of 60 replicas unless something else is said', () => {
    const options = parseOptions(FILE);
    expect(options.policies).toEqual(POLICY_NAMES);
    expect(wishedPeak(options)).toBe(60);
    expect(wishedPeak(parseOptions([...FILE, '--peak', '0']))).toBeUndefined();
    expect(wishedPeak(parseOptions(['--from-azure', 'orders']))).toBeUndefined();
  });

  test.each([
    { args: [], sentence: /give either --trace.*or --from-azure/ },
    { args: ['--trace', 'x.csv'], sentence: /--trace needs --bin-seconds/ },
    { args: ['--trace', 'x.csv', '--bin-seconds', '0'], sentence: /A number above 0 is expected/ },
    {
      args: [...FILE, '--policies', 'keda,nomad,knativ'],
      sentence: /no policy "keda". Did you mean keda-queue\? There is no policy "knativ". Did you mean knative\?/,
    },
    { args: [...FILE, '--late', '101'], sentence: /A number from 0 to 100 is expected/ },
    { args: [...FILE, '--days', '3'], sentence: /--days is how much to read --from-azure/ },
    { args: ['--from-azure', 'orders', '--bin-seconds', '60'], sentence: /--bin-seconds says how to read a --trace/ },
    { args: [...FILE, '--set', 'FAST'], sentence: /NAME=value is expected/ },
    { args: [...FILE, '--trase', 'y'], sentence: /unknown option '--trase'\. Did you mean --trace\?$/ },
    { args: [...FILE, 'y'], sentence: /'y' is no option/ },
    {
      args: ['--seeds', 'x', '--peak', '-3', '--set', 'FAST', '--bin-seconds', '0', '--trase', 'y'],
      sentence: /--seeds[^]*--peak[^]*--set[^]*--bin-seconds[^]*--trase[^]*give either/,
    },
  ])('that are wrong are answered with all that is wrong: $args', ({ args, sentence }) => {
    expect(() => parseOptions(args)).toThrow(sentence);
  });
});

test('a trace may be a minute to a hundred days long', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'spillway-'));
  try {
    const file = join(folder, 'x.csv');
    await writeFile(file, '1\n2\n');
    expect((await traceFrom(file, 30)).counts).toEqual([1, 2]);
    await expect(traceFrom(file, 1e9)).rejects.toThrow(/2 counts of 1000000000 s .*a minute to 100 days/);
    await expect(traceFrom(file, 0.01)).rejects.toThrow(/a minute to 100 days/);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('a trace that is not there, and a setting that is none, are named', async () => {
  await expect(traceFrom('/nowhere/x.csv', 60)).rejects.toThrow(/there is no such file/);
  expect(() => workloadOf('both', { SPILLWAY_TARGET_UTILISATION: '1' })).toThrow(
    /Did you mean SPILLWAY_TARGET_UTILIZATION\?/,
  );
});

describe('a workload file', () => {
  const FILE_TEXT = 'image: shop:1\ncpu: 2\nmemoryInGB: 4\nreplicasPerInstance: 2\n';

  test('decides what a replica is; settings decide how it scales', () => {
    const { spec, scaling } = workloadOf('both', { SPILLWAY_MAX_WAIT_SECONDS: '10' }, FILE_TEXT);
    expect([spec.cpu, scaling.base.replicasPerInstance, scaling.target.maxWaitSeconds]).toEqual([2, 2, 10]);
    expect(pricesOf(spec).groupUsdPerHour).toBeCloseTo(2 * 0.0405 + 4 * 0.00445, 9);
  });

  test('that cannot be played is refused with a sentence', () => {
    const text = `${FILE_TEXT}drain: none\nplacement:\n  replicasPerGroup: 2\n`;
    expect(() => workloadOf('both', {}, text)).toThrow(/with one replica each/);
    expect(() => workloadOf('both', {}, 'image: shop:1\ncpus: 2\n', 'my/Shop.yaml')).toThrow(
      /- my\/Shop\.yaml: cpus .* Did you mean cpu\?/,
    );
  });
});
