import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseSettings } from '../../../shared/settings/parse.ts';
import { nameFor } from '../../../shared/settings/setting.ts';
import { SETTINGS } from '../../../shared/settings/table.ts';
import { formatProblems } from '../../../shared/workload/problem.ts';
import { file, onlyWorkload, parse, paths, SCALE_SET } from './settings-of.ts';

const READS =
  'signals: [{ name: mails, queue: shop/mails }]\nrules: [{ signal: mails, backlogPerReplica: 5 }]\ncombine: sum';

const OURS = SETTINGS.filter(({ scope }) => scope !== 'foreign');

const baseWith = (env: Record<string, string>) =>
  onlyWorkload(parse({ SPILLWAY_SCALE_SET: SCALE_SET, ...env })).scaling.base;

const locationsWith = (env: Record<string, string>) => onlyWorkload(parse(env)).scaling.burst.locations;

test('an id that is wrong takes no other off its list', () => {
  const [first, second] = ['22222222-2222-2222-2222-222222222222', '33333333-3333-3333-3333-333333333333'];
  const more = (SPILLWAY_MORE_SUBSCRIPTIONS: string) => {
    const { deployment, problems } = parse({ SPILLWAY_MORE_SUBSCRIPTIONS });
    return { kept: deployment?.moreSubscriptions, wrong: problems.length };
  };
  expect(more(`${first},4444,${second}`)).toEqual({ kept: [first, second], wrong: 1 });
  expect(more(`${first},${first}`)).toEqual({ kept: [first], wrong: 1 });
});

