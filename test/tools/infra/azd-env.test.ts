import { chmod, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { azdEnv, parseValues } from '../../../tools/infra/azd-env.ts';

afterEach(() => vi.unstubAllEnvs());

/** Puts a program named azd in front of the PATH. */
async function azdThat(script: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'azd-'));
  await writeFile(join(folder, 'azd'), `#!/bin/sh\n${script}\n`);
  await chmod(join(folder, 'azd'), 0o755);
  vi.stubEnv('PATH', `${folder}${delimiter}${process.env['PATH']}`);
}

test('values are read as azd prints them', () => {
  expect(parseValues('A="1"\nB=""\nC="say \\"hi\\" \\\\ bye"\nnoise\n')).toEqual({
    A: '1',
    B: '',
    C: String.raw`say "hi" \ bye`,
  });
});

test('azd is asked only for what the environment lacks, and the environment wins', async () => {
  await azdThat(`printf 'QUEUE="drill"\\nPLACE="there"\\n'`);
  expect(await azdEnv({ PLACE: 'here' }, 'QUEUE')).toEqual({ QUEUE: 'drill', PLACE: 'here' });
  expect(await azdEnv({ QUEUE: 'mine' }, 'QUEUE')).toEqual({ QUEUE: 'mine' });
});

test('where nothing is deployed one sentence says what to do', async () => {
  await azdThat('exit 1');
  await expect(azdEnv({}, 'QUEUE')).rejects.toThrow('QUEUE is not known: run azd up first, or azd env select.');
});
