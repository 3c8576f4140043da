import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..', '..');
const linter = join(dirname(fileURLToPath(import.meta.resolve('oxlint/package.json'))), 'bin', 'oxlint');
const folders: string[] = [];

/** Lints one file under the project's own rules, as if it stood at that place of the tree. Resolves with the output. */
async function lint(path: string, text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'boundaries-'));
  folders.push(folder);
  await cp(join(root, '.oxlintrc.json'), join(folder, '.oxlintrc.json'));
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text);
  return new Promise((resolve) => {
    execFile(process.execPath, [linter, '.'], { cwd: folder }, (_error, stdout) => resolve(stdout));
  });
}

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

describe('the linter refuses', () => {
  test.each([
    ['shared/rules/a.ts', "import { x } from '../azure/azure.ts';", 'composition root'],
    ['shared/rules/a.ts', "import { x } from '@azure/service-bus';", 'Only shared/azure'],
    ['shared/rules/a.ts', "import { x } from '../controller/observe.ts';", 'know nothing'],
    ['shared/rules/a.ts', "import { x } from 'node:fs';", 'No I/O'],
    ['shared/signals/a.ts', 'export const x = Date.now();', 'come in as arguments'],
    ['shared/discovery/a.ts', 'export const x = Date.now();', 'come in as arguments'],
    ['shared/placement/a.ts', 'export const x = Math.random();', 'come in as arguments'],
    ['shared/controller/a.ts', 'export const x = setTimeout(() => {}, 1);', 'come in as arguments'],
    ['shared/controller/a.ts', "import { x } from '../azure/ledger.ts';", 'composition root'],
    ['shared/controller/a.ts', "import { x } from '../../functions/status.ts';", 'one way'],
    ['shared/azure/a.ts', "import { x } from '../rules/wanted.ts';", 'no policy'],
    ['shared/start.ts', "import { x } from '../tools/local/clock.ts';", 'never imports tools'],
    ['functions/a.ts', "import { x } from '../shared/azure/azure.ts';", 'composition root'],
    ['functions/a.ts', "import { x } from '../shared/start.ts';", 'composition root'],
    ['functions/a.ts', "import { x } from '../shared/rules/wanted.ts';", 'carry no decision'],
    ['functions/a.ts', "const { x } = await import('../shared/rules/wanted.ts');", 'carry no decision'],
    ['functions/a.ts', "import { x } from '@azure/identity';", 'no SDK'],
  ])('in %s: %s', async (path, text, message) => {
    expect(await lint(path, `${text}\nexport const y = typeof x;\n`)).toMatch(new RegExp(message));
  });
});

test('the linter allows what the design allows', async () => {
  const text =
    "import type { Action } from '../controller/plan-types.ts';\nexport const kind = (a: Action): string => a.kind;\n";
  expect(await lint('shared/placement/a.ts', text)).toContain('Found 0 warnings and 0 errors');
});
