import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatProblems } from '../../../shared/workload/problem.ts';
import { SOURCES } from '../../../shared/workload/signals.ts';
import { readStored } from '../../../shared/workload/stored.ts';
import { file, onlyWorkload, parse } from './settings-of.ts';

const declared = (yaml: string) => parse({}, [file('orders', yaml)]);
const problemsOf = (yaml: string): string => formatProblems(declared(yaml).problems);

const page = readFileSync(join(import.meta.dirname, '../../../docs/signals.md'), 'utf8');
const examples = [...page.matchAll(/```yaml\n(.*?)```/gs)].map(([, text = '']) => text.replaceAll('…', '1'));
const sources = [...page.matchAll(/^\| `(\w+)` +\| `([^`]+)`/gm)].map(([, source = '', example = '']) => {
  const text = example
    .replaceAll('\\|', '|')
    .replaceAll('workspaceId: …', `workspaceId: ${'1'.repeat(8)}-1111-1111-1111-${'1'.repeat(12)}`);
  return [source, text] as const;
});

describe('signals of a workload file', () => {
  it('the first example of the docs is read whole, and is no part of the revision', () => {
    const workload = onlyWorkload(declared(examples[0] ?? ''));
    expect(workload.scaling).toMatchObject({
      signals: [
        { name: 'mails', queue: { namespace: 'contoso.servicebus.windows.net', queue: 'mails' } },
        { name: 'cpu', metric: { name: 'Percentage CPU', aggregation: 'average', across: 'average' } },
        { name: 'night', schedule: { timeZone: 'Europe/Berlin' } },
      ],
      rules: [{ backlogPerReplica: 20, activation: 5 }, { utilizationPercent: 70 }, { window: { maximum: 4 } }],
      combine: 'max',
    });
    expect(workload.revision).toBe(onlyWorkload(parse()).revision);
    expect(readStored(JSON.stringify(workload))).toEqual(workload);
  });

  it('the example of step rules is read', () => {
    const cpu = 'signals: [{ name: cpu, alert: {} }]\n';
    expect(onlyWorkload(declared(cpu + examples[1])).scaling.rules?.[0]?.steps).toHaveLength(3);
  });

  it.each(sources.filter(([source]) => source !== 'formula'))('the example of %s is read: %s', (source, example) => {
    const yaml = `signals: [{ name: x, ${source}: ${example} }]\nrules: [{ signal: x, backlogPerReplica: 1 }]`;
    expect(onlyWorkload(declared(yaml)).scaling.signals?.[0]).toHaveProperty(source);
  });

  it('every source but the metric, which the first example has, has one of its own', () => {
    expect(sources.length + 1).toBe(SOURCES.length);
  });
});

describe('what is wrong with signals', () => {
  const MAILS = 'signals: [{ name: mails, queue: contoso/mails }]\n';
  it.each([
    [
      'a misspelt key',
      'signals: [{ name: x, queeu: a/b }]',
      /signals\.0\.queeu is not a member of it.*Did you mean queue\?/,
    ],
    ['no source', 'signals: [{ name: x }]', /needs exactly one source/],
    ['two sources', 'signals: [{ name: x, queue: a/b, hint: {} }]', /needs exactly one source/],
    [
      'a name twice',
      MAILS.replace(' }]', ' }, { name: mails, hint: {} }]'),
      /signals\.1\.name is the name of another signal/,
    ],
    [
      'a rule on no signal',
      `${MAILS}rules: [{ signal: mail, backlogPerReplica: 1 }]`,
      /is no signal.*Did you mean mails\?/,
    ],
    ['a name that every object has', 'signals: [{ name: constructor, hint: {} }]', /signals\.0\.name is a word/],
    [
      'a fallback of a source that cannot fail',
      'signals: [{ name: x, schedule: { start: 0 8 * * *, end: 0 9 * * * }, fallback: 5 }]\nrules: [{ signal: x, window: { minimum: 2 } }]',
      /signals\.0\.fallback does nothing for a signal whose source is schedule/,
    ],
    [
      'an age of a formula, which is as old as what it reads',
      'signals: [{ name: x, formula: 2 * y, fallback: 5, staleAfterSeconds: 60 }, { name: y, queue: a/b }]\nrules: [{ signal: x, backlogPerReplica: 1 }]',
      /^(?!.*signals\.0\.fallback).*signals\.0\.staleAfterSeconds does nothing for a signal whose source is formula/s,
    ],
    ['a rule without a verb', `${MAILS}rules: [{ signal: mails }]`, /needs exactly one of backlogPerReplica/],
    ['a signal that nothing reads', MAILS, /is read by no rule and no formula/],
    [
      'a formula of unknown names',
      'signals: [{ name: x, formula: mials * 2 }, { name: mails, hint: {} }]',
      /names mials/,
    ],
    ['a formula that is none', 'signals: [{ name: x, formula: "2 *" }]', /is not a formula/],
    ['a formula with a call that is none', 'signals: [{ name: x, formula: "eval(1)" }]', /calls eval/],
    [
      'a formula over formulas',
      'signals: [{ name: x, formula: y }, { name: y, formula: x }]',
      /names y, which is no such/,
    ],
    [
      'a combination of unknown names',
      `${MAILS}rules: [{ signal: mails, backlogPerReplica: 1 }]\ncombine: mails + que`,
      /names que/,
    ],
    [
      'a combination that counts on a window which only bounds',
      'signals: [{ name: x, schedule: { start: 0 8 * * *, end: 0 9 * * * } }]\nrules: [{ signal: x, window: { minimum: 2 } }]\ncombine: queue + x',
      /names x, which is no such signal/,
    ],
    [
      'a schedule that never comes',
      'signals: [{ name: x, schedule: { start: 0 0 30 2 *, end: 0 1 * * * } }]',
      /start.*never comes/,
    ],
    [
      'a schedule that is none',
      'signals: [{ name: x, schedule: { start: 0 99 * * *, end: 0 1 * * * } }]',
      /start.*is not a cron/,
    ],
    [
      'an unknown time zone',
      'signals: [{ name: x, schedule: { start: 0 0 * * *, end: 0 1 * * *, timeZone: Europe/Nowhere } }]',
      /is not a time zone/,
    ],
    [
      'a time zone of no name',
      'signals: [{ name: x, schedule: { start: 0 0 * * *, end: 0 1 * * *, timeZone: "" } }]',
      /is not a time zone/,
    ],
    [
      'steps out alone',
      `${MAILS}rules: [{ signal: mails, steps: [{ above: 1, add: 1 }, { above: 2, add: 2 }] }]`,
      /needs a step above and one below/,
    ],
    [
      'steps that cross',
      `${MAILS}rules: [{ signal: mails, steps: [{ above: 1, add: 1 }, { below: 2, remove: 2 }] }]`,
      /removes below a value above which it adds/,
    ],
    [
      'a step in the wrong direction',
      `${MAILS}rules: [{ signal: mails, steps: [{ above: 9, remove: 1 }, { below: 2, remove: 2 }] }]`,
      /must add above/,
    ],
    [
      'steps that never give back',
      `${MAILS}rules: [{ signal: mails, steps: [{ above: 70, set: 2 }, { below: 30, set: 9 }] }]`,
      /sets no fewer replicas below a threshold/,
    ],
    [
      'a schedule that is never open',
      'signals: [{ name: x, schedule: { start: 0 8 * * MON, end: 0 0 8 * * 1 } }]\nrules: [{ signal: x, window: { wanted: 1 } }]',
      /schedule\.end comes at each start, so the window is never open/,
    ],
    [
      'a combination that leaves out a signal with a rule',
      `${MAILS}rules: [{ signal: mails, backlogPerReplica: 1 }]\ncombine: '1 + 1'`,
      /combine leaves out mails, which would scale nothing/,
    ],
    [
      'the age of what has no messages',
      'signals: [{ name: x, alert: {} }, { name: f, formula: x + x_age }]\nrules: [{ signal: f, backlogPerReplica: 1 }]',
      /names x_age, and only queues have an age: x is of kind alert/,
    ],
    [
      'the age of a queue where no message can be looked at',
      'signals: [{ name: x, queue: contoso/x }, { name: f, formula: x + x_age }]\nrules: [{ signal: f, backlogPerReplica: 1 }]',
      /names x_age, and x is not in the namespace of this app/,
    ],
    [
      'the growth of what is not read',
      'signals: [{ name: x, hint: {} }, { name: f, formula: x_growth }]\nrules: [{ signal: f, backlogPerReplica: 1 }]',
      /names x_growth, and only what is read has a growth: x is of kind hint/,
    ],
    [
      'a name like the growth of another signal',
      `${MAILS.replace(' }]', ' }, { name: mails_growth, hint: {} }]')}rules: [{ signal: mails, backlogPerReplica: 1 }]`,
      /signals\.1\.name ends as what formulas know of other signals/,
    ],
  ])('%s', (_, yaml, message) => {
    expect(problemsOf(yaml)).toMatch(message);
  });

  const TWO = 'rules: [{ signal: a, backlogPerReplica: 1 }, { signal: b, backlogPerReplica: 1 }]';
  it.each([
    ['a signal with a wrong member', `signals: [{ name: a, queue: b/c, fallback: -1 }, { name: b, hint: {} }]\n${TWO}`],
    ['a signal with a wrong name', `signals: [{ name: A, hint: {} }, { name: b, hint: {} }]\n${TWO}`],
    [
      'a formula that is no text',
      'signals: [{ name: a, hint: {} }, { name: f, formula: 5 }]\nrules: [{ signal: f, backlogPerReplica: 1 }]',
    ],
    ['a signal without a name', `signals: [{ hint: {} }, { name: b, hint: {} }]\n${TWO}`],
    ['signals that are no list', `signals: { a: b }\n${TWO}\ncombine: a + b`],
    [
      'a rule with a wrong verb',
      `signals: [{ name: a, hint: {} }]\nrules: [{ signal: a, backlogPerReplica: 0 }]\ncombine: a`,
    ],
    ['a rule with a misspelt verb', `signals: [{ name: a, hint: {} }]\nrules: [{ signal: a, backlog: 1 }]\ncombine: a`],
    [
      'a rule with a misspelt signal',
      'signals: [{ name: mails, hint: {} }]\nrules: [{ signal: mials, backlogPerReplica: 1 }]\ncombine: mails + 1',
    ],
    [
      'a step with a misspelt threshold',
      'signals: [{ name: a, hint: {} }]\nrules: [{ signal: a, steps: [{ above: 1, add: 1 }, { blow: 1, remove: 1 }] }]',
    ],
    ['a rule without a signal', 'signals: [{ name: a, hint: {} }]\nrules: [{ backlogPerReplica: 1 }]'],
    [
      'a formula that names a misspelt signal',
      'signals: [{ name: mails, hint: {} }, { name: f, formula: mials + 1 }]\nrules: [{ signal: f, backlogPerReplica: 1 }]',
    ],
  ])('%s is told once, and nothing that follows from it', (_, yaml) => {
    expect(problemsOf(yaml)).toMatch(/has one problem/);
  });

  it('rules of an app setting are not held against the signals of a file that cannot be read', () => {
    const env = { SPILLWAY_RULES: '[{ signal: a, backlogPerReplica: 1 }]', SPILLWAY_COMBINE: 'a + 1' };
    expect(parse(env, [file('orders', 'cpu: [1')]).problems).toHaveLength(1);
  });

  it('the age of a queue in the namespace of the app may be used', () => {
    const yaml =
      'signals: [{ name: x, queue: shop/x }, { name: f, formula: x + x_age }]\nrules: [{ signal: f, backlogPerReplica: 1 }]';
    expect(declared(yaml).problems).toEqual([]);
    const env = { SPILLWAY_SERVICEBUS__fullyQualifiedNamespace: undefined, SPILLWAY_SERVICEBUS: 'Endpoint=sb://a.b/;' };
    expect(formatProblems(parse(env, [file('orders', yaml)]).problems)).toMatch(/is not in the namespace/);
    expect(parse(env, [file('orders', yaml.replace('shop/x', 'A.b:5671/x'))]).problems).toEqual([]);
  });

  it('one mistake hides no other', () => {
    const text = problemsOf(
      `signals:
  - { name: night, schedule: { start: 61 22 * * *, end: 99 6 * * *, timeZone: Europe/Berln }, fallback: -1 }
  - { name: f, formula: 'nigth * 2' }
  - { name: g, formula: '2 *' }
  - { name: both, queue: nowhere, hint: {} }
