// Writes what is derived from the tables of the code; with --check it only compares, and fails when something is old.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { manifestsPage } from './manifests-page.ts';
import { mainBicep, names, parametersFile, roleActions } from '../infra/derived.ts';
import { sampleSettings } from './sample-settings.ts';
import { settingsPage } from './settings-page.ts';
import { workloadPage } from './workload-page.ts';

const ROOT = join(import.meta.dirname, '../..');

/** Every generated file: its path from the root of the repository, and the text it should have. */
export async function generated(): Promise<{ file: string; text: string }[]> {
  const example = await read('workloads/orders.yaml');
  const main = 'infra/main.bicep';
  const drafts = {
    'docs/settings.md': settingsPage(example),
    'docs/workload.md': workloadPage(),
    'docs/manifests.md': manifestsPage(),
    'local.settings.sample.json': sampleSettings(),
    'infra/names.json': names(),
    'infra/role-actions.json': roleActions(),
    'infra/main.parameters.json': parametersFile(),
    [main]: mainBicep(await read(main)),
  };
  return Promise.all(
    Object.entries(drafts).map(async ([file, draft]) => {
      if (file === main) return { file, text: draft };
      const filepath = join(ROOT, file);
      return { file, text: await format(draft, { ...(await resolveConfig(filepath)), filepath }) };
    }),
  );
}

/** Names of the generated files whose text on disk is another one, or that are missing. */
export async function outdated(): Promise<string[]> {
  const files = await generated();
  const texts = await Promise.all(files.map(({ file }) => read(file).catch(() => undefined)));
  return files.filter(({ text }, index) => texts[index] !== text).map(({ file }) => file);
}

// A checkout on Windows may have other line ends than the repository.
const read = async (file: string): Promise<string> =>
  (await readFile(join(ROOT, file), 'utf8')).replaceAll('\r\n', '\n');

async function main(check: boolean): Promise<void> {
  if (!check) {
    for (const { file, text } of await generated()) await writeFile(join(ROOT, file), text);
    return;
  }
  const old = await outdated();
  if (old.length === 0) return;
  process.stderr.write(`${old.join(' and ')} no longer match the tables of the code: run npm run docs.\n`);
  process.exitCode = 1;
}

if (import.meta.main) await main(process.argv.includes('--check'));
