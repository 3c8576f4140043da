import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { durationOf, rateAt, readTrace, spike } from '../../../../tools/local/demo/load.ts';
import { loadOf } from '../../../../tools/local/demo/options.ts';

let folder = '';
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'spillway-'))));
afterAll(() => rm(folder, { recursive: true }));

async function trace(text: string): Promise<string> {
  const file = join(folder, 'trace.csv');
  await writeFile(file, text);
  return file;
}

const defaults = { speed: 20, lifecycle: 'create-delete', seed: 1, compare: true } as const;

test('the spike is twenty times the steady load for five minutes, and steady again after it', () => {
  const load = spike(2);
  expect([0, 60, 359, 360, 1_000_000].map((second) => rateAt(load, second))).toEqual([2, 40, 40, 2, 2]);
  expect(durationOf(load)).toBe(420);
});

test('a trace is read with or without a header, and its last column counts', async () => {
  const expected = { seconds: 10, rates: [3, 0, 1.5] };
  expect(await readTrace(await trace('count\n30\n0\n15\n'), 10)).toEqual(expected);
  expect(await readTrace(await trace('09:00,30\r\n09:01,0\r\n\r\n09:02,15'), 10)).toEqual(expected);
});

test.for([
  ['a word among the counts', 'count\n1\nmany\n', /line 3: "many" is not a count/],
  ['a missing count', '1\n09:01,\n', /line 2: "09:01," is not a count/],
  ['a negative count', '1\n-1\n', /line 2/],
  ['a file without counts', 'count\n', /holds no counts/],
] as const)('a trace with %s is refused with its place', async ([, text, problem]) => {
  await expect(readTrace(await trace(text), 60)).rejects.toThrow(problem);
});

test('a trace that is not there is refused by name', async () => {
  await expect(readTrace(join(folder, 'nowhere.csv'), 60)).rejects.toThrow(/nowhere\.csv cannot be read: there is no/);
});

test('a trace is scaled to the replicas its highest rate needs, says so, and stays as it is when that is 0', async () => {
  const options = { ...defaults, trace: await trace('60\n120\n'), binSeconds: 60 };
  const scaled = await loadOf({ ...options, peak: 45 });
  expect(scaled.load.rates).toEqual([9, 18]);
  expect(scaled.title).toBe('trace.csv, 2 counts of 60 s, scaled: its highest rate needs 45 replicas');
  expect(await loadOf(options)).toEqual(scaled);
  expect(await loadOf({ ...options, peak: 0 })).toEqual({
    load: { seconds: 60, rates: [1, 2] },
    title: 'trace.csv, 2 counts of 60 s, not scaled',
  });
});
