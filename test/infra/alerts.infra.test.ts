// Alert rules and the workbook, against the log and the signals, with deliberate breaks on both sides.

import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { QUEUE_METRICS } from '../../shared/azure/queue-metrics.ts';
import { parseAlert } from '../../shared/signals/common-alert.ts';
import { REASONS } from '../../shared/telemetry/reasons.ts';
import { ruleProblems, unfedProblems, workloadOfRule, type Fed } from '../../tools/infra/alert-rules.ts';
import { findBicep } from '../../tools/infra/bicep.ts';
import { BASE, COMBINATIONS } from '../../tools/infra/combinations.ts';
import { Compiler, type Resource } from '../../tools/infra/compiler.ts';
import { namesOf } from '../../tools/infra/cross-checks.ts';
import { linesIn, queryProblems, raisedLines, unseenProblems, type Lines } from '../../tools/infra/log-lines.ts';
import { alertPayload } from '../support/alert-payload.ts';
import { scenario } from '../support/scenario.ts';

const ROOT = join(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const sources = (pattern: string): string => globSync(pattern, { cwd: ROOT }).map(read).join('\n');
const files = globSync('infra/queries/*.kql', { cwd: ROOT });
const queries = files.map(read);
const codes = Object.keys(REASONS);

let resources: Resource[];
let entra: Resource[];
let lines: Lines;
beforeAll(async () => {
  const compiler = new Compiler(await findBicep());
  const main = join(ROOT, 'infra/main.bicep');
  const predicted = async (name: string): Promise<Resource[]> =>
    (await compiler.snapshot(main, { ...BASE, ...COMBINATIONS[name] })).predictedResources;
  resources = await predicted('default');
  entra = await predicted('alerts by Entra');
  compiler.close();
  // The fields of a decision are those that a story logs: figures are spread into the line.
  const story = scenario({ load: 20 });
  await story.run(60);
  const decision = story.logged.find(({ event }) => event === 'decision')?.fields ?? {};
  lines = new Map([
    ...linesIn(sources('shared/**/*.ts')),
    ...raisedLines(),
    ['decision', new Set(Object.keys(decision))],
  ]);
});

describe('queries of workbook and alerts', () => {
  test('ask for events, fields and reasons that the code emits', () => {
    for (const [index, query] of queries.entries())
      expect({ file: files[index], problems: queryProblems(query, lines, codes) }).toMatchObject({ problems: [] });
  });

  test('that ask for a name nobody emits are found', () => {
    const query =
      "| where tostring(line.event) == 'decided' | where set_has_element(line.codes, 'no-code') | project line.wants";
    expect(queryProblems(query, lines, codes)).toEqual([
      'No line of the log has the event decided.',
      'No reason has the code no-code.',
      'None of these lines has the field codes.',
      'None of these lines has the field wants.',
    ]);
  });

  test('a field that the code writes no more is found', () => {
    const renamed = linesIn(
      "log.warn('orphan-removed', { group: name, outcome }); log.warn('orphan-stays', { group: name, outcome });",
    );
    expect(queryProblems(read('infra/queries/orphan-found.kql'), renamed, codes)).toEqual([
      'None of these lines has the field name.',
    ]);
  });

  test('see every event, but for a short list that is for the log alone', () => {
    expect(lines.size).toBeGreaterThan(15);
    expect(unseenProblems(lines.keys(), queries)).toEqual([]);
  });

  test('an event that nobody would see is found, and an exception that is none', () => {
    const found = unseenProblems([...lines.keys(), 'new-event'], queries, [
      'alert',
      'hint',
      'workload-unlisted',
      'paused',
    ]);
    expect(found).toEqual([
      'The event new-event is in no query, and not among those for the log alone.',
      'paused is no event for the log alone.',
    ]);
  });

  test('no event is logged by a name that these checks do not see, but for reasons that are raised', () => {
    const named = [...sources('{shared,functions}/**/*.ts').matchAll(/\blog\.(?:info|warn)\(\s*(\S+?),/g)];
    expect(named.map(([, name = '']) => name).filter((name) => !name.startsWith("'"))).toEqual(['event.code']);
  });

  test('are all in the workbook or in a rule', () => {
    const used = [...sources('infra/app/*.bicep').matchAll(/queries\/([\w-]+\.kql)/g)].map(([, name]) => name);
    expect(new Set(used)).toEqual(new Set(files.map((file) => file.split(/[\\/]/).at(-1))));
  });
});

describe('metric alerts', () => {
  const fed = (): Fed => ({
    settings: resources.find(({ name }) => name.endsWith('/appsettings'))?.properties as Record<string, string>,
    queues: namesOf(resources, 'Microsoft.ServiceBus/namespaces/queues'),
    // Dead letters are for people: the app reads them from the queue itself.
    metrics: [...QUEUE_METRICS, 'DeadletteredMessages'],
  });
  const changed = (from: string, to: string): Resource[] =>
    JSON.parse(JSON.stringify(resources).replaceAll(from, to)) as Resource[];

  test('go by metrics that the code reads and by queues that are deployed, and feed the workload of that queue', () => {
    expect(ruleProblems(resources, fed())).toEqual([]);
    expect(unfedProblems(resources, ['example'])).toEqual([]);
  });

  test('with a wrong metric, queue or workload are found, and workloads that none feeds', () => {
    const problems = (from: string, to: string): string => ruleProblems(changed(from, to), fed()).join(' ');
    expect(problems('"ActiveMessages"', '"Active"')).toContain('goes by Active, which is no metric');
    expect(problems('"values":["example"]', '"values":["drill"]')).toContain(
      'whose queue is example, by the queue drill',
    );
    expect(problems('"values":["evaluations"]', '"values":["gone"]')).toContain('queue gone, which is not deployed');
    expect(problems('"workload":"example"', '"workload":"drill"')).toContain('feeds drill, whose queue is drill');
    expect(unfedProblems(changed('"workload":"example"', '"workload":"drill"'), ['example'])).toHaveLength(1);
  });

  test('of load call metricAlert with the schema that it reads, for a workload that is deployed', () => {
    const rule = resources.find(({ name }) => name === 'spillway-backlog-example') as Resource;
    const workload = workloadOfRule(rule);
    expect(read('tools/infra/hooks/postprovision.ts')).toContain(`['${workload}',`);
    const posted = alertPayload({ condition: 'Fired', firedAt: 0, customProperties: { workload: workload ?? '' } });
    expect(parseAlert(posted, 0)).toMatchObject({ kind: 'alert', workload: 'example' });
    const groups = entra.filter(({ type }) => type === 'Microsoft.Insights/actionGroups');
    const caller = JSON.stringify(groups.find(({ name }) => name.startsWith('ag-load')));
    expect(caller).toContain('/api/metricAlert');
    expect(caller).toContain('"useCommonAlertSchema":true');
  });
});