describe('a valid configuration', () => {
  test('gets a default for all that is not set', () => {
    const { deployment, broken, problems } = parse();
    expect({ broken, problems }).toEqual({ broken: [], problems: [] });
    expect(deployment).toEqual({
      ownerId: 'shop-production',
      subscriptionId: '11111111-1111-1111-1111-111111111111',
      resourceGroup: 'shop',
      location: 'westeurope',
      unattendedMinutes: 60,
      workloadsFolder: 'workloads',
      evaluationsQueue: 'evaluations',
      armEndpoint: 'https://management.azure.com',
      metricsEndpoint: 'https://{region}.metrics.monitor.azure.com',
      logsEndpoint: 'https://api.loganalytics.azure.com',
    });
    expect(onlyWorkload(parse())).toEqual({
      name: 'orders',
      revision: expect.stringMatching(/^[0-9a-f]{8}$/) as string,
      spec: {
        image: 'example.io/worker:1',
        cpu: 1,
        memoryInGB: 2,
        environment: {},
        secureEnvironment: {},
        restartPolicy: 'Always',
      },
      scaling: {
        mode: 'dry-run',
        base: {
          mode: 'none',
          minInstances: 0,
          maxInstances: 10,
          replicasPerInstance: 1,
          reservedInstances: 0,
          growAfterSeconds: 90,
          scaleInDelaySeconds: 300,
        },
        burst: {
          lifecycle: 'create-delete',
          minGroups: 0,
          maxGroups: 10,
          locations: ['westeurope'],
          discountPercent: 0,
          scaleInDelaySeconds: 20,
          returnWorthSeconds: 450,
        },
        target: { maxWaitSeconds: 30, messagesPerSecondPerReplica: 1, utilization: 1 },
        zeroDelaySeconds: 120,
        forecast: 'on',
        alertAddGroups: 2,
        discovery: { registry: 'off', ttlSeconds: 10 },
        drain: 'poll',
        drainTimeoutSeconds: 60,
        failoverOverlapPercent: 25,
        limits: { spendUsdPerDay: 20, spendUsdPerHour: 5, changesPerEvaluation: 50 },
        priority: 0,
        staleAfterSeconds: 60,
        rollout: {
          strategy: 'canary',
          steps: [{ share: 10, bakeSeconds: 120 }],
          maxSurgePercent: 25,
          maxUnavailablePercent: 0,
          readySeconds: 600,
          maxCrashPercent: 20,
          maxDeadLetters: 5,
          approval: 'none',
        },
      },
    });
  });

  test.each([
    ['a bare namespace is completed', 'contoso/orders', 'contoso.servicebus.windows.net', 'orders'],
    ['a full host name stays', 'contoso.servicebus.chinacloudapi.cn/a/b', 'contoso.servicebus.chinacloudapi.cn', 'a/b'],
    ['a host with a port stays', 'localhost:5671/orders', 'localhost:5671', 'orders'],
  ])('names a queue: %s', (_, value, namespace, queue) => {
    expect(onlyWorkload(parse({ SPILLWAY_QUEUE: value })).scaling.queue).toEqual({ namespace, queue });
  });

  test.each(['drain: none', 'replicasPerInstance: 2', 'placement: { replicasPerGroup: 1 }', READS])(
    'leaves what only says how a workload scales out of its revision: %s',
    (more) => {
      const env = { SPILLWAY_QUEUE: 'shop/orders' };
      const revision = (text: string): string => onlyWorkload(parse(env, [file('orders', text)])).revision;
      expect(revision(more)).toBe(revision(''));
    },
  );

  test('observes a scale set unless told otherwise, and has none with base mode none', () => {
    expect(baseWith({})).toMatchObject({ mode: 'observe', scaleSet: SCALE_SET });
    expect(baseWith({ SPILLWAY_BASE_MODE: 'manage' })).toMatchObject({ mode: 'manage', scaleSet: SCALE_SET });
    expect(baseWith({ SPILLWAY_BASE_MODE: 'none' })).not.toHaveProperty('scaleSet');
  });

  test('reads regions in any form and prefers the own one of the deployment to that of the platform', () => {
    expect(locationsWith({ SPILLWAY_LOCATION: 'northeurope' })).toEqual(['northeurope']);
    expect(locationsWith({ SPILLWAY_LOCATIONS: 'West Europe, northeurope' })).toEqual(['westeurope', 'northeurope']);
  });

  test('takes no typing error for a region, wherever one is named', () => {
    const metric = 'resources: [/subscriptions/s/resourceGroups/g/providers/A.B/c/d], name: n, region: Norht Europe';
    const more = `placement: { offerings: [{ location: eatsus2 }] }\nsignals: [{ name: m, metric: { ${metric} } }]`;
    const { problems } = parse({ SPILLWAY_LOCATIONS: 'westeuropa, northeurope' }, [file('orders', more)]);
    const meant = problems.flatMap(({ message }) => /did you mean (\w+)/.exec(message)?.[1] ?? []);
    expect(meant.toSorted()).toEqual(['eastus2', 'northeurope', 'westeurope']);
  });

  test.each([
    ['uswest2', 'westus2'],
    ['West 2 US', 'westus2'],
    ['europewest', 'westeurope'],
    ['us north central', 'northcentralus'],
    ['centralsweden', 'swedencentral'],
  ])('takes %s, which has the words of %s in another order, for no region', (name, meant) => {
    const { problems } = parse({ SPILLWAY_LOCATIONS: name });
    expect(problems.map(({ message }) => message)).toEqual([`is no region (did you mean ${meant}?)`]);
  });

  test.each(['eastus4', 'norwaysouth', 'southcentralus2', 'indiasouthcentral', 'kenyacentral'])(
    'takes %s, which may be new, for a region',
    (name) => expect(locationsWith({ SPILLWAY_LOCATIONS: name })).toEqual([name]),
  );

  test('reads a log query when workspace and query are there', () => {
    const workspaceId = '22222222-2222-2222-2222-222222222222';
    const env = { SPILLWAY_LOG_WORKSPACE: workspaceId, SPILLWAY_LOG_QUERY: 'Orders | summarize count()' };
    expect(onlyWorkload(parse(env)).scaling.logQuery).toEqual({ workspaceId, query: 'Orders | summarize count()' });
  });
});

