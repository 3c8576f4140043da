// npm run check:infra: compiles and lints every Bicep file and every documented combination of parameters with the real
// compiler. Without a compiler, or with a single warning, it fails.

import { glob } from 'node:fs/promises';
import { join } from 'node:path';
import { buildAll, findBicep, type Bicep } from './bicep.ts';
import { BASE, COMBINATIONS } from './combinations.ts';
import { Compiler } from './compiler.ts';

const INFRA = join(import.meta.dirname, '../../infra');

export interface Report {
  files: number;
  combinations: number;
  problems: string[];
}

/** Checks the Bicep files under `infra`, and `combinations` of parameters of its main.bicep. */
export async function checkInfra(bicep: Bicep, infra = INFRA, combinations = COMBINATIONS): Promise<Report> {
  const report: Report = { files: 0, combinations: 0, problems: [] };
  for await (const _ of glob('**/*.bicep', { cwd: infra })) report.files++;
  report.problems.push(...(await buildAll(bicep, infra)));
  if (report.problems.length > 0) return report;
  const compiler = new Compiler(bicep);
  for (const [name, parameters] of Object.entries(combinations)) {
    report.combinations++;
    try {
      const { diagnostics } = await compiler.snapshot(join(infra, 'main.bicep'), { ...BASE, ...parameters });
      report.problems.push(...diagnostics.map((each) => `${name}: ${JSON.stringify(each)}`));
    } catch (error) {
      report.problems.push(`${name}: ${String(error)}`);
    }
  }
  compiler.close();
  return report;
}

async function main(): Promise<void> {
  try {
    const bicep = await findBicep();
    const { files, combinations, problems } = await checkInfra(bicep);
    for (const problem of problems) process.stderr.write(`${problem}\n`);
    process.stdout.write(
      `Bicep ${bicep.version}: ${files} files compiled and linted, ${combinations} combinations of parameters, ${problems.length} problems.\n`,
    );
    if (problems.length > 0) process.exitCode = 1;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

if (import.meta.main) await main();
