import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { command } from './local/demo/command.ts';

const ROOT = join(import.meta.dirname, '../..');
let folder = '';
beforeAll(async () => {
  await mkdir(join(ROOT, '.local'), { recursive: true });
  folder = await mkdtemp(join(ROOT, '.local/check-'));
  for (const name of ['orders', 'example', 'drill']) await writeFile(join(folder, `${name}.yaml`), 'image: w:1\n');
});
afterAll(() => rm(folder, { recursive: true }));

const check = (args: string[], env: Record<string, string> = {}) =>
  command('../check-workloads.ts', args, undefined, { SPILLWAY_WORKLOADS_FOLDER: relative(ROOT, folder), ...env });

test('the check of workloads takes what azd would set, and leaves the example and the drill their own queues', async () => {
  const env = { AZURE_ENV_NAME: 'e', SPILLWAY_QUEUE: 'contoso/orders', SPILLWAY_EXAMPLE: 'true' };
  expect(await check([], env)).toMatchObject({ code: 0, output: 'Nothing is wrong with drill, example, orders.\n' });
  const { code, errors } = await check([], { ...env, SPILLWAY_BURST_MAX_GROUPS: 'forty' });
  expect([code, errors]).toEqual([1, expect.stringMatching(/one problem:\n- SPILLWAY_BURST_MAX_GROUPS .*forty/)]);
});

test('the check of workloads looks at the region that azd deploys to, where burst stands if nothing else is said', async () => {
  const env = { AZURE_ENV_NAME: 'e', SPILLWAY_QUEUE: 'contoso/orders' };
  expect(await check([], { ...env, AZURE_LOCATION: 'westus2' })).toMatchObject({ code: 0 });
  const { code, errors } = await check([], { ...env, AZURE_LOCATION: 'uswest2' });
  expect([code, errors]).toEqual([1, expect.stringMatching(/one problem:\n- AZURE_LOCATION .*did you mean westus2\?/)]);
});

test('the check of workloads takes the app settings of a file alone, and says what is wrong in it', async () => {
  const file = join(folder, 'settings.json');
  const Values = { SPILLWAY_WORKLOADS_FOLDER: relative(ROOT, folder), SPILLWAY_QUEUE: 'c/q', SPILLWAY_QEUE: 'c/q' };
  await writeFile(file, JSON.stringify({ Values }));
  const { code, errors } = await check([file], { SPILLWAY_MODE: 'enfroce' });
  expect(code).toBe(1);
  expect(errors).toMatch(
    /2 problems:\n- SPILLWAY_QUEUE is the queue of drill and of example and of orders.*\n- SPILLWAY_QEUE /,
  );
});

test('app settings that are no JSON are told with the file and the place', async () => {
  const file = join(folder, 'broken.json');
  for (const [text, why] of [
    ['{\n  "SPILLWAY_MODE": "off",\n}', /broken\.json cannot be read as app settings: .+ \(line 3 column 1\)\n$/],
    ['[]', /broken\.json cannot be read as app settings: it is no map of names and values\n$/],
  ] as const) {
    await writeFile(file, text);
    expect(await check([file])).toMatchObject({ code: 2, errors: expect.stringMatching(why) as string });
  }
});

test.each([
  [['--help'], 'Usage'],
  [['nowhere.json'], 'nowhere.json cannot be read as app settings'],
  [['package.json'], 'the value of private is no text'],
])('the check of workloads with %j says what it takes', async (args, said) => {
  const { code, errors } = await check(args);
  expect([code, errors]).toEqual([2, expect.stringContaining(said)]);
});