describe('the own value of a workload', () => {
  const files = [file('order-emails'), file('orders')];
  const modes = (env: Record<string, string>) =>
    Object.fromEntries(parse(env, files).workloads.map(({ name, scaling }) => [name, scaling.mode]));

  test('replaces the general one in this workload only', () => {
    const env = { SPILLWAY_MODE: 'off', SPILLWAY_MODE_FOR_ORDER_EMAILS: 'enforce' };
    expect(modes(env)).toEqual({ 'order-emails': 'enforce', orders: 'off' });
  });

  test('counts as absent when it is empty and "none" makes no sense', () => {
    expect(modes({ SPILLWAY_MODE: 'off', SPILLWAY_MODE_FOR_ORDER_EMAILS: '' })).toEqual({
      'order-emails': 'off',
      orders: 'off',
    });
  });

  test('takes the general one away when it is empty and "none" makes sense', () => {
    const env = {
      SPILLWAY_SCALE_SET: SCALE_SET,
      SPILLWAY_BASE_MODE: 'manage',
      SPILLWAY_SCALE_SET_FOR_ORDER_EMAILS: '',
    };
    const { workloads, problems } = parse(env, files);
    expect(problems).toEqual([]);
    expect(workloads.map(({ scaling }) => scaling.base.mode)).toEqual(['none', 'manage']);
  });
});

describe('a problem', () => {
  const files = [file('mail'), file('orders')];
  const outcome = (env: Record<string, string>) => {
    const { workloads, broken } = parse(env, files);
    return { valid: workloads.map(({ name }) => name), broken: broken.map(({ name }) => name) };
  };

  test('in the own value of a workload touches no other', () => {
    expect(outcome({ SPILLWAY_MODE_FOR_MAIL: 'on' })).toEqual({ valid: ['orders'], broken: ['mail'] });
  });

  test('in a file touches no other workload', () => {
    const { workloads, broken } = parse({}, [file('mail', 'cpu: [1'), file('orders')]);
    expect([workloads.map(({ name }) => name), broken.map(({ name }) => name)]).toEqual([['orders'], ['mail']]);
  });

  test('in a general value touches only the workloads without an own one', () => {
    expect(outcome({ SPILLWAY_MODE: 'on', SPILLWAY_MODE_FOR_MAIL: 'off' })).toEqual({
      valid: ['mail'],
      broken: ['orders'],
    });
  });

  test('in a general value is told once, however many workloads it breaks', () => {
    const { problems, broken } = parse({ SPILLWAY_MODE: 'on', SPILLWAY_BURST_MIN_GROUPS: '11' }, files);
    expect(paths(problems)).toEqual(['SPILLWAY_MODE', 'SPILLWAY_BURST_MIN_GROUPS']);
    expect(broken.map((workload) => paths(workload.problems))).toEqual([paths(problems), paths(problems)]);
  });

  test('in a value of the deployment leaves the default in force', () => {
    const { deployment, problems } = parse({ SPILLWAY_UNATTENDED_MINUTES: '5' });
    expect(deployment?.unattendedMinutes).toBe(60);
    expect(formatProblems(problems)).toContain(
      'SPILLWAY_UNATTENDED_MINUTES is below 15; until then 60 holds (found: 5). Allowed: a whole number from 15 to 1440.',
    );
  });

  test.each(OURS.filter(({ required }) => required))('of a missing $name leaves no deployment', ({ name }) => {
    const { deployment, problems } = parse({ [name]: undefined });
    expect(deployment).toBeUndefined();
    expect(paths(problems)).toEqual([name]);
  });

  test.each(OURS.filter(({ binding }) => binding))('is that a trigger finds no $name', ({ name }) => {
    expect(paths(parse({ [name]: '' }).problems)).toEqual([name]);
  });

  test.each(['SPILLWAY_REPLICA_KEY', 'SPILLWAY_OWNER_ID', 'SPILLWAY_LOG_QUERY_FOR_ORDERS'])(
    'is a Key Vault reference in %s that was not resolved, and it is no value',
    (name) => {
      const text = '@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/a)';
      const parsed = parse({ [name]: text });
      const [problem] = parsed.problems;
      expect(problem).toMatchObject({ path: name, message: 'is a Key Vault reference that was not resolved' });
      expect(JSON.stringify(parsed)).not.toContain('vault.azure.net');
    },
  );

  test('is a connection that is missing', () => {
    const { problems } = parse({ SPILLWAY_SERVICEBUS__fullyQualifiedNamespace: undefined });
    expect(problems).toMatchObject([
      { message: 'is missing', allowed: expect.stringContaining('SPILLWAY_SERVICEBUS') as string },
    ]);
    expect(
      parse({ SPILLWAY_SERVICEBUS__fullyQualifiedNamespace: undefined, SPILLWAY_SERVICEBUS: 'Endpoint=sb://a/' })
        .problems,
    ).toEqual([]);
  });

  test('in a list between commas names the element, each of them', () => {
    const { problems } = parse({ SPILLWAY_LOCATIONS: 'westeurope,,north europe,w!' });
    expect(problems.map(({ path, value }) => [path, value])).toEqual([
      ['SPILLWAY_LOCATIONS.1', ''],
      ['SPILLWAY_LOCATIONS.3', 'w!'],
    ]);
  });

  test('is a line of its own, whatever was found', () => {
    const text = formatProblems(parse({ SPILLWAY_RULES: '[]\n---\n[]' }, [file('orders', '"a\\nb": 1')]).problems);
    expect(text.split('\n')).toHaveLength(3);
  });

  test.each([
    ['99 * * * * *', 'is not a cron (Invalid value for second: 99)'],
    ['0 0 0 30 2 *', 'names a time that never comes'],
    ['* * * * *', 'is not a schedule of six fields'],
  ])('is a schedule that no timer takes: %s', (schedule, message) => {
    expect(parse({ SPILLWAY_SWEEP_SCHEDULE: schedule }).problems).toMatchObject([{ message }]);
  });

  test('is a folder without workloads', () => {
    expect(parse({}, []).problems).toMatchObject([{ path: 'SPILLWAY_WORKLOADS_FOLDER', value: 'workloads' }]);
  });
});

