// npm run import -- FILE: a Kubernetes Pod, Deployment or Job as a workload file, on standard output. What is left out stands
// at its head; what is refused goes to standard error, and nothing is written then.

import { readFile } from 'node:fs/promises';
import { importedFile } from '../shared/workload/manifest/file.ts';
import { formatProblems } from '../shared/workload/problem.ts';

async function main([file, ...more]: string[]): Promise<void> {
  if (file === undefined || file.startsWith('-') || more.length > 0) {
    process.stderr.write(
      'Usage: npm run import -- FILE, a Kubernetes Pod, Deployment or Job. See docs/manifests.md.\n',
    );
    process.exitCode = 2;
    return;
  }
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    process.stderr.write(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
    return;
  }
  const imported = importedFile(text);
  if (imported.problems.length > 0) {
    process.stderr.write(`${formatProblems(imported.problems)}\n`);
    process.exitCode = 1;
    return;
  }
  process.stdout.write(imported.text);
}

await main(process.argv.slice(2));
