import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Backtest } from '../../../tools/backtest/report.ts';
import { command } from '../local/demo/command.ts';

let folder = '';
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'spillway-'))));
afterAll(() => rm(folder, { recursive: true }));

const backtest = (...args: string[]) => command('../backtest/main.ts', args);

test('a backtest prints what it writes, and both files have all policies', async () => {
  const [trace, json, html] = ['trace.csv', 'x.json', 'x.html'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  await writeFile(trace, '30\n60\n60\n30\n');
  const policies = ['static-peak', 'nomad'];
  const few = ['--policies', policies.join(), '--seeds', '1', '--no-tune', '--no-recommend'];
  const { code, output } = await backtest(
    '--trace',
    trace,
    '--bin-seconds',
    '60',
    ...few,
    '--json',
    json,
    '--html',
    html,
  );
  expect(code).toBe(0);
  const found = JSON.parse(await readFile(json, 'utf8')) as Backtest;
  expect(found).toMatchObject({ trace: 'trace', seconds: 240, peakReplicas: 60, targetWaitSeconds: 30, seeds: 1 });
  expect(found.policies.map(({ name }) => name)).toEqual(policies);
  const report = await readFile(html, 'utf8');
  for (const { name, cost } of found.policies) {
    expect(output).toMatch(new RegExp(`^${name} .* ${cost.toFixed(2)} `, 'm'));
    expect(report).toMatch(new RegExp(`${name}</th>.*<td>${cost.toFixed(2)}</td>`));
  }
});

test('a backtest says all that is wrong with its input before it plays, and overwrites nothing', async () => {
  const trace = join(folder, 'kept.csv');
  await writeFile(trace, '1\nx\n');
  const files = ['--trace', trace, '--workload', '/nowhere/w.yaml', '--json', trace, '--html', folder];
  const { code, errors } = await backtest(...files, '--bin-seconds', '60', '--set', 'SPILLWAY_TARGET_UTILIZATION=7');
  expect(code).toBe(2);
  expect(errors).toMatch(
    /w\.yaml cannot be read[^]*SPILLWAY_TARGET_UTILIZATION is above 1[^]*line 2: "x"[^]*it is the file of --trace[^]*it is a folder/,
  );
  expect(await readFile(trace, 'utf8')).toBe('1\nx\n');
});
