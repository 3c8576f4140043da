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
  ])('%s', (_, yaml, message) => {
    expect(problemsOf(yaml)).toMatch(message);
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

  it('are told of the text of an app setting, too, with the value and what is allowed', () => {
    const env = {
      SPILLWAY_SIGNALS: `[{ name: x, metric: { ${ids}, aggregation: totl } }]`,
      SPILLWAY_RULES: '[{ signal: x, backlogPerReplca: 1 }]',
    };
    const text = formatProblems(parse(env).problems);
    expect(text).toMatch(
      /SPILLWAY_SIGNALS 0\.metric\.aggregation .*found: totl.*allowed: average, total.*mean total\?/,
    );
    expect(text).toMatch(/SPILLWAY_RULES 0\.backlogPerReplca .*did you mean backlogPerReplica\?/);
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
      /SPILLWAY_RULES is neither YAML nor JSON/,
    );
    const wrong = formatProblems(parse({ SPILLWAY_RULES: '[{signal: a, requestPerReplica: 1}]' }).problems);
    expect(wrong).toMatch(
      /SPILLWAY_RULES.*0\.requestPerReplica is not a member of it.*did you mean requestsPerReplica\?/,
    );
  });
});
