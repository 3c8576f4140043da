import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseSettings } from '../../../shared/settings/parse.ts';
import { SETTINGS } from '../../../shared/settings/table.ts';
import { FIELDS } from '../../../shared/workload/fields.ts';
import { outdated } from '../../../tools/docs/generate.ts';

const read = (path: string): Promise<string> => readFile(join(import.meta.dirname, '../../..', path), 'utf8');

test('the generated docs and the sample match the tables', async () => {
  expect(await outdated()).toEqual([]);
});

test('the sample settings and the example workload are valid as they are', async () => {
  const { Values } = JSON.parse(await read('local.settings.sample.json')) as { Values: Record<string, string> };
  const example = { file: 'workloads/orders.yaml', text: await read('workloads/orders.yaml') };
  const { deployment, workloads, problems } = parseSettings(Values, [example]);
  expect(problems).toEqual([]);
  expect(workloads.map(({ name }) => name)).toEqual(['orders']);
  expect(deployment?.location).toBe('westeurope');
});

test('every default is a value that its own setting allows', () => {
  const wrong = [...SETTINGS, ...FIELDS].filter(
    ({ kind, default: value }) => value !== undefined && !kind.schema.safeParse(value).success,
  );
  expect(wrong).toEqual([]);
});

test('no name of a setting can be read as the own value of a workload', () => {
  const names = SETTINGS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names.filter((name) => name.includes('_FOR_'))).toEqual([]);
});
