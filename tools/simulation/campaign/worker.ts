import { parentPort, workerData } from 'node:worker_threads';
import type { FaultKind } from '../faults/kinds.ts';
import { simulate } from '../world/simulation.ts';

const { hours, kinds, releases } = workerData as { hours: number; kinds: readonly FaultKind[]; releases: boolean };

parentPort?.on('message', (seed: number) => {
  void simulate({ seed, hours, kinds, releases }).then((result) => parentPort?.postMessage(result));
});