rules:
  - { signal: nigth, window: { minimum: 9, maximum: 4 } }
  - { signal: both, backlogPerReplica: 0, steps: [] }
  - { signal: both, steps: [{ above: 10, set: 2 }, { above: 20, set: many }, { below: 30, set: 9 }, null] }
  - { signal: both, steps: [{ above: 10, add: '2' }] }
combine: f + nowhere`,
    );
    for (const part of [
      'signals.0.schedule.start is not a cron',
      'signals.0.schedule.end is not a cron',
      'signals.0.schedule.timeZone is not a time zone',
      'signals.0.fallback is below 0',
      'signals.1.formula names nigth',
      'signals.2.formula is not a formula',
      'signals.3.queue does not have the form',
      'signals.3 needs exactly one source',
      'rules.0.signal is no signal of this workload (found: nigth). Allowed: night, f, g, both. Did you mean night?',
      'rules.0.window has its minimum above its maximum',
      'rules.1.backlogPerReplica is not above 0',
      'rules.1.steps needs a step above and one below',
      'rules.1 needs exactly one of',
      'rules.2.steps.1.set is not a number',
      'rules.2.steps.3 is not a map',
      'rules.2.steps removes below a value above which it adds',
      'rules.2.steps sets no fewer replicas below a threshold than above one',
      'rules.3.steps.0.add is not a number',
      'rules.3.steps needs a step above and one below',
      'combine names f',
      'combine names nowhere',
      'combine leaves out both',
    ])
      expect(text).toContain(part);
  });

  it('a metric of 50 resources fits into a file and into an app setting', () => {
    const id = (index: number) =>
      `/subscriptions/${'1'.repeat(36)}/resourceGroups/${'r'.repeat(90)}/providers/Microsoft.Compute/virtualMachineScaleSets/${'n'.repeat(50)}${index}`;
    const signals = (count: number) =>
      `[{ name: cpu, metric: { name: n, resources: [${Array.from({ length: count }, (_, index) => id(index)).join(', ')}] } }]`;
    const rules = 'rules: [{ signal: cpu, utilizationPercent: 70 }]\n';
    expect(declared(`${rules}signals: ${signals(50)}`).problems).toEqual([]);
    expect(parse({ SPILLWAY_SIGNALS: signals(50) }, [file('orders', rules)]).problems).toEqual([]);
    expect(formatProblems(parse({ SPILLWAY_SIGNALS: signals(51) }, [file('orders', rules)]).problems)).toMatch(
      /0\.metric\.resources has more than 50/,
    );
  });

  it('all of it is told at once, each with its place', () => {
    const text = problemsOf(
      'signals: [{ name: Mails, queue: nowhere }]\nrules: [{ signal: mails, backlogPerReplica: 0 }]',
    );
    expect(text).toMatch(/signals\.0\.name/);
    expect(text).toMatch(/signals\.0\.queue/);
    expect(text).toMatch(/rules\.0\.backlogPerReplica/);
  });
});

describe('names below those of a signal or a rule', () => {
  const ids = `resources: [/subscriptions/s/resourceGroups/r/providers/A/b/c], name: n`;
  it.each([
    [
      `signals: [{ name: x, metric: { ${ids}, agregation: total } }]`,
      /signals\.0\.metric\.agregation .*mean aggregation\?/,
    ],
    [
      `signals: [{ name: x, metric: { ${ids}, aggregation: totl } }]`,
      /metric\.aggregation .*found: totl.*mean total\?/,
    ],
    ['signals: [{ name: x, schedule: { begin: a, timezone: b } }]', /schedule\.timezone .*mean timeZone\?/],
    ['rules: [{ signal: x, window: { maximun: 4 } }]', /rules\.0\.window\.maximun .*mean maximum\?/],
    ['rules: [{ signal: x, steps: [{ abov: 4, add: 1 }] }]', /rules\.0\.steps\.0\.abov .*mean above\?/],
  ])('are told with what was probably meant: %s', (yaml, message) => {
    expect(problemsOf(yaml)).toMatch(message);
  });

  it('are not missing besides, where one that is required was probably meant', () => {
    const text = problemsOf('signals: [{ nam: x, log: { workspaceId: w } }]');
    expect(text).toMatch(/signals\.0\.nam .*mean name\?/);
    expect(text).not.toMatch(/signals\.0\.name is missing/);
    expect(text).toMatch(/signals\.0\.log\.query is missing/);
  });

  it('are told of the text of an app setting, too, with the value and what is allowed', () => {
    const env = {
      SPILLWAY_SIGNALS: `[{ name: x, metric: { ${ids}, aggregation: totl } }]`,
      SPILLWAY_RULES: '[{ signal: x, backlogPerReplca: 1 }]',
    };
    const text = formatProblems(parse(env).problems);
    expect(text).toMatch(
      /SPILLWAY_SIGNALS\.0\.metric\.aggregation .*found: totl.*Allowed: average, total.*mean total\?/,
    );
    expect(text).toMatch(/SPILLWAY_RULES\.0\.backlogPerReplca .*Did you mean backlogPerReplica\?/);
  });
});

describe('signals of an app setting', () => {
  const more = 'signals: [{ name: a, hint: {} }]\nrules: [{ signal: a, requestsPerReplica: 1 }]';

  it('replace those of the file, for one workload or for all', () => {
    const env = { SPILLWAY_SIGNALS_FOR_ORDERS: '[{"name":"a","queue":"contoso/a"}]', SPILLWAY_COMBINE: 'sum' };
    const { scaling } = onlyWorkload(parse(env, [file('orders', more)]));
    expect(scaling).toMatchObject({ signals: [{ queue: { queue: 'a' } }], rules: [{ signal: 'a' }], combine: 'sum' });
  });

  it('are YAML or JSON, and a problem names the setting and the member', () => {
    expect(formatProblems(parse({ SPILLWAY_RULES: '[{: }' }).problems)).toMatch(
      /SPILLWAY_RULES is not valid YAML: .* at line 1/,
    );
    expect(formatProblems(parse({ SPILLWAY_SIGNALS: '&a [*a]' }).problems)).toMatch(
      /SPILLWAY_SIGNALS has an alias that leads nowhere, to itself or to too much/,
    );
    const wrong = formatProblems(parse({ SPILLWAY_RULES: '[{signal: a, requestPerReplica: 1}]' }).problems);
    expect(wrong).toMatch(/SPILLWAY_RULES\.0\.requestPerReplica is not a member of it.*mean requestsPerReplica\?/);
  });
});
