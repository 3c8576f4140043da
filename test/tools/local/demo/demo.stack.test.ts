import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Figures } from '../../../../tools/local/demo/record.ts';
import type { UpgradeFigures } from '../../../../tools/local/demo/upgrade.ts';
import { command, type Ended } from './command.ts';

let folder = '';
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'spillway-'))));
afterAll(() => rm(folder, { recursive: true }));

interface Run extends Ended {
  figures: Figures & { lateShareWithoutBurst: number | null; realSeconds: number };
}

async function demo(...options: string[]): Promise<Run> {
  const json = join(folder, 'figures.json');
  const ended = await command('demo/main.ts', ['--plain', '--speed', '200', '--json', json, ...options]);
  expect(ended).toMatchObject({ code: 0, errors: '' });
  return { ...ended, figures: JSON.parse(await readFile(json, 'utf8')) as Run['figures'] };
}

const KEPT = { messagesLost: 0, groupsLeftOver: 0, groupsCreatedTwice: 0 };

// Acceptance tests tell the same story with declared groups, too.
test('a twenty-fold spike is taken by groups within seconds, beyond a quota of ten in a second region, and all is given back', async () => {
  const { figures, output } = await demo('--quota', '10');
  expect(figures).toMatchObject(KEPT);
  expect(figures.peakBurstReplicas).toBeGreaterThanOrEqual(20);
  expect(figures.secondsToFirstAccepted).toBeLessThanOrEqual(15);
  expect(figures.lateShare).toBeLessThan(figures.lateShareWithoutBurst ?? 0);
  expect(figures.groupsByRegion['westeurope']).toBe(10);
  expect(figures.groupsByRegion['northeurope']).toBeGreaterThanOrEqual(10);
  expect(output).toMatch(/^00:\d\d {2}Spillway creates \d+ groups\. /m);
  expect(output).toContain('No message was lost');
  expect(output).not.toContain('\u001b');
});

test('a bad release is rolled back and a good one runs everywhere, under load and without a lost message', async () => {
  const { figures, output } = await demo('--upgrade');
  expect(figures).toMatchObject({ ...KEPT, failures: [], mixedAtEnd: 0 });
  const { mostBadGroups, canaryGroups, leastReplicas, replicasNeeded } = figures as unknown as UpgradeFigures;
  expect(mostBadGroups).toBeLessThanOrEqual(canaryGroups);
  expect(leastReplicas).toBeGreaterThanOrEqual(replicasNeeded);
  expect(output).toContain('is rolled back to');
});

test('options that are wrong end with one sentence and code 2 before anything starts', async () => {
  const nowhere = 'The trace nowhere.csv cannot be read: there is no such file.';
  expect(await command('demo/main.ts', ['--trace', 'nowhere.csv', '--bin-seconds', '60'])).toEqual({
    code: 2,
    output: '',
    errors: `error: ${nowhere}\n`,
  });
  const { code, output, errors } = await command('demo/main.ts', ['--speed', 'high']);
  expect({ code, output, lines: errors.trim().split('\n').length }).toEqual({ code: 2, output: '', lines: 1 });
});
