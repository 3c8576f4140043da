import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inputOf } from '../../../tools/backtest/bench/input.ts';
import { keyOf } from '../../../tools/backtest/bench/kept-peers.ts';
import { optionsOf } from '../../../tools/backtest/bench/options.ts';
import type { Comparison } from '../../../tools/backtest/compare.ts';
import { USUAL } from '../../../tools/backtest/trace.ts';
import { checkOutputs, writeOutputs } from '../../../tools/backtest/outputs.ts';

let folder = '';
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'spillway-'))));
afterAll(() => rm(folder, { recursive: true }));

describe('the input of the benchmark', () => {
  const inputWith = (...args: string[]) => inputOf(optionsOf(['--peers', join(folder, 'none.json'), ...args]));

  test('is the traces whose name contains a text', async () => {
    await writeFile(join(folder, 'step.60s.csv'), '1\n2\n');
    await writeFile(join(folder, 'flat.60s.csv'), '1\n1\n');
    const { traces, kept } = await inputWith('--traces', folder, '--only', 'st');
    expect(traces).toEqual([{ name: 'step', binSeconds: 60, counts: [1, 2] }]);
    expect(kept).toEqual({});
  });

  test('is refused with all that is wrong: no trace, a setting, a damaged file of peers, a file that cannot be written', async () => {
    const damaged = join(folder, 'damaged.json');
    await writeFile(damaged, '{damaged');
    const wrong = ['--only', 'nosuch', '--set', 'SPILLWAY_TARGET_UTILIZATION=7', '--peers', damaged];
    const asked = inputWith(...wrong, '--json', '/nowhere/x.json');
    await expect(asked).rejects.toThrow(
      /No trace has "nosuch"[^]*damaged\.json does not hold[^]*SPILLWAY_TARGET_UTILIZATION is above 1[^]*x\.json of --json cannot/,
    );
  });

  test('bills what settings change of prices to all, and by default what kept peers were billed', async () => {
    const scaleOf = async (...args: string[]) => (await inputWith('--only', 'step', '--traces', folder, ...args)).scale;
    const [usual, dearer] = [await scaleOf(), await scaleOf('--set', 'SPILLWAY_BASE_USD_PER_INSTANCE_HOUR=0.5')];
    expect(JSON.stringify(usual)).toBe(JSON.stringify(USUAL));
    expect(dearer).toEqual({ ...USUAL, prices: { ...USUAL.prices, instanceUsdPerHour: 0.5 } });
  });

  test('is never the built-in set in place of a folder that was named', async () => {
    await expect(inputWith('--traces', '/nowhere')).rejects.toThrow('There is no folder /nowhere');
  });

  test('names what is wrong in each trace', async () => {
    const bad = join(folder, 'bad');
    await mkdir(bad);
    await writeFile(join(bad, 'a.60s.csv'), '1\nx\n');
    await writeFile(join(bad, 'b.60s.csv'), '1\n2\ny\n');
    await expect(inputWith('--traces', bad)).rejects.toThrow(/a\.60s\.csv, line 2[^]*b\.60s\.csv, line 3/);
  });
});

test('kept peers count only for the load, the seeds and the target that they were made with', () => {
  const what: Comparison = {
    trace: { name: 't', binSeconds: 60, counts: [1, 2] },
    seeds: [1, 2],
    wishes: { targetWait: 30 },
  };
  const keys = [
    what,
    { ...what, trace: { ...what.trace, counts: [1, 3] } },
    { ...what, trace: { ...what.trace, binSeconds: 10 } },
    { ...what, seeds: [1] },
    { ...what, wishes: { targetWait: 10 } },
  ].map(keyOf);
  expect(new Set(keys).size).toBe(keys.length);
  expect(keyOf(structuredClone(what))).toBe(keys[0]);
});

describe('a file to write', () => {
  test('is refused when it is a folder, has none, or is another file of the run by any name', async () => {
    const trace = join(folder, 'trace.csv');
    const link = join(folder, 'link.csv');
    await writeFile(trace, '1\n');
    await symlink(trace, link);
    await expect(checkOutputs({ '--json': '/nowhere/x.json', '--html': folder })).rejects.toThrow(
      /--json cannot be written: there is no folder \/nowhere\.[^]*--html cannot be written: it is a folder/,
    );
    await expect(checkOutputs({ '--json': link }, { '--trace': trace })).rejects.toThrow('it is the file of --trace');
    const same = { '--json': join(folder, 'x'), '--html': `${folder}/../${folder.split('/').at(-1)}/x` };
    await expect(checkOutputs(same)).rejects.toThrow('it is the file of --json');
    await checkOutputs({ '--json': join(folder, 'x'), '--html': undefined }, { '--trace': trace });
  });

  test('that fails takes no other with it', async () => {
    const file = join(folder, 'fine.html');
    const problems = await writeOutputs([
      { file: folder, text: () => 'json' },
      { file, text: () => 'html' },
      { file: undefined, text: () => expect.unreachable() },
    ]);
    expect(problems).toEqual([expect.stringContaining('was not written')]);
    expect(await readFile(file, 'utf8')).toBe('html');
  });
});
