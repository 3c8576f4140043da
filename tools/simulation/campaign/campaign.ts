// Many seeds on a few threads. Each thread is given the next seed when it has done one, and the results are put in the
// order of the seeds, so that the outcome does not depend on how fast the threads were.

import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { FaultKind } from '../faults/kinds.ts';
import type { SimulationResult } from '../world/simulation.ts';

/** More threads than this would only wait for memory; CI has two cores. */
const MOST_THREADS = 8;

export interface Campaign {
  first: number;
  seeds: number;
  hours: number;
  kinds: readonly FaultKind[];
  releases: boolean;
  /** Called after each seed. */
  onResult?: (result: SimulationResult) => void;
}

/** Throws, with the seed, when the simulation itself breaks. */
export async function campaign({
  first,
  seeds,
  hours,
  kinds,
  releases,
  onResult,
}: Campaign): Promise<SimulationResult[]> {
  const results: SimulationResult[] = [];
  let next = first;
  const threads = Math.min(availableParallelism(), MOST_THREADS, seeds);
  const thread = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(new URL('worker.ts', import.meta.url), { workerData: { hours, kinds, releases } });
      let seed = next;
      const give = (): void => {
        if (next >= first + seeds) return void worker.terminate().then(() => resolve(), reject);
        seed = next++;
        worker.postMessage(seed);
      };
      worker.on('message', (result: SimulationResult) => {
        results.push(result);
        onResult?.(result);
        give();
      });
      worker.on('error', (cause) => reject(new Error(`The simulation of seed ${seed} broke.`, { cause })));
      give();
    });
  await Promise.all(Array.from({ length: threads }, thread));
  return results.toSorted((a, b) => a.seed - b.seed);
}
