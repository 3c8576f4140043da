// Every command in a fenced block of the docs is run here as it stands, or by CI, or needs Azure: a new one must be told.

import { execFile } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startStack, type Stack } from '../tools/local/stack.ts';

const ROOT = join(import.meta.dirname, '..');

/** Commands of the `sh` blocks of a text, one a line, without comments; parts of `a && b` count each. */
function commandsIn(text: string): string[] {
  const blocks = [...text.matchAll(/^```sh\n([^]*?)^```/gm)].map(([, block = '']) => block);
  const lines = blocks.flatMap((block) => block.split('\n').map((line) => line.replace(/\s+#.*$/, '').trim()));
  return lines.flatMap((line) => line.split(' && ')).filter((line) => line !== '');
}

const documented = new Set(
  globSync(['README.md', 'docs/*.md'], { cwd: ROOT }).flatMap((file) =>
    commandsIn(readFileSync(join(ROOT, file), 'utf8')),
  ),
);

const NEEDS_AZURE = [/^azd /, /^APP=\$\(azd /, /^KEY=\$\(az /, /^npm run drill$/, /^npm run backtest -- --from-azure /];
/** What .ci/run does on a clean machine: minutes of work that would bend a test. */
const RUN_BY_CI = ['npm ci', 'npm run demo', 'npm test', 'npm run check:infra'];

let folder: string;
let stack: Stack;
beforeAll(async () => {
  // A clone whose files are those of the project, but for what the commands read and write.
  folder = await mkdtemp(join(tmpdir(), 'clone-'));
  for (const name of await readdir(ROOT))
    if (name !== 'workloads' && name !== 'dist') await symlink(join(ROOT, name), join(folder, name));
  await mkdir(join(folder, 'workloads'));
  await writeFile(join(folder, 'deployment.yaml'), MANIFEST);
  await writeFile(join(folder, 'counts.csv'), `${Array.from({ length: 30 }, (_, at) => (at % 10) * 60).join('\n')}\n`);
  stack = await startStack({ seed: 1 });
});
afterAll(async () => {
  await stack.close();
  await rm(folder, { recursive: true });
});

const MANIFEST = `apiVersion: v1
kind: Pod
metadata: { name: shop }
spec:
  containers:
    - name: main
      image: contoso.azurecr.io/shop:1
`;

async function run(command: string): Promise<string> {
  const env = { ...process.env, APP: `http://127.0.0.1:${stack.host.port}`, KEY: 'any' };
  // A day in the docs stands for one to come.
  const tomorrow = new Date(stack.clock.now() + 86_400_000).toISOString().slice(0, 10);
  const dated = command.replaceAll(/\d{4}-\d\d-\d\d(?=T)/g, tomorrow);
  const { stdout } = await promisify(execFile)('sh', ['-c', dated], { cwd: folder, env });
  return stdout;
}

const answer = async (command: string): Promise<unknown> => JSON.parse(await run(command));

/** How each command is known to have worked. */
const RUN_HERE: Record<string, (command: string) => Promise<void>> = {
  'npm run build': async (command) => expect(await run(command)).toMatch(/Built \d+ functions/),
  'npm run import': async (command) => {
    await run(command);
    expect(await readFile(join(folder, 'workloads/shop.yaml'), 'utf8')).toContain('contoso.azurecr.io/shop:1');
  },
  'npm run backtest -- --trace': async (command) => {
    await run(command);
    expect(await readFile(join(folder, 'report.html'), 'utf8')).toContain('</html>');
  },
  'curl -X POST "$APP/api/pause?code=$KEY"': async (command) =>
    expect(await answer(command)).toMatchObject({ message: expect.stringMatching(/^Paused .*by kim/) }),
  'curl -X POST "$APP/api/resume?code=$KEY"': async (command) =>
    expect(await answer(command)).not.toHaveProperty('error'),
  'curl -X POST "$APP/api/signals/': async (command) => expect(await answer(command)).not.toHaveProperty('error'),
  'curl -X POST "$APP/api/rollout/': async (command) => expect(await answer(command)).not.toHaveProperty('error'),
};

const runner = (command: string): [string, (command: string) => Promise<void>] | undefined =>
  Object.entries(RUN_HERE).find(([start]) => command.startsWith(start));
const told = (command: string): boolean =>
  runner(command) !== undefined || RUN_BY_CI.includes(command) || NEEDS_AZURE.some((pattern) => pattern.test(command));

describe('documented commands', () => {
  test('are each run here, run by CI or told to need Azure', () => {
    expect([...documented].filter((command) => !told(command))).toEqual([]);
  });

  test('that nobody runs are found', () => {
    const text = 'Text\n\n```sh\nnpm run demo # shows it\nnpm run nothing && azd up\n```\n';
    expect(commandsIn(text)).toEqual(['npm run demo', 'npm run nothing', 'azd up']);
    expect(commandsIn(text).filter((command) => !told(command))).toEqual(['npm run nothing']);
  });

  test('of CI are what it does', () => {
    const steps = readFileSync(join(ROOT, '.ci/run'), 'utf8');
    for (const command of RUN_BY_CI) expect(steps).toMatch(new RegExp(`^${command}\\b`, 'm'));
  });

  test('each stand in the docs still', () => {
    for (const start of Object.keys(RUN_HERE))
      expect({ start, documented: [...documented].some((command) => command.startsWith(start)) }).toEqual({
        start,
        documented: true,
      });
  });

  test.each([...documented].filter((command) => runner(command) !== undefined))('work: %s', async (command) => {
    await runner(command)?.[1](command);
  });
});
