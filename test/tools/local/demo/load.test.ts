import { expect, test } from 'vitest';
import { durationOf, rateAt, spike } from '../../../../tools/local/demo/load.ts';
import { loadOf } from '../../../../tools/local/demo/options.ts';
import { traceFiles } from '../../../support/trace-file.ts';

const trace = traceFiles();

const defaults = { speed: 20, lifecycle: 'create-delete', seed: 1, compare: true } as const;

test('the spike is twenty times the steady load for five minutes, and steady again after it', () => {
  const load = spike(2);
  expect([0, 60, 359, 360, 1_000_000].map((second) => rateAt(load, second))).toEqual([2, 40, 40, 2, 2]);
  expect(durationOf(load)).toBe(420);
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
