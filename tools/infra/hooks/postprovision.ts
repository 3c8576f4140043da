// After a provision: writes the workload files of the example and of the drill, with the names of what was made.

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { workloadFile } from '../workload-file.ts';
import { env, say } from './azd.ts';

const ROOT = join(import.meta.dirname, '../../..');
const folder = join(ROOT, env['SPILLWAY_WORKLOADS_FOLDER'] ?? 'workloads/azure');
const template = await readFile(join(ROOT, 'infra/example/workload.yaml'), 'utf8');
const worker = await readFile(join(ROOT, 'infra/example/worker.js'), 'utf8');
await mkdir(folder, { recursive: true });
for (const [name, queue] of [
  ['example', env['SPILLWAY_EXAMPLE_QUEUE']],
  ['drill', env['SPILLWAY_DRILL_QUEUE']],
] as const) {
  if (!queue) continue;
  await writeFile(join(folder, `${name}.yaml`), workloadFile(template, worker, name, queue, env));
  say(`Wrote the workload file ${name}.yaml.`);
}
