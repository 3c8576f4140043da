// After a provision: makes the key of the replicas, and writes the workload files of the example and of the drill, with the
// names of what was made, or removes that of the example.

import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { azureArm, patient } from '../arm.ts';
import { makeReplicaKey } from '../replica-key.ts';
import { workloadFile } from '../workload-file.ts';
import { env, pauses, say } from './azd.ts';

const { AZURE_SUBSCRIPTION_ID, AZURE_RESOURCE_GROUP, SPILLWAY_KEY_VAULT } = env;
if (SPILLWAY_KEY_VAULT) {
  const group = `/subscriptions/${AZURE_SUBSCRIPTION_ID}/resourceGroups/${AZURE_RESOURCE_GROUP}`;
  const vaultId = `${group}/providers/Microsoft.KeyVault/vaults/${SPILLWAY_KEY_VAULT}`;
  await makeReplicaKey(patient(azureArm(env), { tries: 40, pause: pauses(15), say }), vaultId);
}

const ROOT = join(import.meta.dirname, '../../..');
const folder = join(ROOT, env['SPILLWAY_WORKLOADS_FOLDER'] ?? 'workloads/azure');
const template = await readFile(join(ROOT, 'infra/example/workload.yaml'), 'utf8');
const worker = await readFile(join(ROOT, 'infra/example/worker.js'), 'utf8');
await mkdir(folder, { recursive: true });
for (const [name, queue] of [
  ['example', env['SPILLWAY_EXAMPLE_QUEUE']],
  ['drill', env['SPILLWAY_DRILL_QUEUE']],
] as const) {
  const file = join(folder, `${name}.yaml`);
  if (queue) await writeFile(file, workloadFile(template, worker, name, queue, env));
  // A workload that is not deployed any more would go on, with the queue of another one.
  else await rm(file, { force: true });
  say(queue ? `Wrote the workload file ${name}.yaml.` : `There is no workload ${name}.`);
}