describe('a typing error', () => {
  test.each([
    ['in the name of a setting', { SPILLWAY_QEUE: 'a/b' }, 'SPILLWAY_QEUE', 'SPILLWAY_QUEUE'],
    ['in capitals', { spillway_mode: 'off' }, 'spillway_mode', 'SPILLWAY_MODE'],
    [
      'in the name of a workload',
      { SPILLWAY_MODE_FOR_ORDRES: 'off' },
      'SPILLWAY_MODE_FOR_ORDRES',
      'SPILLWAY_MODE_FOR_ORDERS',
    ],
    ['in a value', { SPILLWAY_MODE: 'dryrun' }, 'SPILLWAY_MODE', 'dry-run'],
  ])('%s gets the name that was meant', (_, env, path, nearest) => {
    expect(parse(env).problems).toMatchObject([{ path, nearest }]);
  });

  test.each([
    ['memory', 'memoryInGB'],
    ['mem', 'memoryInGB'],
    ['liveness', 'livenessProbe'],
    ['re', undefined],
  ])('that leaves out the end of a name gets that name where it is the only one: %s', (name, nearest) => {
    expect(parse({}, [file('orders', `${name}: 1`)]).problems).toMatchObject([{ nearest }]);
  });

  test.each(['maxx', 'summ'])('in the word that combines signals is one mistake: %s', (combine) => {
    const { problems } = parse({ SPILLWAY_QUEUE: 'shop/orders' }, [file('orders', READS.replace('sum', combine))]);
    const message = 'is neither max nor sum nor a formula';
    expect(problems).toMatchObject([{ path: 'workloads/orders.yaml: combine', message, nearest: combine.slice(0, 3) }]);
  });

  test('is not seen in a formula over names like max', () => {
    const text = READS.replaceAll('mails', 'ma').replace('sum', 'ma+queue');
    expect(parse({ SPILLWAY_QUEUE: 'shop/orders' }, [file('orders', text)]).problems).toEqual([]);
  });

  test('that looks like nothing we know gets no guess', () => {
    expect(parse({ SPILLWAY_FORECAST: '!!' }).problems).toMatchObject([{ nearest: undefined }]);
    expect(parse({ SPILLWAY_PAYMENT_PROVIDER_CURRENCY: 'EUR' }).problems).toMatchObject([{ nearest: undefined }]);
  });

  test('in a name breaks nothing by itself', () => {
    expect(parse({ SPILLWAY_QEUE: 'a/b', SPILLWAY_MODE_FOR_X: 'off' }).broken).toEqual([]);
  });
});

