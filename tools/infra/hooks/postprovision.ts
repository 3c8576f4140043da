// After a provision: makes the key of the replicas, and writes the workload files of the example and of the drill, with the
// names of what was made, or removes that of the example.

import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { vaultOf } from '../app-settings.ts';
import { azureArm, patient } from '../arm.ts';
import { makeReplicaKey } from '../replica-key.ts';
import { valueOf } from '../parameters.ts';
import { workloadFile } from '../workload-file.ts';
import { env, pauses, say } from './azd.ts';

if (env['SPILLWAY_KEY_VAULT'])
  await makeReplicaKey(patient(azureArm(env), { tries: 40, pause: pauses(15), say }), vaultOf(env));

const ROOT = join(import.meta.dirname, '../../..');
const folder = join(ROOT, valueOf(env, 'SPILLWAY_WORKLOADS_FOLDER'));
const template = await readFile(join(ROOT, 'infra/example/workload.yaml'), 'utf8');
const worker = await readFile(join(ROOT, 'infra/example/worker.js'), 'utf8');
/** With this a file begins that was written here. */
const mark = template.slice(0, template.indexOf('__'));
await mkdir(folder, { recursive: true });
for (const [name, queue] of [
  ['example', env['SPILLWAY_EXAMPLE_QUEUE']],
  ['drill', env['SPILLWAY_DRILL_QUEUE']],
] as const) {
  const file = join(folder, `${name}.yaml`);
  if (queue) await writeFile(file, workloadFile(template, worker, name, queue, env));
  // A workload that is not deployed any more would go on, with the queue of another one. A file of somebody else stays.
  else if ((await readFile(file, 'utf8').catch(() => '')).startsWith(mark)) await rm(file);
  say(queue ? `Wrote the workload file ${name}.yaml.` : `No workload ${name} is deployed.`);
}
