// Runs jobs on a few threads, in the order in which they were asked for.

import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Job, JobResult } from './jobs.ts';

/** CI has two cores. */
const MOST_THREADS = 4;

interface Asked {
  job: Job;
  resolve: (result: JobResult) => void;
  reject: (error: Error) => void;
}

type Answer = { id: number } & ({ result: JobResult } | { error: string });

/** Whatever runs a job: threads, or the caller itself. */
export type Runner = (job: Job) => Promise<JobResult>;

export class Threads {
  readonly #workers: Worker[] = [];
  readonly #idle: Worker[] = [];
  readonly #waiting: Asked[] = [];
  readonly #running = new Map<number, Asked>();
  #next = 0;

  constructor(count: number = Math.min(availableParallelism(), MOST_THREADS)) {
    for (let index = 0; index < count; index++) {
      const worker = new Worker(new URL('worker.ts', import.meta.url));
      worker.on('message', (answer: Answer) => this.#done(worker, answer));
      worker.on('error', (error: Error) => this.#broken(error));
      this.#workers.push(worker);
      this.#idle.push(worker);
    }
  }

  readonly run: Runner = (job) =>
    new Promise((resolve, reject) => {
      this.#waiting.push({ job, resolve, reject });
      this.#give();
    });

  async end(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  #give(): void {
    while (this.#idle.length > 0 && this.#waiting.length > 0) {
      const worker = this.#idle.pop();
      const asked = this.#waiting.shift();
      if (!worker || !asked) return;
      const id = this.#next++;
      this.#running.set(id, asked);
      worker.postMessage({ id, job: asked.job });
    }
  }

  #done(worker: Worker, answer: Answer): void {
    const asked = this.#running.get(answer.id);
    this.#running.delete(answer.id);
    if ('result' in answer) asked?.resolve(answer.result);
    else asked?.reject(new Error(answer.error));
    this.#idle.push(worker);
    this.#give();
  }

  #broken(error: Error): void {
    for (const { reject } of [...this.#running.values(), ...this.#waiting]) reject(error);
  }
}
