import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { notPlayed } from '../../../tools/backtest/not-played.ts';
import { parseOptions, wishedPeak } from '../../../tools/backtest/options.ts';
import { POLICY_NAMES } from '../../../tools/backtest/policies/policies.ts';
import { quotaNotes } from '../../../tools/backtest/quota.ts';
import { USUAL } from '../../../tools/backtest/trace.ts';
import { traceFrom } from '../../../tools/backtest/traces.ts';
import { workloadOf } from '../../../tools/backtest/workload.ts';
import { PRICES, pricesOf } from '../../../tools/backtest/world/prices.ts';

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
  });

  test('that cannot be played is refused with a sentence', () => {
    const text = `${FILE_TEXT}drain: none\nplacement:\n  replicasPerGroup: 2\n`;
    expect(() => workloadOf('both', {}, text)).toThrow(
      'placement.replicasPerGroup cannot be played: container groups have one replica each (found: 2). Allowed: 1.',
    );
    const set = { SPILLWAY_MODE: 'dry-run', SPILLWAY_QUEUE: '', SPILLWAY_BURST_LIFECYCLE: 'start-stop' };
    const sentence =
      /SPILLWAY_MODE .*dry-run[^]*SPILLWAY_QUEUE is needed[^]*SPILLWAY_BURST_LIFECYCLE .*start-stop.*create-delete/;
    expect(() => workloadOf('both', set)).toThrow(sentence);
    expect(() => workloadOf('both', { SPILLWAY_MODE_FOR_TRACE: 'off' })).toThrow(/Allowed: enforce/);
    expect(() => workloadOf('both', {}, 'image: shop:1\ncpus: 2\n', undefined, 'my/Shop.yaml')).toThrow(
      /- my\/Shop\.yaml: cpus .* Did you mean cpu\?/,
    );
  });
});

test('no setting makes a row another one: it runs without a scale set, or on it alone', () => {
  const set = {
    SPILLWAY_BURST_MAX_GROUPS: '300',
    SPILLWAY_BURST_MIN_GROUPS_FOR_TRACE: '2',
    SPILLWAY_BASE_MIN_INSTANCES: '2',
  };
  expect(workloadOf('both', set).scaling).toMatchObject({ base: { mode: 'manage' }, burst: { maxGroups: 300 } });
  expect(workloadOf('vmss', set).scaling.burst).toMatchObject({ minGroups: 0, maxGroups: 0 });
  expect(workloadOf('aci', set).scaling.base).toMatchObject({ mode: 'none', scaleSet: undefined });
  const alone = { SPILLWAY_SCALE_SET: '', SPILLWAY_BASE_MODE: 'none' };
  expect(workloadOf('vmss', alone).scaling.base).toMatchObject({ mode: 'manage', maxInstances: 30 });
});

test('what is said and not played is told, a line each', () => {
  expect(notPlayed(workloadOf('both'))).toEqual([]);
  const group = '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers';
  const pool = `${group}/Microsoft.StandbyPool/standbyContainerGroupPools/warm`;
  const profile = `${group}/Microsoft.ContainerInstance/containerGroupProfiles/worker`;
  const text = `
image: shop:1
cpu: 1
memoryInGB: 2
restartPolicy: Never
placement:
  offerings:
    - location: eastus
      standbyPool: { id: ${pool}, profile: ${profile}, revision: 1 }
    - location: westus
      priority: Spot
`;
  const lines = notPlayed(workloadOf('both', { SPILLWAY_BASE_MODE: 'observe' }, text));
  const told = ['standbyPool', 'Spot', 'eastus, westus', 'restartPolicy Never', 'SPILLWAY_BASE_MODE observe'];
  expect(lines).toEqual(told.map((part) => expect.stringContaining(part)));
  expect(lines[0]).toMatch(/takes its time to start\. --pool says/);
  expect(notPlayed(workloadOf('both', {}, text), 5)).not.toContainEqual(expect.stringContaining('standbyPool'));
});

test.each([
  { scale: USUAL, told: [] },
  {
    scale: { ...USUAL, peak: 110 },
    told: [/^The peak needs 110 replicas, .* 100 container groups: .*the clairvoyant/],
  },
  { scale: { ...USUAL, peak: 300 }, told: [/^The peak needs 300 replicas, .* 220: .*--peak/] },
  {
    scale: { ...USUAL, replica: { cpu: 4, memoryInGB: 8 } },
    told: [/^The peak needs 60 replicas, .* 25 container groups/],
  },
  { scale: { ...USUAL, replicasPerInstance: 16 }, told: [/^A replica on machines costs 24 % .*the clairvoyant/] },
])('what bounds the figures is told: $told', ({ scale, told }) => {
  expect(quotaNotes(scale)).toEqual(told.map((pattern) => expect.stringMatching(pattern)));
});

describe('the bill', () => {
  const vcpu = 0.0405;
  const memoryGB = 0.00445;
  const machineVcpu = 0.048;
  const SIDECAR = 'containers:\n  - name: proxy\n    image: proxy:1\n    cpu: 2\n    memoryInGB: 4\n';
  const sized = (cpu: number, memoryInGB: number, rest = ''): string =>
    `image: shop:1\ncpu: ${cpu}\nmemoryInGB: ${memoryInGB}\nreplicasPerInstance: 4\n${rest}`;

  test('is at the defaults that of a Standard_D4s_v5 and of groups in East US, bit for bit', () => {
    expect(pricesOf(workloadOf('both'))).toEqual(PRICES);
    expect(PRICES).toEqual({ groupUsdPerHour: vcpu + 2 * memoryGB, instanceUsdPerHour: 0.192 });
  });

  test.each([
    { what: 'a price of machines', set: { SPILLWAY_BASE_USD_PER_INSTANCE_HOUR: '0.768' }, machine: 0.768 },
    { what: 'a savings plan', set: { SPILLWAY_BURST_DISCOUNT_PERCENT: '50' }, group: (vcpu + 2 * memoryGB) / 2 },
    { what: 'a dearer region', set: { SPILLWAY_LOCATION: 'swedencentral' }, group: 0.0466 + 2 * 0.00511 },
    { what: 'large replicas', text: sized(4, 16), group: 4 * vcpu + 16 * memoryGB, machine: 16 * machineVcpu },
    {
      what: 'a second container',
      text: sized(1, 2, SIDECAR),
      group: 3 * vcpu + 6 * memoryGB,
      machine: 12 * machineVcpu,
    },
    {
      what: 'a region in the file',
      text: sized(1, 2, 'placement:\n  offerings:\n    - location: swedencentral\n'),
      group: 0.05682,
    },
  ])('goes by $what as the plan does', ({ set = {}, text, group = vcpu + 2 * memoryGB, machine = 0.192 }) => {
    const { groupUsdPerHour, instanceUsdPerHour } = pricesOf(workloadOf('both', set, text));
    expect(groupUsdPerHour).toBeCloseTo(group, 9);
    expect(instanceUsdPerHour).toBeCloseTo(machine, 9);
  });
});