describe('a workload without any demand', () => {
  const SIGNAL = 'signals: [{ name: x, hint: {} }]\nrules: [{ signal: x, backlogPerReplica: 1 }]';

  test('is no mistake, and a note says so under the setting that is empty', () => {
    const message = 'is empty, and there is no signal: only alerts and hints start replicas';
    expect(parse({})).toMatchObject({ problems: [], notes: { orders: [{ path: 'SPILLWAY_QUEUE', message }] } });
    const env = { SPILLWAY_QUEUE: 'shop/mails', SPILLWAY_QUEUE_FOR_ORDERS: '' };
    expect(parse(env).notes).toEqual({ orders: [{ path: 'SPILLWAY_QUEUE_FOR_ORDERS', message }] });
  });

  test.each([
    ['queue', { SPILLWAY_QUEUE: 'shop/orders' }, ''],
    ['queue that cannot be read', { SPILLWAY_QUEUE: 'orders' }, ''],
    ['file that cannot be read', {}, 'cpu: ['],
    ['signal', {}, SIGNAL],
    ['minimum of groups', { SPILLWAY_BURST_MIN_GROUPS: '3' }, ''],
    [
      'log query',
      { SPILLWAY_LOG_WORKSPACE: '22222222-2222-2222-2222-222222222222', SPILLWAY_LOG_QUERY: 'Orders | count' },
      '',
    ],
  ])('is none with a %s', (_, env, more) => {
    expect(parse(env, [file('orders', more)]).notes).toEqual({});
  });
});

describe('whatever is set', () => {
  const text = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.double().map(String),
    fc.constantFrom('__proto__', 'null'),
  );

  test.each(OURS)('$name is taken or named by a problem', (setting) => {
    fc.assert(
      fc.property(text, fc.boolean(), (value, own) => {
        const name = own && setting.scope === 'workload' ? nameFor(setting.name, 'orders') : setting.name;
        const { deployment, workloads, problems } = parse({ [name]: value });
        const named = problems.some(
          ({ path, message, allowed }) => path.split('.')[0] === name && message !== '' && allowed !== '',
        );
        // Half of the log query is the one case in which the other half is the setting that is wrong.
        const pair = paths(problems).some(
          (path) => path.startsWith('SPILLWAY_LOG_') && name.startsWith('SPILLWAY_LOG_'),
        );
        expect(named || pair || (problems.length === 0 && workloads.length === 1 && deployment !== undefined)).toBe(
          true,
        );
      }),
      { numRuns: 40 },
    );
  });

  test('in files and unknown settings never throws', () => {
    const files = fc.array(fc.record({ file: fc.string(), text: fc.oneof(fc.string(), fc.json()) }), { maxLength: 3 });
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.string()), files, (env, sources) => {
        const { workloads, broken, problems } = parseSettings(env, sources);
        expect(workloads.length + broken.length).toBeLessThanOrEqual(sources.length);
        expect(formatProblems(problems)).not.toBe('');
      }),
    );
  });
});
