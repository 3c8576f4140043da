import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const TOOL = join(import.meta.dirname, '../../../tools/check/no-secrets.ts');

async function exitCodeFor(text: string): Promise<{ code: unknown; printed: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'log-'));
  const file = join(folder, 'demo.log');
  await writeFile(file, text);
  const ended = await new Promise<{ code: unknown; printed: string }>((resolve) => {
    execFile(process.execPath, [TOOL, file], (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, printed: stdout + stderr }),
    );
  });
  await rm(folder, { recursive: true });
  return ended;
}

test('a log without secrets passes, and an empty one does not', async () => {
  expect(await exitCodeFor('{"event":"decision","workload":"orders"}\n')).toMatchObject({ code: 0 });
  expect(await exitCodeFor('\n')).toMatchObject({ code: 1 });
});

test.each([
  ['a connection string', 'Endpoint=sb://x;SharedAccessKeyName=k;SharedAccessKey=abcdefgh1234', 'abcdefgh1234'],
  ['a token', 'Bearer eyJ0eXAiOiJKV1QifQ.eyJhdWQiOiJhIn0xyz.c2ln', 'eyJ0eXAiOiJKV1QifQ'],
  ['an address with a key', 'POST https://app/api/metricAlert?code=abcdefgh12345678ijkl', 'abcdefgh12345678'],
])('%s in a log fails and is not printed', async (_, line, secret) => {
  const { code, printed } = await exitCodeFor(`fine\n${line}\n`);
  expect(code).toBe(1);
  expect(printed).not.toContain(secret);
});
