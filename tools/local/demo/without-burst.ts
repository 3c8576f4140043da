// The comparison: the same load, seed and scale set, but no container groups. The real controller runs it in memory, with
// the burst limited to none, so the answer costs a second and not another minute.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseSettings } from '../../../shared/settings/parse.ts';
import { queueKey } from '../../../shared/ports/demand.ts';
import { ControllerLoop } from '../../simulation/controller-loop.ts';
import { EVALUATIONS_QUEUE } from '../../simulation/memory-evaluations.ts';
import { memoryPorts } from '../../simulation/memory-ports.ts';
import { AzureModel } from '../azure/azure.ts';
import { SimulatedClock } from '../clock.ts';
import { queueMetrics } from '../queue-metrics.ts';
import { Queue } from '../servicebus/queue.ts';
import { WORLD, worldSettings } from '../world.ts';
import type { Figures } from './record.ts';
import { playScene, type SceneOptions } from './scene.ts';

const FOLDER = join(import.meta.dirname, '..', '..', '..', 'workloads');

/** Plays the load with the scale set alone. */
export async function withoutBurst(options: Pick<SceneOptions, 'load' | 'seed'>): Promise<Figures> {
  const clock = new SimulatedClock(Math.floor(Date.now() / 60_000) * 60_000);
  const queue = new Queue({ ...WORLD.queues.find(({ name }) => name === WORLD.queue)!, name: WORLD.queue }, clock);
  const model = new AzureModel({
    clock,
    seed: options.seed,
    scaleSets: [WORLD.scaleSet],
    metrics: queueMetrics(clock, [queue]),
  });
  const { deployment, workloads } = await settings();
  const evaluations = new Queue(EVALUATIONS_QUEUE, clock);
  const named = workloads.flatMap(({ scaling }) => (scaling.queue ? [[queueKey(scaling.queue), queue] as const] : []));
  const ports = memoryPorts({ clock, model, deployment, queues: new Map(named), evaluations });
  const loop = new ControllerLoop({
    clock,
    evaluations,
    context: {
      ports,
      deployment,
      workloads,
      declared: workloads.map(({ name }) => name),
      secrets: () => ({}),
      replicas: { easyAuth: false },
      log: { info: () => {}, warn: () => {} },
    },
  });
  loop.start();
  const scene = playScene(
    { clock, model, queue, poll: loop.poll(WORLD.workload) },
    { ...options, lifecycle: 'create-delete' },
  );
  let over = false;
  void scene.ended.then(() => (over = true));
  while (!over) await clock.advance(clock.quantum);
  loop.stop();
  return scene.figures();
}

async function settings() {
  const file = `${WORLD.workload}.yaml`;
  const text = await readFile(join(FOLDER, file), 'utf8');
  const nowhere = {
    host: 'localhost',
    connectionString: 'Endpoint=sb://localhost;SharedAccessKeyName=k;SharedAccessKey=v',
  };
  const env = { ...worldSettings({}, 'https://localhost', nowhere), SPILLWAY_BURST_MAX_GROUPS: '0' };
  const { deployment, workloads, problems } = parseSettings(env, [{ file: `workloads/${file}`, text }]);
  if (!deployment || workloads.length === 0)
    throw new Error(`The demo's settings are wrong: ${JSON.stringify(problems)}`);
  return { deployment, workloads };
}
